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
        /// The labels of a shortest path to where one of some properties is broken, with a premise let go.
        Find: CfgConstants -> string -> string list -> string list option
        /// The names of the properties.
        Properties: string list
    }

/// The modules of their own, by the name in the manifest.
[<RequireQualifiedAccess>]
module OwnModules =

    /// More states than any of their models has.
    let limit = 1_000_000

    let private findingBy (premise: string -> 'Premise) machine isBroken =
        fun cfg dropped properties ->
            let checks = properties |> List.map (isBroken cfg)
            let planted: Machine<'State, 'Action> = machine (premise dropped) cfg

            Machine.findStep limit (fun before after -> checks |> List.exists (fun check -> check before after)) planted
            |> Option.map (List.map planted.Label)

    let private finding (machine: 'Premise -> CfgConstants -> Machine<'State, 'Action>) isBroken =
        findingBy (fun name -> Enum.Parse(typeof<'Premise>, name) :?> 'Premise) machine isBroken

    /// By name.
    let all =
        Map
            [ "Scheduler",
              { Graph = SchedulerModel.machine SchedulerPremise.None >> Machine.graph limit
                Find = finding SchedulerModel.machine SchedulerModel.isBroken
                Properties = List.map fst SchedulerBounds.all @ List.map fst SchedulerBounds.steps }
              "Idempotency",
              { Graph = IdempotencyModel.machine IdempotencyPremise.None >> Machine.graph limit
                Find = finding IdempotencyModel.machine IdempotencyModel.isBroken
                Properties = List.map fst Idempotency.invariants @ List.map fst Idempotency.stepProperties }
              "Saga",
              { Graph = SagaModel.machine SagaPremise.None >> Machine.graph limit
                Find = finding SagaModel.machine SagaModel.isBroken
                Properties = List.map fst Saga.invariants @ List.map fst Saga.stepProperties }
              "Time",
              { Graph = TimeModel.machine TimePremise.None >> Machine.graph limit
                Find = finding TimeModel.machine TimeModel.isBroken
                Properties = List.map fst Time.invariants @ List.map fst Time.stepProperties }
              "Deadlines",
              { Graph = DeadlinesModel.machine (DeadlinesModel.premise "None") >> Machine.graph limit
                Find = findingBy DeadlinesModel.premise DeadlinesModel.machine DeadlinesModel.isBroken
                Properties = List.map fst Deadlines.invariants }
              "Combinator",
              { Graph = CombinatorModel.machine CombinatorPremise.None >> Machine.graph limit
                Find = finding CombinatorModel.machine CombinatorModel.isBroken
                Properties = List.map fst Combinator.invariants @ List.map fst Combinator.stepProperties } ]

    /// The constants of a model.
    let cfg model =
        Setup.demand (Models.constants Setup.folder.Value model)

/// The graph of each module of its own is its model's, and its planted faults are noticed.
type OwnModuleTests(output: ITestOutputHelper) =

    static member Models =
        let data = TheoryData<string, string, int64, int>()

        for name, model, states, depth in Setup.ownModels.Value do
            data.Add(name, model, states, depth)

        data

    static member FaultRows =
        let data = TheoryData<string, string, string>()

        for model, dropped, property in Setup.ownFaults.Value do
            data.Add(model, dropped, property)

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
    member _.``A fault that the checker notices in a module of its own is noticed in the kernel``
        (model: string, dropped: string, property: string)
        =
        let name, _, _, _ = Setup.ownModels.Value |> List.find (fun (_, other, _, _) -> other = model)

        match OwnModules.all[name].Find (OwnModules.cfg model) dropped [ property ] with
        | Some path ->
            let words = String.concat " " path
            output.WriteLine $"{property} | {dropped} | {path.Length} | {words}"
        | None -> Assert.Fail $"{property} holds in {model} although {dropped} is let go"

    static member Modules = TheoryData<string>(OwnModules.all.Keys)

    [<Theory; MemberData(nameof OwnModuleTests.Modules)>]
    member _.``Every property of a module of its own has a fault that breaks it``(name: string) =
        let models =
            [ for other, model, _, _ in Setup.ownModels.Value do
                  if other = name then
                      model ]

        let broken =
            [ for model, _, property in Setup.ownFaults.Value do
                  if List.contains model models then
                      property ]

        let own = OwnModules.all[name]
        Assert.Empty(List.except broken own.Properties)
        Assert.Empty(List.except own.Properties broken)

    [<Theory; MemberData(nameof OwnModuleTests.Models)>]
    member _.``Every property of a module of its own holds in its models``
        (name: string, model: string, _: int64, _: int)
        =
        let own = OwnModules.all[name]
        Assert.Equal(None, own.Find (OwnModules.cfg model) "None" own.Properties)
