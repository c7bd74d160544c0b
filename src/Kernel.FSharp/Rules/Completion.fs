namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// Leak(o): the obligation's holder ended well without resolving it. Only ever a consequence of Complete.
[<RequireQualifiedAccess>]
module Leak =

    /// The obligation is Leaked.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        let holder = (store.Obligation id).Holder
        let store = Links.removeHeld store id holder

        let store = store.ChangeObligation(id, ObligationBecomes ObligationPhase.Leaked)

        let store = store.Entail { Rule = RuleName.Leak; Subject = int64 id; OnRegion = false }

        store.Emit(Effect.onObligation EffectKind.Leaked holder id)

/// resolveHeld and complete of docs/semantics.md: the end of a task, with what it entails, in one step.
[<RequireQualifiedAccess>]
module internal Completion =

    let private abort<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        let holder = (store.Obligation id).Holder
        let store = Links.removeHeld store id holder

        let store = store.ChangeObligation(id, ObligationBecomes ObligationPhase.Aborted)

        let store = store.Entail { Rule = RuleName.Abort; Subject = int64 id; OnRegion = false }

        store.Emit(Effect.onObligation EffectKind.KernelAborted holder id)

    let private resolveHeld<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (task: TaskId)
        (first: ObligationId)
        (outcome: Outcome)
        : 'S =
        let mutable store = store

        if store.Holds Premise.ResolveHeld then
            let mutable held = first

            while held <> 0L<obligationId> do
                store <-
                    if outcome.Severity <= Severity.Err || not (store.Holds Premise.AbortHeld) then
                        Leak.next store held
                    else
                        abort store held

                held <- (store.Task task).FirstHeld

        store

    let private scheduleWaiters<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (first: TaskId) : 'S =
        let mutable store = store
        let mutable waiter = first

        while waiter <> 0L<taskId> do
            store <- store.Emit(Effect.onTask EffectKind.Schedule waiter)
            waiter <- (store.Task waiter).NextWaiter

        store

    /// A failure asks for everything else in its region to be cancelled, where that is its policy.
    let private failFast<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (region: RegionId) : 'S =
        let record = &store.Region region

        if
            not (Queries.lacks store Premise.OnlyFailFast (record.Policy = Policy.FailFast))
            && store.Holds Premise.FailFastCancels
        then
            let store =
                if not (Queries.lacks store Premise.FirstTriggers (record.Trigger = 0L<taskId>)) then
                    store.ChangeRegion(region, RegionTriggered id)
                else
                    store

            let store =
                store.Entail
                    { Rule = RuleName.CancelRequest
                      Subject = int64 region
                      OnRegion = true }

            Cancellation.region store region (CancelReason.Of(CancelKind.FailFast, region, id)) false
        else
            store

    /// complete(t, outcome).
    let complete<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (outcome: Outcome) : 'S =
        let before = &store.Task id
        let region = before.Region
        let role = before.Role
        let waits = before.Waits
        let echo = before.Echo
        let firstWaiter = before.FirstWaiter
        let firstHeld = before.FirstHeld

        let store = if waits.IsTask then Links.removeWaiter store waits.TaskId id else store

        let recorded = if store.Holds Premise.RecordOutcome then outcome else Outcome.none
        let store = store.ChangeTask(id, TaskCompletes recorded)

        let store = store.ChangeRegion(region, LiveAdded -1)
        let store = store.Emit(Effect.onTask EffectKind.TaskCompleted id)
        let store = scheduleWaiters store firstWaiter
        let store = store.Emit(Effect.onRegion EffectKind.Advance region)

        let store =
            if firstHeld = 0L<obligationId> then
                store
            else
                resolveHeld store id firstHeld outcome

        let failed = outcome.Severity = Severity.Err || outcome.Severity = Severity.Panicked

        let store =
            if
                Queries.lacks store Premise.OnlyFailures failed
                || Queries.lacks store Premise.NotFinalizers (role <> Role.Finalizer)
            then
                store
            else
                failFast store id region

        // What can no longer count for the region's outcome leaves its list, so that a long-lived region holds no list of its past.
        if Queries.isCounted recorded.Severity echo then
            store
        else
            Links.removeTask store id region
