namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// Leak(o): the obligation's holder ended well without resolving it. Only ever a consequence of Complete.
[<RequireQualifiedAccess>]
module Leak =

    /// The obligation is Leaked.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        let record = store.Obligation id
        let store = Links.removeHeld store id

        let store = store.ChangeObligation(id, ObligationBecomes ObligationPhase.Leaked)

        let store = store.Entail { Rule = RuleName.Leak; Subject = int64 id; OnRegion = false }

        store.Emit(Effect.onObligation EffectKind.Leaked record.Holder id)

/// resolveHeld and complete of docs/semantics.md: the end of a task, with what it entails, in one step.
[<RequireQualifiedAccess>]
module internal Completion =

    let private abort<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        let record = store.Obligation id
        let store = Links.removeHeld store id

        let store = store.ChangeObligation(id, ObligationBecomes ObligationPhase.Aborted)

        let store = store.Entail { Rule = RuleName.Abort; Subject = int64 id; OnRegion = false }

        store.Emit(Effect.onObligation EffectKind.KernelAborted record.Holder id)

    let private resolveHeld<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (task: TaskId)
        (outcome: Outcome)
        : 'S =
        let mutable store = store

        if store.Holds Premise.ResolveHeld then
            let mutable held = (store.Task task).FirstHeld

            while held <> 0L<obligationId> do
                store <-
                    if outcome.Severity <= Severity.Err || not (store.Holds Premise.AbortHeld) then
                        Leak.next store held
                    else
                        abort store held

                held <- (store.Task task).FirstHeld

        store

    let private scheduleWaiters<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let mutable store = store
        let mutable waiter = (store.Task task).FirstWaiter

        while waiter <> 0L<taskId> do
            store <- store.Emit(Effect.onTask EffectKind.Schedule waiter)
            waiter <- (store.Task waiter).NextWaiter

        store

    /// complete(t, outcome).
    let complete<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (outcome: Outcome) : 'S =
        let before = store.Task id

        let store =
            if before.Waits.IsTask then
                Links.removeWaiter store before.Waits.TaskId id
            else
                store

        let recorded = if store.Holds Premise.RecordOutcome then outcome else Outcome.none
        let store = store.ChangeTask(id, TaskCompletes recorded)

        let store = store.ChangeRegion(before.Region, LiveAdded -1)
        let store = store.Emit(Effect.onTask EffectKind.TaskCompleted id)
        let store = scheduleWaiters store id
        let store = store.Emit(Effect.onRegion EffectKind.Advance before.Region)
        let store = resolveHeld store id outcome

        let failed = outcome.Severity = Severity.Err || outcome.Severity = Severity.Panicked

        let store =
            if
                failed
                && before.Role <> Role.Finalizer
                && (store.Region before.Region).Policy = Policy.FailFast
                && store.Holds Premise.FailFastCancels
            then
                let store =
                    if (store.Region before.Region).Trigger = 0L<taskId> then
                        store.ChangeRegion(before.Region, RegionTriggered id)
                    else
                        store

                let store =
                    store.Entail
                        { Rule = RuleName.CancelRequest
                          Subject = int64 before.Region
                          OnRegion = true }

                Cancellation.region store before.Region (CancelReason.Of(CancelKind.FailFast, before.Region, id)) false
            else
                store

        // What can no longer count for the region's outcome leaves its list, so that a long-lived region holds no list of its past.
        if Queries.counts (store.Task id) then store else Links.removeTask store id
