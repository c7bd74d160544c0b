namespace Asupersync.Model.Tests

open System
open System.Diagnostics
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// What the tests ask of a module of its own, whatever its state is.
[<NoEquality; NoComparison>]
type OwnModule =
    {
        /// The kernel's graph within the bounds of a model.
        Graph: CfgConstants -> Result<Graph, Problem>
        /// Where some property is first broken with a premise let go: the labels of a shortest path to each such step, and the
        /// properties that it breaks.
        First: CfgConstants -> string -> (string list * string list) list
        /// The names of the properties.
        Properties: string list
    }

/// The modules of their own, by the name in the manifest.
[<RequireQualifiedAccess>]
module OwnModules =

    /// More states than any of their models has.
    let limit = 1_000_000

    let private firstBy (premise: string -> 'Premise) (properties: string list) machine isBroken =
        fun cfg (dropped: string) ->
            let checks = properties |> List.map (fun name -> name, isBroken cfg name)
            let planted: Machine<'State, 'Action> = machine (premise dropped) cfg

            let broken before after =
                [ for name, check in checks do
                      if check before after then
                          name ]

            Machine.firstBroken limit broken planted
            |> List.map (fun (path, names) -> List.map planted.Label path, names)

    let private first properties (machine: 'Premise -> CfgConstants -> Machine<'State, 'Action>) isBroken =
        firstBy (fun name -> Enum.Parse(typeof<'Premise>, name) :?> 'Premise) properties machine isBroken

    let private deadlineProperties = List.map fst Deadlines.invariants

    let private schedulerProperties = List.map fst SchedulerBounds.all @ List.map fst SchedulerBounds.steps

    let private idempotencyProperties =
        List.map fst Idempotency.invariants @ List.map fst Idempotency.stepProperties

    let private sagaProperties = List.map fst Saga.invariants @ List.map fst Saga.stepProperties

    let private timeProperties = List.map fst Time.invariants @ List.map fst Time.stepProperties

    let private combinatorProperties =
        List.map fst CombinatorProperties.invariants
        @ List.map fst CombinatorProperties.stepProperties

    /// By name.
    let all =
        Map
            [ "Scheduler",
              { Graph = OwnModels.graph limit "Scheduler" "None"
                First = first schedulerProperties SchedulerModel.machine SchedulerModel.isBroken
                Properties = schedulerProperties }
              "Idempotency",
              { Graph = OwnModels.graph limit "Idempotency" "None"
                First = first idempotencyProperties IdempotencyModel.machine IdempotencyModel.isBroken
                Properties = idempotencyProperties }
              "Saga",
              { Graph = OwnModels.graph limit "Saga" "None"
                First = first sagaProperties SagaModel.machine SagaModel.isBroken
                Properties = sagaProperties }
              "Time",
              { Graph = OwnModels.graph limit "Time" "None"
                First = first timeProperties TimeModel.machine TimeModel.isBroken
                Properties = timeProperties }
              "Deadlines",
              { Graph = OwnModels.graph limit "Deadlines" "None"
                First = firstBy DeadlinesModel.premise deadlineProperties DeadlinesModel.machine DeadlinesModel.isBroken
                Properties = deadlineProperties }
              "Combinator",
              { Graph = OwnModels.graph limit "Combinator" "None"
                First = first combinatorProperties CombinatorModel.machine CombinatorModel.isBroken
                Properties = combinatorProperties } ]

    /// The constants of a model.
    let cfg model =
        Setup.demand (Models.constants Setup.folder.Value model)

    /// The constants of a model as a fault wants them.
    let cfgOf (row: Setup.FaultRow) = (cfg row.Model).With row.With

/// The graph of each module of its own is its model's, and its planted faults are noticed.
type OwnModuleTests(output: ITestOutputHelper) =

    static member Models =
        let data = TheoryData<string, string, int64, int>()

        for name, model, states, depth in Setup.ownModels.Value do
            data.Add(name, model, states, depth)

        data

    static member FaultRows =
        let data = TheoryData<int, string, string>()

        Setup.ownFaults.Value
        |> List.iteri (fun index row -> data.Add(index, row.Violates, row.Dropped))

        data

    [<Fact>]
    member _.``Each module of its own has a model``() =
        Assert.Equal<string list>(
            OwnModules.all.Keys |> List.ofSeq,
            Setup.ownModels.Value
            |> List.map (fun (name, _, _, _) -> name)
            |> List.distinct
            |> List.sort
        )

    [<Theory; MemberData(nameof OwnModuleTests.Models)>]
    member _.``The graph of a module of its own has the digest that the checker's graph has``
        (name: string, model: string, states: int64, depth: int)
        =
        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value model))
        let specification = Setup.demand (Models.specificationOf Setup.folder.Value model)

        Assert.True(
            (file.Specification = specification),
            $"ASUP1306 spec/tla changed since the digest of {model} was made: run the checker and write a new digest"
        )

        Assert.Equal((states, depth), (file.Digest.States.Count, file.Digest.Depth))
        let clock = Stopwatch.StartNew()
        let graph = Setup.demand (OwnModules.all[name].Graph(OwnModules.cfg model))

        output.WriteLine
            $"{model}: {graph.States.Length} states, {Graph.edgeCount graph} edges, {clock.Elapsed.TotalSeconds:F1} s"

        let digest = Digest.ofGraph graph
        Assert.Equal(file.Digest.States.Count, digest.States.Count)
        Assert.Equal(file.Digest.Edges.Count, digest.Edges.Count)
        Assert.Equal<Tally list>(file.Digest.Levels, digest.Levels)
        Assert.Equal<((int * string) * Tally) list>(file.Digest.Classes, digest.Classes)

    [<Theory; MemberData(nameof OwnModuleTests.FaultRows)>]
    member _.``A fault in a module of its own breaks its property, and no other where it shows first``
        (index: int, property: string, dropped: string)
        =
        let row = Setup.ownFaults.Value[index]
        let name, _, _, _ = Setup.ownModels.Value |> List.find (fun (_, other, _, _) -> other = row.Model)
        let found = OwnModules.all[name].First (OwnModules.cfgOf row) dropped
        Assert.False(found.IsEmpty, $"{property} holds in {row.Model} although {dropped} is let go")
        let words = String.concat " " (fst found.Head)
        output.WriteLine $"{property} | {dropped} | {(fst found.Head).Length} | {words}"

        for path, broken in found do
            let words = String.concat " " path
            Assert.True((broken = [ property ]), $"{dropped} let go breaks {broken} after {words}")

    [<Fact>]
    member _.``The module of a model is found, and what it does not know is reported``() =
        for name, model, _, _ in Setup.ownModels.Value do
            Assert.Equal(Some name, OwnModels.moduleOf Setup.folder.Value model)

        Assert.Equal(None, OwnModels.moduleOf Setup.folder.Value "MCTiny")
        Assert.Equal(None, OwnModels.moduleOf Setup.folder.Value "MCTasksComplete")
        Assert.Equal<string list>(List.ofSeq OwnModules.all.Keys, OwnModels.modules)

        let code (result: Result<Graph, Problem>) =
            match result with
            | Ok graph -> string graph.States.Length
            | Error problem -> problem.Code

        let saga = OwnModules.cfg "MCSaga"
        let small = saga.With [ "Steps", Number 1 ]
        Assert.Equal("ASUP1309", code (OwnModels.graph 100 "Saga" "Nothing" small))
        Assert.Equal("ASUP1309", code (OwnModels.graph 100 "Deadlines" "Nothing" (OwnModules.cfg "MCDeadlines")))
        Assert.Equal("ASUP1303", code (OwnModels.graph 100 "Saga" "None" (saga.With [ "Steps", Text "many" ])))
        Assert.Equal("ASUP1307", code (OwnModels.graph 100 "Saga" "None" saga))

        Assert.NotEqual<string>(
            code (OwnModels.graph 100 "Saga" "None" small),
            code (OwnModels.graph 100 "Saga" "Settle" small)
        )

    [<Fact>]
    member _.``Every property of a module of its own has a fault that breaks it and nothing else, and holds without``
        ()
        =
        for name, own in Map.toList OwnModules.all do
            let models =
                [ for other, model, _, _ in Setup.ownModels.Value do
                      if other = name then
                          model ]

            let rows = Setup.ownFaults.Value |> List.filter (fun row -> List.contains row.Model models)

            let broken = rows |> List.map _.Violates
            Assert.Empty(List.except broken own.Properties)
            Assert.Empty(List.except own.Properties broken)

            let bounds =
                List.map OwnModules.cfg models
                @ List.map OwnModules.cfgOf (rows |> List.filter (fun row -> not row.With.IsEmpty))

            for cfg in bounds do
                Assert.Empty(own.First cfg "None")
