/// What is written is read back, whatever the run was.
module Asupersync.Kernel.Tests.RoundTripTests

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

let private runs =
    gen {
        let! index = Gen.choose (0, Walk.headers.Length - 1)
        let! seed = Gen.choose (0, System.Int32.MaxValue)
        let! steps = Gen.choose (0, 120)
        return Stories.random index (uint64 seed) steps
    }
    |> Arb.fromGen

let private sameHeader (a: TraceHeader) (b: TraceHeader) =
    a.Policy = b.Policy
    && a.Budget = b.Budget
    && a.Limits.MaskUnits = b.Limits.MaskUnits
    && a.Limits.MaskDepth = b.Limits.MaskDepth
    && a.Limits.FinalizerPolls = b.Limits.FinalizerPolls
    && CancelKinds.all
       |> List.forall (fun kind -> a.Limits.Allowance kind = b.Limits.Allowance kind)

let private sameStep (a: TraceStep) (b: TraceStep) =
    a.Sequence = b.Sequence
    && a.At = b.At
    && a.Action = b.Action
    && a.Consequences = b.Consequences
    && a.Fingerprint = b.Fingerprint

let private read text =
    match TraceJson.readText text with
    | Ok trace -> trace
    | Error error -> failwith $"{error}"

[<Fact>]
let ``A recorded run is read back as it was written`` () =
    let law (trace: Trace) =
        let text = TraceJson.writeText trace
        let back = read text

        sameHeader trace.Header back.Header
        && trace.Steps.Length = back.Steps.Length
        && List.forall2 sameStep trace.Steps back.Steps
        && TraceJson.writeText back = text

    Seed.check 150 (Prop.forAll runs law)

[<Fact>]
let ``A recorded run is accepted by replay and ends in the recorded state`` () =
    let law (trace: Trace) =
        match Trace.replay (read (TraceJson.writeText trace)), List.tryLast trace.Steps with
        | Ok state, Some { Fingerprint = ValueSome recorded } -> state.Fingerprint = recorded
        | Ok _, _ -> true
        | Error error, _ -> failwith $"{error}"

    Seed.check 150 (Prop.forAll runs law)

[<Fact>]
let ``The hash of a trace knows the labels, and neither times nor hashes of states`` () =
    let law (trace: Trace) =
        let bare =
            { trace with
                Steps =
                    trace.Steps
                    |> List.map (fun step -> { step with At = 7L; Fingerprint = ValueNone }) }

        let shorter =
            { trace with
                Steps = List.truncate (trace.Steps.Length - 1) trace.Steps }

        let hash = TraceJson.hash trace

        hash = TraceJson.hash bare
        && hash.Length = 64
        && (trace.Steps.IsEmpty || hash <> TraceJson.hash shorter)

    Seed.check 60 (Prop.forAll runs law)

[<Fact>]
let ``Reasons keep their words, whatever characters these have`` () =
    let words =
        Gen.frequency
            [ 6, Gen.choose (32, 126) |> Gen.map (fun code -> string (char code))
              2,
              Gen.elements
                  [ "\""
                    "\\"
                    "\n"
                    "\r"
                    "\t"
                    "\u0000"
                    "\u2028"
                    "</"
                    "é"
                    "\uFEFF"
                    "\uD83D\uDE00" ]
              1, Gen.choose (0, 0xD7FF) |> Gen.map (fun code -> string (char code)) ]
        |> Gen.listOf
        |> Gen.map (String.concat "")

    let law (message: string) =
        let reason = CancelReason.Create(CancelKind.User, 1L<regionId>, 1L<taskId>, 3L, message, user)
        let trace = Stories.record Stories.header [ Start t1; cancelTask t1 reason ]
        let text = TraceJson.writeText trace

        match (read text).Steps[1].Action with
        | CancelRequest(_, _, back) ->
            back.Message = message
            && Same.reason back reason
            && Seq.forall System.Char.IsAscii text
        | _ -> false

    Seed.check 300 (Prop.forAll (Arb.fromGen words) law)

[<Fact>]
let ``A half character in a reason's words is written as the replacement character`` () =
    let reason = CancelReason.Create(CancelKind.User, 0L<regionId>, 0L<taskId>, 0L, "a\uD800b", null)

    let trace =
        { Header = Stories.header
          Steps = (Stories.record Stories.header [ cancelTask t1 reason ]).Steps }

    match (read (TraceJson.writeText trace)).Steps[0].Action with
    | CancelRequest(_, _, back) -> Expect.equal "a\uFFFDb" back.Message
    | other -> failwith $"{other}"

[<Fact>]
let ``A chain of the longest length is read back, and one more link is not`` () =
    let chain links =
        Seq.fold (fun cause _ -> CancelReason.Below(cause, 1L<regionId>, 1L<taskId>)) user (seq { 2..links })

    let written links =
        { Header = Stories.header
          Steps = (Stories.record Stories.header [ cancelTask t1 (chain links) ]).Steps }
        |> TraceJson.writeText

    Expect.equal 1 (read (written TraceFormat.MaxLinks)).Steps.Length

    match TraceJson.readText (written (TraceFormat.MaxLinks + 1)) with
    | Error error -> Expect.equal (2L, "ASUP1214") (error.Line, error.Code)
    | Ok _ -> failwith "a chain of too many links was read"

[<Fact>]
let ``A text may end without a line feed, and its lines may end as on Windows`` () =
    let text = TraceJson.writeText (Stories.record Stories.header Stories.small)

    for variant in [ text.TrimEnd '\n'; text.Replace("\n", "\r\n") ] do
        Expect.equal Stories.small.Length (read variant).Steps.Length

[<Fact>]
let ``Fields that begin with x- are left alone`` () =
    let text =
        (TraceJson.writeText (Stories.record Stories.header Stories.small))
            .Replace("}\n", ",\"x-note\":{\"a\":[1,2]}}\n")

    Expect.equal Stories.small.Length (read text).Steps.Length
