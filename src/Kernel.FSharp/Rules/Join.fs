namespace Asupersync.Kernel.Rules

open System.Runtime.CompilerServices
open Asupersync.Kernel

/// JoinBlock(w, t): w waits for task t.
[<RequireQualifiedAccess>]
module JoinBlock =

    let private waitsForUs<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waiter: TaskId) (target: TaskId) =
        let waits = (store.Task target).Waits

        target = waiter
        || (waits.IsRegion && Queries.isInside store waiter waits.RegionId)

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waiter: TaskId) (target: TaskId) =
        if not (store.HasTask waiter && store.HasTask target) then
            Premise.KnownTask
        else
            match acts store waiter with
            | Premise.None ->
                if Queries.lacks store Premise.TargetNotFinished (Queries.isLive &(store.Task target)) then
                    Premise.TargetNotFinished
                elif Queries.lacks store Premise.NotAncestor (not (waitsForUs store waiter target)) then
                    Premise.NotAncestor
                else
                    Premise.None
            | failed -> failed

    /// The waiter is on the target's list.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waiter: TaskId) (target: TaskId) : 'S =
        let store = store.ChangeTask(waiter, TaskWaits(Target.Task target))

        Links.addWaiter store target waiter

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) waiter target =
        decide RuleName.JoinBlock (guard store waiter target) (fun () -> next store waiter target)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) waiter target =
        perform (guard store waiter target) (fun () -> next store waiter target)

/// JoinReady(w, x): w takes the outcome of x.
[<RequireQualifiedAccess>]
module JoinReady =

    let private finished<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: Target) =
        if target.IsRegion then
            (store.Region target.RegionId).Phase = RegionPhase.Closed
        else
            not (Queries.isLive &(store.Task target.TaskId))

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waiter: TaskId) (target: Target) =
        if not (store.HasTask waiter) then
            Premise.KnownTask
        elif target.IsRegion && not (store.HasRegion target.RegionId) then
            Premise.KnownRegion
        elif not target.IsRegion && not (store.HasTask target.TaskId) then
            Premise.KnownTask
        elif Queries.lacks store Premise.TargetFinished (finished store target) then
            Premise.TargetFinished
        else
            let waits = (store.Task waiter).Waits

            let takes =
                waits.Raw = target.Raw
                || (target.IsTask
                    && not (store.Task target.TaskId).Observed
                    && actor store waiter = Premise.None)

            if Queries.lacks store Premise.WaitingForIt takes then
                Premise.WaitingForIt
            else
                Premise.None

    /// The waiter goes on; a task's outcome is observed and leaves its region's account.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (waiter: TaskId) (target: Target) : 'S =
        let waits = (store.Task waiter).Waits

        let store = if waits.IsTask then Links.removeWaiter store waits.TaskId waiter else store

        let store = store.ChangeTask(waiter, TaskWaits Target.None)

        if target.IsTask && store.Holds Premise.MarkObserved then
            let id = target.TaskId
            let record = &store.Task id
            let counted = Queries.counts &record && not record.Observed
            let region = record.Region
            let store = store.ChangeTask(id, TaskIsObserved())
            if counted then Links.removeTask store id region else store
        else
            store

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) waiter target =
        decide RuleName.JoinReady (guard store waiter target) (fun () -> next store waiter target)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) waiter target =
        perform (guard store waiter target) (fun () -> next store waiter target)
