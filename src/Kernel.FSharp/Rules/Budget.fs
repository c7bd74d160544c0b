namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// What the two charging rules share.
[<RequireQualifiedAccess>]
module internal Charging =

    /// A request to the task itself because a quota ran out.
    let exhausted<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) kind : 'S =
        let store =
            store.Entail
                { Rule = RuleName.CancelRequest
                  Subject = int64 task
                  OnRegion = false }

        Cancellation.task store task (CancelReason.Of(kind, (store.Task task).Region, task)) false

    /// True when running out means a request; in clean-up and in finalizers it means escalation.
    let cancels (record: inref<TaskRecord>) =
        record.Phase = TaskPhase.Running && record.Role <> Role.Finalizer

/// ChargePoll(t): the driver is about to poll t once.
[<RequireQualifiedAccess>]
module ChargePoll =

    let private quota (record: inref<TaskRecord>) =
        if record.Phase = TaskPhase.Cancelling then record.Cleanup else record.Polls

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        else
            let record = &store.Task task

            if Queries.lacks store Premise.TaskActive (Queries.isActive &record) then
                Premise.TaskActive
            elif Queries.lacks store Premise.QuotaLimited (quota &record <> Quota.Unlimited) then
                Premise.QuotaLimited
            elif Queries.lacks store Premise.QuotaLeft (quota &record > 0 || Charging.cancels &record) then
                Premise.QuotaLeft
            else
                Premise.None

    /// One poll less, or a request when none is left.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let record = &store.Task task

        if quota &record <= 0 then
            Charging.exhausted store task CancelKind.PollQuota
        else
            let spent = if store.Holds Premise.SpendQuota then -1 else 0

            if record.Phase = TaskPhase.Cancelling then
                store.ChangeTask(task, TaskSpends(record.Polls, record.Cost, record.Cleanup + spent))
            else
                store.ChangeTask(task, TaskSpends(record.Polls + spent, record.Cost, record.Cleanup))

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.ChargePoll (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)

/// ChargeCost(t, n): the program charges n units of its own cost.
[<RequireQualifiedAccess>]
module ChargeCost =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (cost: int64) =
        if not (store.HasTask task) then
            Premise.KnownTask
        else
            let record = &store.Task task

            if Queries.lacks store Premise.TaskActive (Queries.isActive &record) then
                Premise.TaskActive
            elif Queries.lacks store Premise.CostValid (cost >= 1L) then
                Premise.CostValid
            elif Queries.lacks store Premise.QuotaLimited (record.Cost <> Quota.UnlimitedCost) then
                Premise.QuotaLimited
            else
                Premise.None

    /// Less cost left, and a request when it was not enough.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (cost: int64) : 'S =
        let record = &store.Task task
        let left = max 0L (record.Cost - cost)
        let isSpent = cost > record.Cost && Charging.cancels &record
        let store = store.ChangeTask(task, TaskSpends(record.Polls, left, record.Cleanup))

        if isSpent then Charging.exhausted store task CancelKind.CostBudget else store

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task cost =
        decide RuleName.ChargeCost (guard store task cost) (fun () -> next store task cost)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task cost =
        perform (guard store task cost) (fun () -> next store task cost)
