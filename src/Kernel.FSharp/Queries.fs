namespace Asupersync.Kernel

/// What the guards ask of a store (docs/semantics.md, Words used by the rules).
[<RequireQualifiedAccess>]
module Queries =

    /// The guard's verdict: true when it fails and the store enforces it.
    let inline lacks<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (premise: Premise) (condition: bool) =
        not condition && store.Holds premise

    /// live(t)
    let isLive (task: TaskRecord) = task.Phase <> TaskPhase.Completed

    /// active(t)
    let isActive (task: TaskRecord) =
        task.Started
        && (task.Phase = TaskPhase.Running
            || task.Phase = TaskPhase.CancelRequested
            || task.Phase = TaskPhase.Cancelling)

    /// cancelled(t)
    let isCancelled (task: TaskRecord) =
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

    /// Whether a completed task's outcome counts for its region when nobody takes it.
    let counts (task: TaskRecord) =
        task.Outcome.Severity > Severity.Ok
        && not (task.Outcome.Severity = Severity.Cancelled && task.Echo)
