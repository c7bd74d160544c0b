namespace Asupersync.Kernel

open Asupersync.Kernel.Rules

/// The small-step relation as a function of a store: from an action to its rule, and nothing else.
[<RequireQualifiedAccess>]
module Step =

    /// Applies an action to a store: the next store, or the refusal that names the failed guard.
    let apply<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (action: Action) : Result<'S, Refusal> =
        match action with
        | Spawn(task, region, child, budget) -> Spawn.step store task region child budget
        | Start task -> Start.step store task
        | Complete(task, outcome) -> Complete.step store task outcome
        | CancelRequest(by, target, reason) -> CancelRequest.step store by target reason
        | Checkpoint task -> Checkpoint.step store task
        | CheckpointMasked task -> CheckpointMasked.step store task
        | MaskEnter(task, units) -> MaskEnter.step store task units
        | MaskExit task -> MaskExit.step store task
        | Drain task -> Drain.step store task
        | Finalize task -> Finalize.step store task
        | ChargePoll task -> ChargePoll.step store task
        | ChargeCost(task, cost) -> ChargeCost.step store task cost
        | Reserve(task, obligation, kind) -> Reserve.step store task obligation kind
        | Commit(task, obligation) -> Commit.step store task obligation
        | Abort(task, obligation) -> Abort.step store task obligation
        | Transfer(task, obligation, receiver) -> Transfer.step store task obligation receiver
        | OpenRegion(task, region, body, policy, budget) -> OpenRegion.step store task region body policy budget
        | Defer task -> Defer.step store task
        | CloseBegin region -> CloseBegin.step store region
        | CloseCancelChildren region -> CloseCancelChildren.step store region
        | CloseChildrenDone region -> CloseChildrenDone.step store region
        | CloseRunFinalizer(region, finalizer) -> CloseRunFinalizer.step store region finalizer
        | CloseComplete region -> CloseComplete.step store region
        | JoinBlock(waiter, target) -> JoinBlock.step store waiter target
        | JoinReady(waiter, target) -> JoinReady.step store waiter target

    /// Applies an action to a store that works in place: the guard that failed, or None. The same rules, with less to give back.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (action: Action) : Premise =
        match action with
        | Spawn(task, region, child, budget) -> Spawn.enact store task region child budget
        | Start task -> Start.enact store task
        | Complete(task, outcome) -> Complete.enact store task outcome
        | CancelRequest(by, target, reason) -> CancelRequest.enact store by target reason
        | Checkpoint task -> Checkpoint.enact store task
        | CheckpointMasked task -> CheckpointMasked.enact store task
        | MaskEnter(task, units) -> MaskEnter.enact store task units
        | MaskExit task -> MaskExit.enact store task
        | Drain task -> Drain.enact store task
        | Finalize task -> Finalize.enact store task
        | ChargePoll task -> ChargePoll.enact store task
        | ChargeCost(task, cost) -> ChargeCost.enact store task cost
        | Reserve(task, obligation, kind) -> Reserve.enact store task obligation kind
        | Commit(task, obligation) -> Commit.enact store task obligation
        | Abort(task, obligation) -> Abort.enact store task obligation
        | Transfer(task, obligation, receiver) -> Transfer.enact store task obligation receiver
        | OpenRegion(task, region, body, policy, budget) -> OpenRegion.enact store task region body policy budget
        | Defer task -> Defer.enact store task
        | CloseBegin region -> CloseBegin.enact store region
        | CloseCancelChildren region -> CloseCancelChildren.enact store region
        | CloseChildrenDone region -> CloseChildrenDone.enact store region
        | CloseRunFinalizer(region, finalizer) -> CloseRunFinalizer.enact store region finalizer
        | CloseComplete region -> CloseComplete.enact store region
        | JoinBlock(waiter, target) -> JoinBlock.enact store waiter target
        | JoinReady(waiter, target) -> JoinReady.enact store waiter target

    /// Fills an empty store with the initial state: the root region, Open, and its body, Created.
    let initial<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (policy: Policy) (budget: Budget) : 'S =
        let store = OpenRegion.create store 0L<taskId> 1L<regionId> 1L<taskId> policy budget
        store.Emit(Effect.onTask EffectKind.Schedule 1L<taskId>)
