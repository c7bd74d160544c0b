namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// What the rungs of the closing ladder share.
[<RequireQualifiedAccess>]
module internal Ladder =

    /// The region stands on another rung.
    let moveTo<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) phase : 'S =
        let store = store.ChangeRegion(region, RegionEnters phase)
        store.Emit(Effect.onRegion EffectKind.Advance region)

    /// The guards "the region exists" and "it stands on this rung".
    let stands<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) phase premise =
        if not (store.HasRegion region) then
            Premise.KnownRegion
        elif Queries.lacks store premise ((store.Region region).Phase = phase) then
            premise
        else
            Premise.None

    /// The guards of the rungs from which no task of the region may be live.
    let deserted<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) phase premise =
        match stands store region phase premise with
        | Premise.None ->
            if Queries.lacks store Premise.ChildrenCompleted ((store.Region region).Live = 0) then
                Premise.ChildrenCompleted
            else
                Premise.None
        | failed -> failed

/// CloseBegin(r): the scope is left.
[<RequireQualifiedAccess>]
module CloseBegin =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) =
        match Ladder.stands store region RegionPhase.Open Premise.RegionOpen with
        | Premise.None ->
            let body = &store.Task (store.Region region).Body

            if Queries.lacks store Premise.BodyCompleted (not (Queries.isLive &body)) then
                Premise.BodyCompleted
            else
                Premise.None
        | failed -> failed

    /// The region is Closing.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) : 'S =
        Ladder.moveTo store region RegionPhase.Closing

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        decide RuleName.CloseBegin (guard store region) (fun () -> next store region)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        perform (guard store region) (fun () -> next store region)

/// CloseCancelChildren(r): a body that did not end well cancels what is left.
[<RequireQualifiedAccess>]
module CloseCancelChildren =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) =
        Ladder.stands store region RegionPhase.Closing Premise.RegionClosing

    /// The region drains, its children cancelled if the body failed.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) : 'S =
        let record = &store.Region region
        let reason = record.Reason
        let body = record.Body
        let store = store.ChangeRegion(region, RegionEnters RegionPhase.Draining)
        let outcome = (store.Task body).Outcome

        let store =
            if
                isNull reason
                && outcome.Severity > Severity.Ok
                && store.Holds Premise.FailedBodyCancels
            then
                let reason =
                    if outcome.Severity = Severity.Cancelled then
                        outcome.Reason
                    else
                        CancelReason.Of(CancelKind.FailFast, region, body)

                let store =
                    store.Entail
                        { Rule = RuleName.CancelRequest
                          Subject = int64 region
                          OnRegion = true }

                Cancellation.region store region reason false
            else
                store

        store.Emit(Effect.onRegion EffectKind.Advance region)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        decide RuleName.CloseCancelChildren (guard store region) (fun () -> next store region)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        perform (guard store region) (fun () -> next store region)

/// CloseChildrenDone(r): nothing of the region is alive.
[<RequireQualifiedAccess>]
module CloseChildrenDone =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) =
        Ladder.deserted store region RegionPhase.Draining Premise.RegionDraining

    /// The region is Finalizing.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) : 'S =
        Ladder.moveTo store region RegionPhase.Finalizing

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        decide RuleName.CloseChildrenDone (guard store region) (fun () -> next store region)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        perform (guard store region) (fun () -> next store region)

/// CloseRunFinalizer(r, f): the newest finalizer runs, as a task f of its own.
[<RequireQualifiedAccess>]
module CloseRunFinalizer =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) (finalizer: TaskId) =
        if not (store.HasRegion region) then
            Premise.KnownRegion
        elif lacksFresh store store.TaskCount finalizer then
            Premise.FreshId
        else
            match Ladder.deserted store region RegionPhase.Finalizing Premise.RegionFinalizing with
            | Premise.None ->
                if Queries.lacks store Premise.FinalizersLeft ((store.Region region).Finalizers > 0) then
                    Premise.FinalizersLeft
                else
                    Premise.None
            | failed -> failed

    /// One finalizer fewer is left; its task is Created.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) (finalizer: TaskId) : 'S =
        let number = (store.Region region).Finalizers
        let store = store.ChangeRegion(region, FinalizersAdded -1)

        let budget = { Budget.unlimited with Polls = store.Limits.FinalizerPolls }

        let store = Links.appendTask store finalizer region (TaskIsNew(region, Role.Finalizer, budget))

        let store =
            store.Emit
                { Kind = EffectKind.RunFinalizer
                  Task = finalizer
                  Region = region
                  Number = int64 number }

        store.Emit(Effect.onTask EffectKind.Schedule finalizer)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region finalizer =
        decide RuleName.CloseRunFinalizer (guard store region finalizer) (fun () -> next store region finalizer)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region finalizer =
        perform (guard store region finalizer) (fun () -> next store region finalizer)

/// CloseComplete(r): the region is closed, with an outcome.
[<RequireQualifiedAccess>]
module CloseComplete =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) =
        match Ladder.deserted store region RegionPhase.Finalizing Premise.RegionFinalizing with
        | Premise.None ->
            if Queries.lacks store Premise.FinalizersRun ((store.Region region).Finalizers = 0) then
                Premise.FinalizersRun
            else
                Premise.None
        | failed -> failed

    let private unobserved<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (first: TaskId) =
        let mutable worst = Outcome.ok

        if store.Holds Premise.CountUnobserved then
            let mutable current = first

            while current <> 0L<taskId> do
                let task = &store.Task current

                if Queries.counts &task && not task.Observed then
                    worst <- Outcome.join worst task.Outcome

                current <- task.NextTask

        worst

    /// The outcome of a region that is about to close.
    let internal outcome<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) =
        let record = &store.Region region
        let own = unobserved store record.FirstTask
        let body = (store.Task record.Body).Outcome

        let isTriggered = record.Trigger <> 0L<taskId>

        // The body is an echo of what the trigger set off.
        let isExcused =
            isTriggered
            && body.Severity = Severity.Cancelled
            && store.Holds Premise.ExcuseBody

        let withBody =
            if isExcused || not (store.Holds Premise.CountBody) then
                own
            else
                Outcome.join own body

        let scoped =
            if isTriggered && store.Holds Premise.CountTrigger then
                Outcome.join withBody (store.Task record.Trigger).Outcome
            else
                withBody

        if record.External && store.Holds Premise.ExternalFloor then
            Outcome.join scoped (Outcome.cancelled record.Reason)
        else
            scoped

    /// The region is Closed; its owner has news.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (region: RegionId) : 'S =
        let outcome = if store.Holds Premise.RecordOutcome then outcome store region else Outcome.none

        let store = store.ChangeRegion(region, RegionCloses outcome)
        let store = store.Emit(Effect.onRegion EffectKind.RegionClosed region)
        let owner = (store.Region region).Owner

        if owner = 0L<taskId> then
            store
        else
            store.Emit(Effect.onTask EffectKind.Schedule owner)

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        decide RuleName.CloseComplete (guard store region) (fun () -> next store region)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) region =
        perform (guard store region) (fun () -> next store region)
