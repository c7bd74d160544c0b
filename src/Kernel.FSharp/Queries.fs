namespace Asupersync.Kernel

/// What the guards ask of a store (docs/semantics.md, Words used by the rules).
[<RequireQualifiedAccess>]
module Queries =

    /// The guard's verdict: true when it fails and the store enforces it.
    let inline lacks<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (premise: Premise) (condition: bool) =
        not condition && store.Holds premise

    /// live(t)
    let isLive (task: inref<TaskRecord>) = task.Phase <> TaskPhase.Completed

    /// active(t)
    let isActive (task: inref<TaskRecord>) =
        task.Started
        && (task.Phase = TaskPhase.Running
            || task.Phase = TaskPhase.CancelRequested
            || task.Phase = TaskPhase.Cancelling)

    /// cancelled(t)
    let isCancelled (task: inref<TaskRecord>) =
        task.Phase = TaskPhase.CancelRequested
        || task.Phase = TaskPhase.Cancelling
        || task.Phase = TaskPhase.Finalizing

    /// inside(t, r). A region's identifier is above that of every region around it, so the climb can stop early.
    let isInside<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (region: RegionId) =
        let mutable current = (store.Task task).Region

        while current > region do
            let owner = (store.Region current).Owner
            current <- if owner = 0L<taskId> then 0L<regionId> else (store.Task owner).Region

        current = region

    /// Whether a request for the region would change nothing below it: all of that has a reason at least as strong as the region's
    /// (ReasonReaches). Each reason came from above in one step, nothing was added since, and reasons never weaken, so once true this stays
    /// true.
    let isReached<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) (reason: CancelReason) =
        let record = &store.Region region

        store.IsHonest
        && record.Phase <> RegionPhase.Open
        && not (isNull record.Reason)
        && obj.ReferenceEquals(CancelReason.Strengthen(record.Reason, reason), record.Reason)

    /// Whether a failure of the task would change nothing below its region. Once true this stays true.
    let isFailureOwn<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        let region = (store.Task task).Region

        (store.Region region).Policy <> Policy.FailFast
        || isReached store region (CancelReason.Of(CancelKind.FailFast, region, task))

    /// Whether an outcome counts for its region when nobody takes it; an echo is what the region itself asked for.
    let isCounted (severity: Severity) (echo: bool) =
        severity > Severity.Ok && not (severity = Severity.Cancelled && echo)

    /// The same of a completed task.
    let counts (task: inref<TaskRecord>) =
        isCounted task.Outcome.Severity task.Echo
