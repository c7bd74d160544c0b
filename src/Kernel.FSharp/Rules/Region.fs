namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// OpenRegion(t, r, b, p): t opens region r with body b and waits for it.
[<RequireQualifiedAccess>]
module OpenRegion =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (task: TaskId)
        (region: RegionId)
        (body: TaskId)
        budget
        =
        if not (store.HasTask task) then
            Premise.KnownTask
        elif
            lacksFresh store store.RegionCount region
            || lacksFresh store store.TaskCount body
        then
            Premise.FreshId
        elif Queries.lacks store Premise.BudgetValid (Budget.isValid budget) then
            Premise.BudgetValid
        else
            match acts store task with
            | Premise.None ->
                let record = &store.Task task

                if Queries.lacks store Premise.SpawnerRunning (record.Phase = TaskPhase.Running) then
                    Premise.SpawnerRunning
                elif Queries.lacks store Premise.RegionOpen ((store.Region record.Region).Phase = RegionPhase.Open) then
                    Premise.RegionOpen
                else
                    Premise.None
            | failed -> failed

    /// A region of the given owner, with its body, before anything happened in it.
    let internal create<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) owner region body policy budget : 'S =
        let store = store.AddRegion(region, RegionIsNew(owner, body, policy, budget))
        Links.appendTask store body region (TaskIsNew(region, Role.Body, budget))

    /// The region exists, with its body; the owner waits.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) region body policy own : 'S =
        let owner = &store.Task task

        let parent =
            { Deadline = owner.Deadline
              Polls = owner.Polls
              Cost = owner.Cost
              Priority = owner.Priority }

        let store = create store task region body policy (NewTask.budget store parent own)

        let store =
            if store.Holds Premise.OwnerWaits then
                store.ChangeTask(task, TaskWaits(Target.Region region))
            else
                store

        store.Emit(Effect.onTask EffectKind.Schedule body)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task region body policy budget =
        decide RuleName.OpenRegion (guard store task region body budget) (fun () ->
            next store task region body policy budget)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task region body policy budget =
        perform (guard store task region body budget) (fun () -> next store task region body policy budget)

/// Defer(t): t registers a finalizer with its region.
[<RequireQualifiedAccess>]
module Defer =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        match actor store task with
        | Premise.None ->
            let phase = (store.Region (store.Task task).Region).Phase

            if Queries.lacks store Premise.AcceptsFinalizers (phase <= RegionPhase.Draining) then
                Premise.AcceptsFinalizers
            else
                Premise.None
        | failed -> failed

    /// One finalizer more.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let region = (store.Task task).Region
        store.ChangeRegion(region, FinalizersAdded 1)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.Defer (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)
