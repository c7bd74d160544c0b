namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// cancelTask and cancelRegion of docs/semantics.md: one request, carried through a subtree in one step. The walk follows
/// the links of the records instead of a call stack, because region chains may be a million deep.
[<RequireQualifiedAccess>]
module internal Cancellation =

    let private strengthened<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) old reason =
        if store.Holds Premise.KeepStrongest then
            CancelReason.Strengthen(old, reason)
        else
            reason

    /// The part of cancelTask that concerns the task alone.
    let private markTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) reason echo : 'S =
        let record = &store.Task id
        let reason = strengthened store record.Reason reason

        let fresh =
            record.Phase = TaskPhase.Created
            || record.Phase = TaskPhase.Running
            || (record.Phase <> TaskPhase.Completed && not (store.Holds Premise.RequestOnce))

        if not fresh && obj.ReferenceEquals(reason, record.Reason) then
            store
        else
            let cleanup =
                // There is always a reason, unless a planted fault made a task end Cancelled without one.
                if store.Holds Premise.TightenCleanup && not (isNull reason) then
                    let allowance = store.Limits.Allowance reason.RootKind

                    if store.Holds Premise.CleanupOnlyShrinks then
                        min record.Cleanup allowance
                    else
                        allowance
                else
                    record.Cleanup

            let store =
                let phase = if fresh then TaskPhase.CancelRequested else record.Phase
                let echo = if fresh then echo else record.Echo
                store.ChangeTask(id, TaskIsAsked(reason, cleanup, phase, echo))

            store.Emit(Effect.onTask EffectKind.CancelDelivered id)

    /// The part of cancelRegion that concerns the region alone.
    let private markRegion<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: RegionId) reason outside : 'S =
        let record = &store.Region id
        let reason = CancelReason.Strengthen(record.Reason, reason)
        let outside = record.External || (outside && store.Holds Premise.RememberExternal)
        let closes = record.Phase = RegionPhase.Open && store.Holds Premise.CancelCloses

        let isNew = not (obj.ReferenceEquals(reason, record.Reason))

        if not isNew && outside = record.External && not closes then
            store
        else
            let store =
                let phase = if closes then RegionPhase.Closing else record.Phase
                store.ChangeRegion(id, RegionIsAsked(reason, outside, phase))

            let store =
                if isNew then
                    store.Emit(Effect.onRegion EffectKind.CancelledRegion id)
                else
                    store

            if closes then store.Emit(Effect.onRegion EffectKind.Advance id) else store

    /// The region that a cancelled task's cancellation goes on into, by what the task waits for; or 0.
    let private below<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waits: Target) : RegionId =
        if
            waits.IsRegion
            && store.Holds Premise.CancelReachesRegions
            && (store.Region waits.RegionId).Phase <> RegionPhase.Closed
        then
            waits.RegionId
        else
            0L<regionId>

    /// The reason with which it goes on there.
    let private downwards<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) reason region task =
        if store.Holds Premise.AddsLink then
            CancelReason.Below(reason, region, task)
        else
            reason

    /// True when a request passes the task by.
    let private isExempt<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: inref<TaskRecord>) =
        task.Role = Role.Finalizer
        || (task.Phase = TaskPhase.Completed && store.Holds Premise.CompletedStays)

    /// cancelRegion(r, reason, outside). Nothing happens to a Closed region.
    let region<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (start: RegionId) reason outside : 'S =
        if (store.Region start).Phase = RegionPhase.Closed then
            store
        elif Queries.isReached store start reason then
            // Of a thousand tasks that fail together each asks for the region: only the first goes through all of them.
            markRegion store start reason outside
        else
            let mutable store = markRegion store start reason outside
            let reaches = store.Holds Premise.CancelReachesTasks
            let mutable current = start

            let mutable next = if reaches then (store.Region start).FirstTask else 0L<taskId>

            let mutable walking = true

            while walking do
                if next = 0L<taskId> then
                    if current = start then
                        walking <- false
                    else
                        let owner = &store.Task (store.Region current).Owner
                        current <- owner.Region
                        next <- owner.NextTask
                else
                    let id = next
                    let record = &store.Task id

                    if isExempt store &record then
                        next <- record.NextTask
                    else
                        store <- markTask store id (store.Region current).Reason true
                        let marked = &store.Task id
                        let deeper = below store marked.Waits

                        if deeper = 0L<regionId> then
                            next <- marked.NextTask
                        else
                            store <- markRegion store deeper (downwards store marked.Reason current id) true
                            current <- deeper
                            next <- (store.Region deeper).FirstTask

            store

    /// cancelTask(t, reason, echo). Nothing happens to a Completed task or a Finalizer.
    let task<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) reason echo : 'S =
        if isExempt store &(store.Task id) then
            store
        else
            let store = markTask store id reason echo
            let marked = &store.Task id
            let deeper = below store marked.Waits

            if deeper = 0L<regionId> then
                store
            else
                region store deeper (downwards store marked.Reason marked.Region id) true
