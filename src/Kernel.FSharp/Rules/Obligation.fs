namespace Asupersync.Kernel.Rules

open System.Runtime.CompilerServices
open Asupersync.Kernel

/// Reserve(t, o, k): t takes on obligation o.
[<RequireQualifiedAccess>]
module Reserve =

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (id: ObligationId) =
        if not (store.HasTask task) then Premise.KnownTask
        elif lacksFresh store store.ObligationCount id then Premise.FreshId
        else acts store task

    /// The obligation is Reserved.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (id: ObligationId) kind : 'S =
        let store = store.AddObligation(id, ObligationIsNew(kind, task))
        Links.addHeld store id task

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id kind =
        decide RuleName.Reserve (guard store task id) (fun () -> next store task id kind)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id kind =
        perform (guard store task id) (fun () -> next store task id kind)

/// What Commit, Abort and Transfer share.
[<RequireQualifiedAccess>]
module internal Holding =

    /// The guards on the task, the obligation and the one's hold on the other.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) (id: ObligationId) =
        if not (store.HasTask task) then
            Premise.KnownTask
        elif not (store.HasObligation id) then
            Premise.KnownObligation
        else
            let record = &store.Obligation id

            if Queries.lacks store Premise.IsReserved (record.Phase = ObligationPhase.Reserved) then
                Premise.IsReserved
            elif Queries.lacks store Premise.IsHolder (record.Holder = task) then
                Premise.IsHolder
            else
                acts store task

    /// The obligation leaves the ledger's open part.
    let resolve<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) phase : 'S =
        let record = &store.Obligation id

        let store =
            if record.Phase = ObligationPhase.Reserved then
                Links.removeHeld store id record.Holder
            else
                store

        store.ChangeObligation(id, ObligationBecomes phase)

/// Commit(t, o): the holder carries out what it reserved.
[<RequireQualifiedAccess>]
module Commit =

    /// The obligation is Committed.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        Holding.resolve store id ObligationPhase.Committed

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id =
        decide RuleName.Commit (Holding.guard store task id) (fun () -> next store id)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id =
        perform (Holding.guard store task id) (fun () -> next store id)

/// Abort(t, o): the holder gives up what it reserved.
[<RequireQualifiedAccess>]
module Abort =

    /// The obligation is Aborted.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        Holding.resolve store id ObligationPhase.Aborted

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id =
        decide RuleName.Abort (Holding.guard store task id) (fun () -> next store id)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id =
        perform (Holding.guard store task id) (fun () -> next store id)

/// Transfer(t, o, u): the holder hands the obligation to another live task.
[<RequireQualifiedAccess>]
module Transfer =

    /// The first guard that fails.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let guard<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (task: TaskId)
        (id: ObligationId)
        (receiver: TaskId)
        =
        if not (store.HasTask receiver) then
            Premise.KnownTask
        else
            match Holding.guard store task id with
            | Premise.None ->
                let phase = (store.Task receiver).Phase

                if Queries.lacks store Premise.ReceiverLive (phase < TaskPhase.Finalizing) then
                    Premise.ReceiverLive
                elif Queries.lacks store Premise.ReceiverDiffers (receiver <> task) then
                    Premise.ReceiverDiffers
                else
                    Premise.None
            | failed -> failed

    /// The receiver holds it.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) (receiver: TaskId) : 'S =
        let store = Links.removeHeld store id (store.Obligation id).Holder
        let store = store.ChangeObligation(id, HolderIs receiver)
        Links.addHeld store id receiver

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id receiver =
        decide RuleName.Transfer (guard store task id receiver) (fun () -> next store id receiver)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task id receiver =
        perform (guard store task id receiver) (fun () -> next store id receiver)
