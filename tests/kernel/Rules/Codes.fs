/// Every guard has a code of its own and advice, in the kernel as in docs/errors.md.
module Asupersync.Kernel.Tests.CodeTests

open System
open System.Text.RegularExpressions
open Xunit
open Asupersync.Kernel

let private rows hundred (guards: 'Premise list) (advice: 'Premise -> string) =
    guards
    |> List.mapi (fun index guard -> $"ASUP{hundred + index + 1}", string guard, advice guard)

let private modules =
    [ "Asupersync", rows 1000 Premise.guards Premise.advice
      "Scheduler", rows 1400 SchedulerPremise.guards SchedulerPremise.advice
      "Idempotency", rows 1500 IdempotencyPremise.guards IdempotencyPremise.advice
      "Saga", rows 1600 SagaPremise.guards SagaPremise.advice
      "Time", rows 1700 TimePremise.guards TimePremise.advice
      "Combinator", rows 1800 CombinatorPremise.guards CombinatorPremise.advice ]

// Guards have numbers up to 100, clauses from there on.
let private guards<'Premise
    when 'Premise: struct and 'Premise: enum<int> and 'Premise :> Enum and 'Premise: (new: unit -> 'Premise)>
    ()
    =
    Enum.GetValues<'Premise>()
    |> List.ofArray
    |> List.filter (fun premise ->
        let number = LanguagePrimitives.EnumToValue premise
        number > 0 && number <= 100)

[<Fact>]
let ``The lists of guards leave none out`` () =
    Expect.equal Premise.guards (guards<Premise>())
    Expect.equal SchedulerPremise.guards (guards<SchedulerPremise>())
    Expect.equal IdempotencyPremise.guards (guards<IdempotencyPremise>())
    Expect.equal SagaPremise.guards (guards<SagaPremise>())
    Expect.equal TimePremise.guards (guards<TimePremise>())
    Expect.equal CombinatorPremise.guards (guards<CombinatorPremise>())

[<Fact>]
let ``Every guard has advice of its own in its module`` () =
    for name, rows in modules do
        let advice = rows |> List.map (fun (_, _, words) -> words)
        Expect.equal (name, advice) (name, List.distinct advice)
        Expect.equal [] (advice |> List.filter (fun words -> words = "not a guard"))

[<Fact>]
let ``The document has a row for every code of a refusal, and the kernel's advice in it`` () =
    let written =
        [ for row in
              Regex.Matches(Repository.text "docs/errors.md", @"(?m)^\| (ASUP1[045678]\d\d) \| (\w+) \| (.*) \|$") ->
              row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value ]

    Expect.equal (List.collect snd modules) written

[<Fact>]
let ``A refusal says its rule, its guard and its code`` () =
    let words result =
        match result with
        | Ok _ -> "taken"
        | Error refused -> string refused

    let limits = { CancelLimit = 1; TimedLimit = 1; Deadline = fun _ -> 0L }

    Expect.equal
        "Dispatch refused: Queued (ASUP1403)"
        (words (Scheduler.step limits Scheduler.initial (SchedulerAction.Dispatch 1L<taskId>)))

    Expect.equal
        "Evict refused: KeyTaken (ASUP1503)"
        (words (Idempotency.step 1L Idempotency.initial (IdempotencyAction.Evict "key")))

    Expect.equal "SagaStep refused: InOrder (ASUP1607)" (words (Saga.step (Saga.initial 2) (SagaStep 2)))
    Expect.equal "Fire refused: KnownTimer (ASUP1702)" (words (Time.step Time.initial (TimeAction.Fire 1)))

    Expect.equal
        "CombinatorReturn refused: IsSettled (ASUP1809)"
        (words (Combinator.step (Combinator.initial CombinatorForm.Race 2) (CombinatorReturn Severity.Ok)))
