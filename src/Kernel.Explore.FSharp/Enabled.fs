namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open Asupersync.Kernel

/// What the candidates depend on: how many records there are and the regions of the tasks. Many states have it in common.
[<Sealed>]
type Shape internal (number: int, actions: Action[]) =

    /// Its number, 0, 1, 2 ... in order of appearance.
    member _.Number = number

    /// Every candidate for a state of this shape, in the order of Next in spec/tla/Asupersync.tla. Identifiers that do not
    /// exist, or are not fresh where that is asked for, are left out: every store refuses them.
    member _.Actions = actions

/// The actions that bounds allow to be tried in a state. For one thread.
[<Sealed>]
type Candidates(bounds: Bounds) =

    let shapes = Dictionary<string, Shape>(StringComparer.Ordinal)
    let byKey = shapes.GetAlternateLookup<ReadOnlySpan<char>>()
    let mutable key: char[] = Array.zeroCreate 16
    let budget = Bounds.spawnBudget bounds
    let reuses = List.contains Premise.FreshId bounds.Dropped

    // Where the bounds let CostValid go, a charge may be -1, as in the model.
    let costs =
        if List.contains Premise.CostValid bounds.Dropped then
            bounds.Costs @ [ -1 ]
        else
            bounds.Costs

    let upTo limit count = [ 1L .. min (int64 limit) count ]

    let among ids count =
        ids |> List.map int64 |> List.filter (fun id -> id >= 1L && id <= count)

    // Identifiers for something new. Where the bounds let FreshId go, those in use are tried too, as in the model.
    let fresh limit count =
        let last = min (int64 limit) (count + 1L)
        let first = if reuses then 1L else count + 1L
        [ first..last ]

    let outcome (regionOf: TaskId -> RegionId) (id: TaskId) severity =
        match severity with
        | Severity.Ok -> Outcome.ok
        | Severity.Err -> Outcome.err
        | Severity.Panicked -> Outcome.panicked
        // A cancellation that the body let through names the body itself as the asker, here and in the model.
        | _ -> Outcome.cancelled (CancelReason.Of(CancelKind.User, regionOf id, id))

    let build regionCount taskCount obligationCount (regionOf: TaskId -> RegionId) : Action[] =
        let tasks = upTo bounds.MaxTasks taskCount |> List.map (fun id -> id * 1L<taskId>)
        let regions = upTo bounds.MaxRegions regionCount |> List.map (fun id -> id * 1L<regionId>)

        let held =
            upTo bounds.MaxObligations obligationCount
            |> List.map (fun id -> id * 1L<obligationId>)

        let newTasks = fresh bounds.MaxTasks taskCount |> List.map (fun id -> id * 1L<taskId>)
        let newRegions = fresh bounds.MaxRegions regionCount |> List.map (fun id -> id * 1L<regionId>)

        let newHeld =
            fresh bounds.MaxObligations obligationCount
            |> List.map (fun id -> id * 1L<obligationId>)

        let reservers = among bounds.Reservers taskCount |> List.map (fun id -> id * 1L<taskId>)
        let maskers = among bounds.Maskers taskCount |> List.map (fun id -> id * 1L<taskId>)

        let askers =
            bounds.Askers
            |> List.filter (fun id -> int64 id <= taskCount)
            |> List.map (fun id -> int64 id * 1L<taskId>)

        let askedBy (by: TaskId) kind =
            let region = if by = 0L<taskId> then 0L<regionId> else regionOf by
            CancelReason.Of(kind, region, by)

        let requestable =
            [ for id in among bounds.CancelTasks taskCount -> Target.Task(id * 1L<taskId>)
              for id in among bounds.CancelRegions regionCount -> Target.Region(id * 1L<regionId>) ]

        let joinable =
            [ for task in tasks -> Target.Task task
              for region in regions -> Target.Region region ]

        [| for task in tasks do
               for region in regions do
                   for child in newTasks do
                       Spawn(task, region, child, budget)
           for task in tasks do
               Start task
           for task in tasks do
               for severity in bounds.Outcomes do
                   Complete(task, outcome regionOf task severity)
           for by in askers do
               for target in requestable do
                   for kind in bounds.Kinds do
                       CancelRequest(by, target, askedBy by kind)
           for task in tasks do
               Checkpoint task
           for task in tasks do
               CheckpointMasked task
           for task in maskers do
               for units in bounds.Units do
                   MaskEnter(task, units)
           for task in tasks do
               MaskExit task
           for task in tasks do
               Drain task
           for task in tasks do
               Finalize task
           for task in tasks do
               ChargePoll task
           for task in tasks do
               for cost in costs do
                   ChargeCost(task, int64 cost)
           for task in reservers do
               for obligation in newHeld do
                   for kind in bounds.ObligationKinds do
                       Reserve(task, obligation, kind)
           for task in tasks do
               for obligation in held do
                   Commit(task, obligation)
           for task in tasks do
               for obligation in held do
                   Abort(task, obligation)
           for task in tasks do
               for obligation in held do
                   for receiver in tasks do
                       Transfer(task, obligation, receiver)
           for task in tasks do
               for region in newRegions do
                   for body in newTasks do
                       for policy in bounds.Policies do
                           OpenRegion(task, region, body, policy, budget)
           for task in tasks do
               Defer task
           for region in regions do
               CloseBegin region
           for region in regions do
               CloseCancelChildren region
           for region in regions do
               CloseChildrenDone region
           for region in regions do
               for finalizer in newTasks do
                   CloseRunFinalizer(region, finalizer)
           for region in regions do
               CloseComplete region
           for waiter in tasks do
               for target in tasks do
                   JoinBlock(waiter, target)
           for waiter in tasks do
               for target in joinable do
                   JoinReady(waiter, target) |]

    /// The shape of the state in a store.
    member _.ShapeOf<'S when 'S: struct and 'S :> IStore<'S>>(store: 'S) : Shape =
        let taskCount = store.TaskCount
        let length = int taskCount + 2

        if key.Length < length then
            key <- Array.zeroCreate (2 * length)

        key[0] <- char store.RegionCount
        key[1] <- char store.ObligationCount

        for id in 1 .. int taskCount do
            key[id + 1] <- char (int64 (store.Task(int64 id * 1L<taskId>)).Region)

        let found, shape = byKey.TryGetValue(ReadOnlySpan(key, 0, length))

        if found then
            shape
        else
            let regionOf (id: TaskId) = (store.Task id).Region
            let actions = build store.RegionCount taskCount store.ObligationCount regionOf
            let shape = Shape(shapes.Count, actions)
            shapes[String(key, 0, length)] <- shape
            shape

    /// What the bounds themselves forbid in a state: the model stops counting finalizers at MaxFinalizers.
    member _.Allows<'S when 'S: struct and 'S :> IStore<'S>>(store: 'S, action: Action) =
        match action with
        | Defer task -> (store.Region (store.Task task).Region).Finalizers < bounds.MaxFinalizers
        | _ -> true

    /// The candidates of a state.
    member this.Of(state: State) : Action seq =
        let store = { Current = state; Dropped = Premise.None }

        (this.ShapeOf store).Actions
        |> Seq.filter (fun action -> this.Allows(store, action))

/// What can happen in a state of a bounded configuration.
[<RequireQualifiedAccess>]
module Enabled =

    /// The actions that the bounds let try in the state, in the order of the rules in docs/semantics.md.
    let candidates bounds (state: State) : Action list =
        List.ofSeq ((Candidates bounds).Of state)

    /// The candidates that the kernel takes, each with the state it leads to.
    let enabled bounds (state: State) : (Action * State) list =
        candidates bounds state
        |> List.choose (fun action ->
            match Kernel.step state action with
            | Ok next -> Some(action, next)
            | Error _ -> None)
