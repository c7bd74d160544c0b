namespace Asupersync.Model.Tests

open System
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// A fault planted in the kernel.
[<Struct>]
type Fault =
    /// A premise let go.
    | Without of Premise
    /// A store that forgets which task comes next in a list.
    | ForgetfulStore

    override this.ToString() =
        match this with
        | Without premise -> $"{premise}"
        | ForgetfulStore -> "(a store that loses NextTask)"

/// A store that does not maintain one of the links: rules write them, it loses them.
[<Struct; NoEquality; NoComparison>]
type LosingStore =
    { Inner: StateStore }

    member private this.Keep(store: StateStore) : LosingStore = { Inner = store }

    interface IStore<LosingStore> with
        member this.Limits = this.Inner.Current.Limits
        member _.Holds _ = true
        member this.HasRegion id = this.Inner.Current.HasRegion id
        member this.HasTask id = this.Inner.Current.HasTask id
        member this.HasObligation id = this.Inner.Current.HasObligation id
        member this.RegionCount = this.Inner.Current.RegionCount
        member this.TaskCount = this.Inner.Current.TaskCount
        member this.ObligationCount = this.Inner.Current.ObligationCount
        member this.Region id = this.Inner.Current.Region id
        member this.Task id = this.Inner.Current.Task id
        member this.Obligation id = this.Inner.Current.Obligation id

        member this.ChangeRegion(id, change) =
            this.Keep((this.Inner :> IStore<StateStore>).ChangeRegion(id, change))

        member this.PutRegion(id, record) =
            this.Keep((this.Inner :> IStore<StateStore>).PutRegion(id, record))

        member this.ChangeTask(id, change) =
            let mutable record = this.Inner.Current.Task id
            change.Apply &record
            (this :> IStore<LosingStore>).PutTask(id, record)

        member this.PutTask(id, record) =
            this.Keep((this.Inner :> IStore<StateStore>).PutTask(id, { record with NextTask = 0L<taskId> }))

        member this.ChangeObligation(id, change) =
            this.Keep((this.Inner :> IStore<StateStore>).ChangeObligation(id, change))

        member this.PutObligation(id, record) =
            this.Keep((this.Inner :> IStore<StateStore>).PutObligation(id, record))

        member this.Emit effect =
            this.Keep((this.Inner :> IStore<StateStore>).Emit effect)

        member this.Entail consequence =
            this.Keep((this.Inner :> IStore<StateStore>).Entail consequence)

/// For every property of docs/semantics.md a fault that it notices: a property that nothing can break says nothing.
[<RequireQualifiedAccess>]
module FaultTable =

    // Wide enough for every rule, quotas and limited clean-up included.
    let private wide =
        { Bounds.smallest with
            MaxTasks = 3
            MaxRegions = 2
            MaxObligations = 1
            MaxFinalizers = 1
            Units = [ 1 ]
            Maskers = [ 1; 2; 3 ]
            Reservers = [ 1; 2; 3 ]
            Kinds = [ CancelKind.User; CancelKind.Shutdown ]
            Askers = [ 0; 1 ]
            CancelTasks = [ 1; 2 ]
            CancelRegions = [ 1 ]
            Outcomes = [ Severity.Ok; Severity.Err; Severity.Panicked ]
            RootPolls = 2
            RootCost = 2
            SpawnPolls = 3
            SpawnCost = 1
            Costs = [ 1 ]
            LimitedKinds = [ CancelKind.User; CancelKind.Shutdown ]
            LimitedAllowance = 1 }

    // One task in one region: the outcome of a region is many steps away from the start.
    let private narrow =
        { Bounds.smallest with
            Kinds = [ CancelKind.User ]
            Askers = [ 0 ]
            CancelTasks = [ 1 ]
            CancelRegions = [ 1 ] }

    /// Property, fault, and where it is looked for.
    let rows =
        [ "OwnershipTree", Without Premise.OwnerWaits, wide
          "SingleOwner", Without Premise.FreshId, wide
          "Quiescence", Without Premise.ChildrenCompleted, wide
          "CancelReaches", Without Premise.CancelReachesTasks, wide
          "CancelReaches", Without Premise.CancelReachesRegions, wide
          "CancelledRegionNotOpen", Without Premise.CancelCloses, wide
          "ReservedHasLiveHolder", Without Premise.ResolveHeld, wide
          "ReservedHasLiveHolder", Without Premise.ReceiverLive, wide
          "LeakMeansBug", Without Premise.Drained, wide
          "MaskBounded", Without Premise.ClearMask, wide
          "MaskBounded", Without Premise.MaskDepthLeft, wide
          "NeverStarted", Without Premise.TaskActive, wide
          "OutcomeIffCompleted", Without Premise.TaskCreated, wide
          "ExternalNeverOk", Without Premise.ExternalFloor, narrow
          "CleanupTight", Without Premise.TightenCleanup, wide
          "NoWaitOnFinished", Without Premise.NotAncestor, wide
          "BudgetNested", Without Premise.MeetBudget, wide
          "LinksAgree", ForgetfulStore, wide
          "ClosingMonotone", Without Premise.RegionDraining, wide
          "TaskPhaseGraph", Without Premise.CancelPending, wide
          "ResolvedOnce", Without Premise.IsReserved, wide
          "ReasonNeverWeakens", Without Premise.KeepStrongest, wide
          "QuotaNeverGrows", Without Premise.CostValid, wide
          "MaskOnlySpent", Without Premise.MaskOnlyOutermost, wide
          "FinalIsFinal", Without Premise.TaskActive, wide
          "AcknowledgedEndsCancelled", Without Premise.OutcomeFitsPhase, wide ]

    /// All bounds that the table uses.
    let allBounds = [ wide; narrow ]

    /// States after which a fault counts as not found.
    let limit = 10_000

    let private losing (state: State) action : Result<State, Refusal> =
        // Kernel.step first drops the effects of the step before; a store of one's own starts from a state without any here.
        match Step.apply { Inner = { Current = state; Dropped = Premise.None } } action with
        | Ok store -> Ok store.Inner.Current
        | Error refusal -> Error refusal

    let private searchFor fault bounds =
        match fault with
        | Without premise -> Explorer.faulty { bounds with Dropped = [ premise ] } (Kernel.stepDropping premise) limit
        | ForgetfulStore -> Explorer.faulty bounds losing limit

    /// A shortest path to where the property does not hold; none when it holds as far as was searched.
    let findIn search property : Action list option =
        let onState =
            Invariants.all
            |> List.tryFind (fun (name, _) -> name = property)
            |> Option.map snd

        let onStep =
            StepProperties.all
            |> List.tryFind (fun (name, _) -> name = property)
            |> Option.map snd

        let mutable state: int option = None
        let mutable step: (int * Action) option = None

        let watcher =
            { new IWatcher with
                member _.State(number, _, found) =
                    let broken =
                        match onState with
                        | Some check -> not (check found).IsEmpty
                        | None -> false

                    if broken then
                        state <- Some number

                    if broken || step.IsSome then Visit.Halt else Visit.Expand

                member _.Edge edge =
                    match onStep with
                    | Some check when step.IsNone && not (check edge.Before edge.After).IsEmpty ->
                        step <- Some(edge.Source, edge.Action)
                    | _ -> () }

        let found = Explorer.run search watcher

        match state, step with
        | Some number, _ -> Some(found.PathTo number)
        | None, Some(source, action) -> Some(found.PathTo source @ [ action ])
        | None, None -> None

    /// A shortest path to where the property does not hold under the fault.
    let find property fault bounds =
        findIn (searchFor fault bounds) property

/// Planted faults, and what notices them.
type Faults(output: ITestOutputHelper) =

    static member Rows =
        let data = TheoryData<int, string, string>()

        FaultTable.rows
        |> List.iteri (fun index (property, fault, _) -> data.Add(index, property, string fault))

        data

    [<Fact>]
    member _.``Every property has a fault that breaks it``() =
        let properties = List.map fst Invariants.all @ List.map fst StepProperties.all
        let covered = FaultTable.rows |> List.map (fun (property, _, _) -> property)
        Assert.Empty(List.except covered properties)
        Assert.Empty(List.except properties covered)

    [<Theory; MemberData(nameof Faults.Rows)>]
    member _.``A planted fault breaks its property``(index: int, property: string, fault: string) =
        let _, planted, bounds = FaultTable.rows[index]

        match FaultTable.find property planted bounds with
        | Some path -> output.WriteLine $"{property} | {fault} | {path.Length} | {Setup.path path}"
        | None -> Assert.Fail $"{property} holds although {fault} is let go"

    [<Fact>]
    member _.``A fault that the checker notices in a model is noticed in the kernel``() =
        // TypeOK is about the values of TLA+, which types rule out here; Progress is about infinite runs.
        for name, dropped, property in Setup.knownFaults.Value do
            if property <> "TypeOK" && property <> "Progress" then
                let bounds =
                    { (Setup.model name).Bounds with
                        Dropped = [ Enum.Parse<Premise> dropped ] }

                match FaultTable.findIn (Setup.demand (Explorer.search bounds 50_000)) property with
                | Some path -> output.WriteLine $"{name} | {dropped} | {property} | {path.Length} | {Setup.path path}"
                | None -> Assert.Fail $"{property} holds in the kernel within {name} although {dropped} is let go"

    [<Fact>]
    member _.``The table of faults``() =
        output.WriteLine "| property | fault | length | shortest path |"
        output.WriteLine "| --- | --- | --- | --- |"

        for property, fault, bounds in FaultTable.rows do
            match FaultTable.find property fault bounds with
            | Some path -> output.WriteLine $"| {property} | {fault} | {path.Length} | {Setup.path path} |"
            | None -> output.WriteLine $"| {property} | {fault} | none found | |"

    [<Fact>]
    member _.``The kernel itself breaks nothing where the faults are found``() =
        for bounds in FaultTable.allBounds do
            let mutable violations = []

            let watcher =
                { new IWatcher with
                    member _.State(_, _, state) =
                        violations <- Invariants.violations state @ violations
                        Visit.Expand

                    member _.Edge edge =
                        violations <- StepProperties.violations edge.Before edge.After @ violations }

            let search = Setup.demand (Explorer.search bounds FaultTable.limit)
            Explorer.run search watcher |> ignore
            Assert.Empty violations

    [<Fact>]
    member _.``No premise that is let go makes the kernel throw or run for ever``() =
        for premise in Premise.guards @ Premise.clauses do
            let bounds = { FaultTable.allBounds.Head with Dropped = [ premise ] }

            let search = Setup.demand (Explorer.search bounds 2_000)
            let found = Explorer.run search Explorer.unwatched
            Assert.True(found.States > 0, $"{premise}")
