namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// CancelRequest(by, x, reason): a task or the environment asks that x be cancelled.
[<RequireQualifiedAccess>]
module CancelRequest =

    let private targetKnown<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: Target) =
        if target.IsRegion then
            if store.HasRegion target.RegionId then Premise.None else Premise.KnownRegion
        elif store.HasTask target.TaskId then
            Premise.None
        else
            Premise.KnownTask

    let private askerExists<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (by: TaskId) =
        by = 0L<taskId> || store.HasTask by

    let private askerActs<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (by: TaskId) =
        by = 0L<taskId> || actor store by = Premise.None

    let private notFinished<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: Target) =
        if target.IsRegion then
            (store.Region target.RegionId).Phase <> RegionPhase.Closed
        else
            let record = &store.Task target.TaskId
            Queries.isLive &record && record.Role <> Role.Finalizer

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (by: TaskId) (target: Target) =
        match targetKnown store target with
        | Premise.None ->
            // That the asker exists is never let go, as with every other identifier.
            if
                not (askerExists store by)
                || Queries.lacks store Premise.AskerActive (askerActs store by)
            then
                Premise.AskerActive
            elif Queries.lacks store Premise.TargetNotFinished (notFinished store target) then
                Premise.TargetNotFinished
            else
                Premise.None
        | failed -> failed

    /// The request is carried through everything below the target.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (by: TaskId) (target: Target) reason : 'S =
        if isNull reason then
            // A request without a reason asks for nothing.
            store
        elif target.IsRegion then
            let outside =
                by = 0L<taskId>
                || (store.Holds Premise.CountOutsiders
                    && not (Queries.isInside store by target.RegionId))

            Cancellation.region store target.RegionId reason outside
        else
            Cancellation.task store target.TaskId reason (by <> 0L<taskId>)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) by target reason =
        decide RuleName.CancelRequest (guard store by target) (fun () -> next store by target reason)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) by target reason =
        perform (guard store by target) (fun () -> next store by target reason)

/// Checkpoint(t): t sees the request and acknowledges it.
[<RequireQualifiedAccess>]
module Checkpoint =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        else
            let record = &store.Task task

            if Queries.lacks store Premise.CancelPending (record.Phase = TaskPhase.CancelRequested) then
                Premise.CancelPending
            elif Queries.lacks store Premise.NotMasked (record.Mask = 0) then
                Premise.NotMasked
            elif Queries.lacks store Premise.WaitInterruptible (not record.Waits.IsRegion) then
                Premise.WaitInterruptible
            else
                Premise.None

    /// The task is cancelling, and waits for nobody.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let waits = (store.Task task).Waits

        let store =
            if not (store.Holds Premise.StopsWaiting) then
                store.ChangeTask(task, TaskEnters TaskPhase.Cancelling)
            else
                let store = if waits.IsTask then Links.removeWaiter store waits.TaskId task else store
                store.ChangeTask(task, TaskAcknowledges())

        store.Emit(Effect.onTask EffectKind.Acknowledged task)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.Checkpoint (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)

/// Drain(t): an acknowledged task reached the end of its clean-up.
[<RequireQualifiedAccess>]
module Drain =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        else
            let record = &store.Task task

            if Queries.lacks store Premise.Acknowledged (record.Phase = TaskPhase.Cancelling) then
                Premise.Acknowledged
            elif Queries.lacks store Premise.TaskNotWaiting record.Waits.IsNone then
                Premise.TaskNotWaiting
            else
                Premise.None

    /// The task is finalizing.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        if store.Holds Premise.LeavesSections then
            store.ChangeTask(task, TaskLeavesMasks TaskPhase.Finalizing)
        else
            store.ChangeTask(task, TaskEnters TaskPhase.Finalizing)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.Drain (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)

/// Finalize(t): a drained task completes Cancelled.
[<RequireQualifiedAccess>]
module Finalize =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        elif Queries.lacks store Premise.Drained ((store.Task task).Phase = TaskPhase.Finalizing) then
            Premise.Drained
        else
            Premise.None

    /// The task is Completed, Cancelled for its own reason.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        Completion.complete store task (Outcome.cancelled (store.Task task).Reason)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.Finalize (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)
