// Runs of ten thousand steps and more: every invariant in every state, every step property in every step, every refusal without
// a trace, and a second store that agrees throughout.
namespace Asupersync.Kernel.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel

/// What the tests below do.
[<RequireQualifiedAccess>]
module WalkBodies =

    /// Steps that each run takes.
    let steps = 10_000

    /// One run from one of the headers. It has to meet every rule.
    let holds (log: string -> unit) index bound =
        let seed = Seed.number + uint64 (1000 * index + bound)

        let report = Walk.run Walk.headers[index] Premise.None seed bound steps (fun _ _ -> ())

        let words (table: seq<System.Collections.Generic.KeyValuePair<'K, int>>) =
            table |> Seq.map (fun one -> $"{one.Key} {one.Value}") |> String.concat ", "

        log $"{report.Steps} steps, {report.Refusals} refusals, {report.Lives} lives ({Seed.replay})"
        log $"taken: {words report.Rules}"
        log $"refused by: {words report.Guards}"
        Expect.isTrue "at least 10,000 steps" (report.Steps >= 10_000)

        for KeyValue(rule, _) in Guards.table do
            Expect.isTrue $"the run takes {rule}" (report.Rules.ContainsKey rule)

        let met = Premise.guards |> List.filter report.Guards.ContainsKey |> List.length
        Expect.isTrue $"the run is refused by nearly every guard, not by {met} only" (met >= 35)

    /// A walk of a kernel that lost a premise fails, and says so in few actions.
    let noticesFault () =
        let broken =
            try
                Walk.run Walk.headers[0] Premise.CancelCloses Seed.number 30 steps (fun _ _ -> ())
                |> ignore

                None
            with WalkFailure(why, actions, text) ->
                Some(why, actions, text)

        match broken with
        | None -> failwith "a region that stays open when cancelled went unnoticed"
        | Some(why, actions, text) ->
            Expect.isTrue $"the property is named in: {why}" (why.Contains "CancelledRegionNotOpen")
            Expect.isTrue $"few actions are enough:\n{text}" (actions.Length <= 12)
            Expect.isTrue "the seed is told" (text.Contains "ASUPERSYNC_SEED=")
            Expect.isTrue "the actions are lines of a trace" (text.Contains "\"seq\":1")

/// The limits of the document.
type ``A walk under the standard limits``(output: ITestOutputHelper) =

    [<Fact>]
    member _.``with up to 40 records keeps every property``() = WalkBodies.holds output.WriteLine 0 40

/// Limits that are met all the time, in regions that collect failures.
type ``A walk under tight limits``(output: ITestOutputHelper) =

    [<Fact>]
    member _.``that collects failures keeps every property``() = WalkBodies.holds output.WriteLine 1 24

/// Limits that are met all the time, and quotas that run out.
type ``A walk on a small budget``(output: ITestOutputHelper) =

    [<Fact>]
    member _.``keeps every property``() = WalkBodies.holds output.WriteLine 2 30

/// The walk itself.
type ``A walk of a kernel with a planted fault``() =

    [<Fact>]
    member _.``fails with the shortest run that shows it``() = WalkBodies.noticesFault ()
