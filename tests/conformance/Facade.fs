namespace Asupersync.Conformance.Tests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

/// Random programs of the facade against the pure kernel.
module FacadeTests =

    /// Every run of the tests is the same unless this names another number.
    let private seed =
        match Environment.GetEnvironmentVariable "ASUPERSYNC_SEED" with
        | null
        | "" -> 20260117UL
        | "random" -> uint64 DateTime.UtcNow.Ticks
        | text -> UInt64.Parse text

    let private check cases property =
        let config =
            Config.QuickThrowOnFailure
                .WithMaxTest(cases)
                .WithQuietOnSuccess(true)
                .WithReplay(Some { Rnd = Rnd(seed, 0x9E3779B97F4A7C15UL); Size = None })

        Check.One(config, Prop.forAll Programs.arbitrary property)

    let private demand result =
        match result with
        | Ok value -> value
        | Error error -> failwith $"{error}"

    let private none where (violations: Violation list) =
        if not violations.IsEmpty then
            failwith $"""{where}: {violations |> List.map string |> String.concat ", "}"""

    /// Replays a trace; every label has to be accepted, and every property to hold in every state and step.
    let private shadow text =
        let trace = TraceJson.readText text |> demand
        let first = Trace.initial trace.Header
        none "the initial state" (Invariants.violations first)

        let final =
            (first, trace.Steps)
            ||> List.fold (fun state step ->
                let next = Trace.accept state step |> demand
                let where = $"step {step.Sequence}, {step.Action}"
                none where (Invariants.violations next)
                none where (StepProperties.violations state next)
                next)

        trace, final

    let private quiescent (state: State) =
        state.Regions
        |> List.forall (fun (struct (_, region)) -> region.Phase = RegionPhase.Closed)
        && state.Tasks
           |> List.forall (fun (struct (_, task)) -> task.Phase = TaskPhase.Completed)
        && state.Obligations
           |> List.forall (fun (struct (_, one)) -> one.Phase <> ObligationPhase.Reserved)

    /// What a correct runtime may have to say about a careless program.
    let private expected = set [ "ASUP2101"; "ASUP2102"; "ASUP2105"; "ASUP2108" ]

    [<Theory>]
    [<InlineData(1, 250)>]
    [<InlineData(2, 100)>]
    [<InlineData(4, 100)>]
    let ``Every random program of the facade replays through the kernel`` workers cases =
        check cases (fun program ->
            let outcome, reports, text = Interpreter.execute workers program
            let trace, final = shadow text

            for report in reports do
                if not (expected.Contains report.Code) then
                    failwith report.Message

            let root = final.Region 1L<regionId>

            root.Outcome.Severity = outcome.Severity
            && quiescent final
            && not trace.Steps.IsEmpty)

    [<Fact>]
    let ``Every random program of the facade writes the same bytes when it is run again`` () =
        check 100 (fun program ->
            let _, _, first = Interpreter.execute 1 program
            let _, _, second = Interpreter.execute 1 program

            if first <> second then
                let differing =
                    Seq.zip (first.Split '\n') (second.Split '\n')
                    |> Seq.tryFind (fun (a, b) -> a <> b)

                failwith $"the traces differ: {differing}"

            true)

    let private traces =
        lazy
            (Programs.arbitrary.Generator
             |> Gen.sampleWithSeed (Rnd(seed, 0x9E3779B97F4A7C15UL)) 50 800
             |> Seq.map (fun program ->
                 let _, _, text = Interpreter.execute 1 program
                 TraceJson.readText text |> demand)
             |> List.ofSeq)

    [<Fact>]
    let ``Random programs of the facade take every rule`` () =
        let taken =
            traces.Value
            |> Seq.collect _.Steps
            |> Seq.collect (fun step -> step.Action.Rule :: (step.Consequences |> List.map _.Rule))
            |> Set.ofSeq

        let missing = Set.difference (Enum.GetValues<RuleName>() |> Set.ofArray) taken
        Assert.Empty missing

    /// Which task takes a step, where that is one of those that clean-up is promised.
    let private actor action =
        match action with
        | Action.JoinBlock(task, _)
        | Action.Defer task
        | Action.Reserve(task, _, _)
        | Action.Commit(task, _)
        | Action.Abort(task, _)
        | Action.Transfer(task, _, _)
        | Action.MaskEnter(task, _)
        | Action.CheckpointMasked task
        | Action.Complete(task, _) -> ValueSome task
        | _ -> ValueNone

    [<Fact>]
    let ``Random programs of the facade take steps in clean-up and in nested sections`` () =
        let situations =
            traces.Value
            |> Seq.collect (fun trace ->
                (Trace.initial trace.Header, trace.Steps)
                ||> Seq.scan (fun state step -> Trace.accept state step |> demand)
                |> Seq.zip trace.Steps
                |> Seq.choose (fun (step, state) ->
                    match actor step.Action with
                    | ValueSome task ->
                        let record = state.Task task
                        Some(step.Action.Rule, record.Phase, min record.Depth 1)
                    | ValueNone -> None))
            |> Seq.countBy id
            |> Map.ofSeq

        let missing =
            [ RuleName.JoinBlock, TaskPhase.Cancelling, 0
              RuleName.Defer, TaskPhase.Cancelling, 0
              RuleName.Reserve, TaskPhase.Cancelling, 0
              RuleName.Commit, TaskPhase.Cancelling, 0
              RuleName.Transfer, TaskPhase.Cancelling, 0
              RuleName.MaskEnter, TaskPhase.Cancelling, 0
              RuleName.MaskEnter, TaskPhase.Running, 1
              RuleName.CheckpointMasked, TaskPhase.CancelRequested, 1
              RuleName.JoinBlock, TaskPhase.Running, 1
              RuleName.Complete, TaskPhase.Cancelling, 0 ]
            |> List.filter (situations.ContainsKey >> not)

        Assert.True(missing.IsEmpty, $"missing: {missing}, found: {situations}")
