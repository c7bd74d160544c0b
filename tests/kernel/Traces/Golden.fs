/// The format does not change by accident: a recorded run and the example in the document are kept as files.
module Asupersync.Kernel.Tests.GoldenTests

open System
open System.IO
open Xunit
open Asupersync.Kernel

let private path = "tests/kernel/golden/small.ndjson"
let private small = Stories.record Stories.header Stories.small

[<Fact>]
let ``The small run is written as the golden file has it, byte for byte`` () =
    let text = TraceJson.writeText small

    if Environment.GetEnvironmentVariable "ASUPERSYNC_GOLDEN" = "write" then
        File.WriteAllText(Repository.path path, text)

    Expect.equal (Repository.text path) text

[<Fact>]
let ``The golden file is read, and replay ends in a closed root`` () =
    match TraceJson.readText (Repository.text path) |> Result.bind Trace.replay with
    | Ok state ->
        Expect.equal (RegionPhase.Closed, Severity.Err) ((state.Region r1).Phase, (state.Region r1).Outcome.Severity)
    | Error error -> failwith $"{error}"

[<Fact>]
let ``The small run and the closing run together take every rule`` () =
    let rules = Stories.small @ Stories.closing |> List.map _.Rule |> Set.ofList

    Expect.equal
        []
        [ for KeyValue(rule, _) in Guards.table do
              if not (rules.Contains rule) then
                  rule ]

[<Fact>]
let ``The hash of the small run is known`` () =
    Expect.equal 64 (TraceJson.hash small).Length

    Expect.equal
        (TraceJson.hash small)
        (TraceJson.hash
            { small with
                Header = { small.Header with Policy = Policy.CollectAll } })

[<Fact>]
let ``The example in the document is a trace that this kernel records`` () =
    let text = Repository.text "docs/trace-format.md"
    let fence = "```ndjson\n"
    let start = text.IndexOf(fence, StringComparison.Ordinal) + fence.Length
    let example = text.Substring(start, text.IndexOf("```", start, StringComparison.Ordinal) - start)

    match TraceJson.readText example with
    | Error error -> failwith $"{error}"
    | Ok trace ->
        let again = Stories.record trace.Header (trace.Steps |> List.map _.Action)

        let timed =
            List.map2 (fun (step: TraceStep) (given: TraceStep) -> { step with At = given.At }) again.Steps trace.Steps

        Expect.equal example (TraceJson.writeText { again with Steps = timed })
