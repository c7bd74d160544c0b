namespace Asupersync.Kernel.Rules

open System.Runtime.CompilerServices
open Asupersync.Kernel

/// New tasks, alike for Spawn, OpenRegion and CloseRunFinalizer.
[<RequireQualifiedAccess>]
module internal NewTask =

    /// The budget of something new under a parent.
    let budget<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) parent own =
        if store.Holds Premise.MeetBudget then Budget.meet parent own else own

/// Spawn(t, r, c): task t adds a new task c to region r.
[<RequireQualifiedAccess>]
module Spawn =

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (task: TaskId)
        (region: RegionId)
        (child: TaskId)
        budget
        =
        if not (store.HasTask task) then
            Premise.KnownTask
        elif not (store.HasRegion region) then
            Premise.KnownRegion
        elif lacksFresh store store.TaskCount child then
            Premise.FreshId
        elif Queries.lacks store Premise.BudgetValid (Budget.isValid budget) then
            Premise.BudgetValid
        else
            match acts store task with
            | Premise.None ->
                if Queries.lacks store Premise.SpawnerRunning ((store.Task task).Phase = TaskPhase.Running) then
                    Premise.SpawnerRunning
                elif Queries.lacks store Premise.RegionOpen ((store.Region region).Phase = RegionPhase.Open) then
                    Premise.RegionOpen
                else
                    Premise.None
            | failed -> failed

    /// The region has one more child, Created.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) (child: TaskId) own : 'S =
        let budget = NewTask.budget store (store.Region region).Budget own
        let role = if store.Holds Premise.SpawnsChild then Role.Child else Role.Body
        let store = Links.appendTask store child region (TaskIsNew(region, role, budget))
        store.Emit(Effect.onTask EffectKind.Schedule child)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task region child budget =
        decide RuleName.Spawn (guard store task region child budget) (fun () -> next store region child budget)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task region child budget =
        perform (guard store task region child budget) (fun () -> next store region child budget)

/// Start(t): the body of t is entered.
[<RequireQualifiedAccess>]
module Start =

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        elif Queries.lacks store Premise.TaskCreated ((store.Task task).Phase = TaskPhase.Created) then
            Premise.TaskCreated
        else
            Premise.None

    /// The task runs.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        store.ChangeTask(task, TaskStarts(store.Holds Premise.TaskStarted))

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.Start (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)

/// Complete(t, o): the body of t ended by itself.
[<RequireQualifiedAccess>]
module Complete =

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (outcome: Outcome) =
        if not (store.HasTask task) then
            Premise.KnownTask
        else
            let record = &store.Task task
            let panicked = outcome.Severity = Severity.Panicked

            let mayEnd =
                Queries.isActive &record
                || (record.Started && record.Phase = TaskPhase.Finalizing && panicked)

            // An outcome is one of the four, and a cancellation has a reason.
            let isOutcome =
                outcome.Severity >= Severity.Ok
                && outcome.Severity <= Severity.Panicked
                && (outcome.Severity = Severity.Cancelled) <> isNull outcome.Reason

            let fits =
                isOutcome
                && (panicked
                    || record.Phase = TaskPhase.Running
                    || record.Phase = TaskPhase.CancelRequested)

            if Queries.lacks store Premise.TaskActive mayEnd then
                Premise.TaskActive
            elif Queries.lacks store Premise.TaskNotWaiting record.Waits.IsNone then
                Premise.TaskNotWaiting
            elif Queries.lacks store Premise.OutcomeFitsPhase fits then
                Premise.OutcomeFitsPhase
            else
                Premise.None

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task outcome =
        decide RuleName.Complete (guard store task outcome) (fun () -> Completion.complete store task outcome)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task outcome =
        perform (guard store task outcome) (fun () -> Completion.complete store task outcome)
