namespace Asupersync.Model.Tests

open System
open System.Collections.Generic
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// A change of a task that loses the link to the next.
[<Struct; NoEquality; NoComparison>]
type private Losing<'C when 'C: struct and 'C :> IChange<TaskRecord>>(change: 'C) =
    interface IChange<TaskRecord> with
        member _.Apply(record) =
            change.Apply &record
            record.NextTask <- 0L<taskId>

/// A store that does not maintain one of the links: rules write them, it loses them.
[<Struct; NoEquality; NoComparison>]
type LosingStore =
    { Inner: StateStore }

    member private this.Keep(store: StateStore) : LosingStore = { Inner = store }

    interface IStore<LosingStore> with
        member this.Limits = this.Inner.Current.Limits
        member _.Holds _ = true
        member _.IsHonest = false
        member this.HasRegion id = this.Inner.Current.HasRegion id
        member this.HasTask id = this.Inner.Current.HasTask id
        member this.HasObligation id = this.Inner.Current.HasObligation id
        member this.RegionCount = this.Inner.Current.RegionCount
        member this.TaskCount = this.Inner.Current.TaskCount
        member this.ObligationCount = this.Inner.Current.ObligationCount
        member this.Region id = &this.Inner.Current.Region id
        member this.Task id = &this.Inner.Current.Task id
        member this.Obligation id = &this.Inner.Current.Obligation id

        member this.ChangeRegion(id, change) =
            this.Keep((this.Inner :> IStore<StateStore>).ChangeRegion(id, change))

        member this.AddRegion(id, birth) =
            this.Keep((this.Inner :> IStore<StateStore>).AddRegion(id, birth))

        member this.ChangeTask(id, change) =
            this.Keep((this.Inner :> IStore<StateStore>).ChangeTask(id, Losing change))

        member this.AddTask(id, birth) =
            this.Keep((this.Inner :> IStore<StateStore>).AddTask(id, Losing birth))

        member this.ChangeObligation(id, change) =
            this.Keep((this.Inner :> IStore<StateStore>).ChangeObligation(id, change))

        member this.AddObligation(id, birth) =
            this.Keep((this.Inner :> IStore<StateStore>).AddObligation(id, birth))

        member this.Emit effect =
            this.Keep((this.Inner :> IStore<StateStore>).Emit effect)

        member this.Entail consequence =
            this.Keep((this.Inner :> IStore<StateStore>).Entail consequence)

/// The first wrong state or step of a search that has a fault, and everything that is wrong there.
type Finding =
    {
        /// A shortest way there.
        Path: Action list
        /// The properties broken, all of them.
        Broken: string list
    }

/// Where a fault shows first.
[<RequireQualifiedAccess>]
module Findings =

    // The index inside the records is the kernel's own business, and some faults tear it before they show.
    let private named (violations: Violation list) =
        violations
        |> List.map _.Property
        |> List.filter ((<>) "LinksAgree")
        |> List.distinct

    /// Everything wrong on the first level of the search on which something is wrong: the checker goes through a level in an
    /// order of its own, so any of these may be what it reports.
    let first search : Finding list =
        let wrong = Dictionary<int, string list>()
        let found = List<struct (int * Action * string list)>()
        let mutable level = Int32.MaxValue

        let watcher =
            { new IWatcher with
                member _.State(number, depth, state) =
                    match named (Invariants.violations state) with
                    | [] when depth > level -> Visit.Halt
                    | [] -> Visit.Expand
                    | broken ->
                        wrong[number] <- broken
                        Visit.Leave

                member _.Edge edge =
                    if edge.Depth <= level then
                        let inState =
                            match wrong.TryGetValue edge.Target with
                            | true, broken -> broken
                            | false, _ -> []

                        match inState @ named (StepProperties.violations edge.Before edge.After) with
                        | [] -> ()
                        | broken ->
                            level <- edge.Depth
                            found.Add(struct (edge.Source, edge.Action, broken)) }

        let result = Explorer.run search watcher

        [ for struct (source, action, broken) in found do
              { Path = result.PathTo source @ [ action ]; Broken = broken } ]

/// The faults of spec/tla/mc/faults.json in the kernel: a property that nothing can break says nothing.
[<RequireQualifiedAccess>]
module FaultTable =

    /// States after which a fault counts as not found.
    let limit = 100_000

    /// The bounds that a fault is looked for in, without the fault.
    let bounds (row: Setup.FaultRow) =
        let set bounds (name, value) =
            Setup.demand (Bounds.set name value bounds)

        List.fold set (Setup.model row.Model).Bounds row.With

    // "Rule.Premise": only that rule lets it go.
    let private without (rule: string) (premise: string) (state: State) (action: Action) =
        let dropped =
            if action.Rule = Enum.Parse<RuleName> rule then
                Enum.Parse<Premise> premise
            else
                Premise.None

        Kernel.stepDropping dropped state action

    /// Where it shows first.
    let findings (row: Setup.FaultRow) =
        match row.Dropped.Split '.' with
        | [| rule; premise |] -> Findings.first (Explorer.faulty (bounds row) (without rule premise) limit)
        | _ ->
            let planted = { bounds row with Dropped = [ Enum.Parse<Premise> row.Dropped ] }
            Findings.first (Setup.demand (Explorer.search planted limit))

    let private losing (state: State) action : Result<State, Refusal> =
        // Kernel.step first drops the effects of the step before; a store of one's own starts from a state without any here.
        match Step.apply { Inner = { Current = state; Dropped = Premise.None } } action with
        | Ok store -> Ok store.Inner.Current
        | Error refusal -> Error refusal

    /// A shortest path to where LinksAgree does not hold, with a store that loses a link.
    let tornLinks () : Action list option =
        let mutable torn: int option = None
        let check = Invariants.all |> List.find (fun (name, _) -> name = "LinksAgree") |> snd

        let watcher =
            { new IWatcher with
                member _.State(number, _, state) =
                    if (check state).IsEmpty then
                        Visit.Expand
                    else
                        torn <- Some number
                        Visit.Halt

                member _.Edge _ = () }

        let found = Explorer.run (Explorer.faulty (Setup.model "MCNested").Bounds losing limit) watcher
        Option.map found.PathTo torn

/// Planted faults, and what notices them.
type Faults(output: ITestOutputHelper) =

    let print property (fault: string) (path: Action list) =
        output.WriteLine $"{property} | {fault} | {path.Length} | {Setup.path path}"

    static member Rows =
        let data = TheoryData<int, string, string>()

        Setup.knownFaults.Value
        |> List.iteri (fun index row -> data.Add(index, row.Violates, row.Dropped))

        data

    [<Fact>]
    member _.``Every property has a fault that breaks it and nothing else``() =
        let properties =
            List.map fst Invariants.all @ List.map fst StepProperties.all
            |> List.except [ "LinksAgree" ]

        let covered = Setup.knownFaults.Value |> List.map _.Violates
        Assert.Empty(List.except covered properties)
        Assert.Empty(List.except properties covered)

    [<Theory; MemberData(nameof Faults.Rows)>]
    member _.``A planted fault breaks its property, and no other where it shows first``
        (index: int, property: string, fault: string)
        =
        let findings = FaultTable.findings Setup.knownFaults.Value[index]
        Assert.False(findings.IsEmpty, $"{property} holds although {fault} is let go")
        print property fault findings.Head.Path

        for finding in findings do
            Assert.True(
                (finding.Broken = [ property ]),
                $"{fault} let go breaks {finding.Broken} after {Setup.path finding.Path}"
            )

    [<Fact>]
    member _.``Every premise that is let go breaks some property, but those that docs/semantics.md excuses``() =
        let excused =
            [ Premise.KnownTask
              Premise.KnownRegion
              Premise.KnownObligation
              Premise.SpendQuota
              Premise.ReceiverDiffers
              Premise.QuotaLeft
              Premise.SpendMask
              Premise.BudgetValid ]

        let broken = Setup.knownFaults.Value |> List.map _.Dropped

        for premise in Premise.guards @ Premise.clauses |> List.except excused do
            if not (List.contains (string premise) broken) then
                let isNoticed =
                    [ "MCTiny"; "MCQuota" ]
                    |> List.exists (fun name ->
                        let bounds = { (Setup.model name).Bounds with Dropped = [ premise ] }
                        not (Findings.first (Setup.demand (Explorer.search bounds 10_000))).IsEmpty)

                Assert.True(isNoticed, $"nothing notices that {premise} is let go")

        for premise in excused do
            Assert.DoesNotContain(string premise, broken)

    [<Fact>]
    member _.``A store that loses NextTask breaks LinksAgree``() =
        match FaultTable.tornLinks () with
        | Some path -> print "LinksAgree" "a store that loses NextTask" path
        | None -> Assert.Fail "LinksAgree holds although the store loses NextTask"

    [<Fact>]
    member _.``The kernel itself breaks nothing where the faults are found``() =
        for bounds in Setup.knownFaults.Value |> List.map FaultTable.bounds |> List.distinct do
            Assert.Empty(Findings.first (Setup.demand (Explorer.search bounds 10_000)))

    [<Fact>]
    member _.``No premise that is let go makes the kernel throw or run for ever``() =
        for premise in Premise.guards @ Premise.clauses do
            for name in [ "MCNested"; "MCFinalizer"; "MCQuota" ] do
                let bounds = { (Setup.model name).Bounds with Dropped = [ premise ] }
                let search = Setup.demand (Explorer.search bounds 2_000)
                let found = Explorer.run search Explorer.unwatched
                Assert.True(found.States > 0, $"{premise}")
