namespace Asupersync.Model.Tests

open System.Collections.Generic
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// What the diamond test of a graph found.
type DiamondReport =
    {
        /// Pairs declared independent.
        Independent: int64
        /// Pairs declared dependent.
        Dependent: int64
        /// Pairs declared dependent that commute all the same: reduction that is given away.
        Lost: int64
        /// Those by the two rules, most frequent first.
        LostByRules: (string * int64) list
        /// The first pair declared independent that does not commute.
        Broken: string option
    }

/// Section 8 of docs/semantics.md: independent actions commute, in every reachable state.
[<RequireQualifiedAccess>]
module Diamond =

    // Both orders are possible and end in one state.
    let private commutes step (state: State) first (afterFirst: State) second (afterSecond: State) =
        match step afterFirst second, step afterSecond first with
        | Ok(one: State), Ok(other: State) -> one.Fingerprint = other.Fingerprint
        | _ ->
            ignore state
            false

    let private rules (a: Action) (b: Action) =
        let x, y = string a.Rule, string b.Rule
        if System.String.CompareOrdinal(x, y) <= 0 then $"{x} / {y}" else $"{y} / {x}"

    /// Runs the test over a bounded configuration, with a relation over footprints.
    let test bounds (independent: Footprint -> Footprint -> bool) : DiamondReport =
        let enabled = List<struct (Action * State * Footprint)>()
        let lostByRules = Dictionary<string, int64>()
        let mutable current: State = Bounds.initial bounds
        let mutable source = -1
        let mutable independents = 0L
        let mutable dependents = 0L
        let mutable lost = 0L
        let mutable broken = None

        let pair (struct (a, afterA, footprintA)) (struct (b, afterB, footprintB)) =
            let commute = commutes Kernel.step current a afterA b afterB

            if independent footprintA footprintB then
                independents <- independents + 1L

                if not commute && broken.IsNone then
                    broken <- Some $"{Label.text a} and {Label.text b} in {Projection.text current}"
            else
                dependents <- dependents + 1L

                if commute then
                    lost <- lost + 1L
                    let key = rules a b

                    lostByRules[key] <-
                        1L
                        + (match lostByRules.TryGetValue key with
                           | true, count -> count
                           | false, _ -> 0L)

        // All steps of a state come one after another, so that a state is done when the next one begins.
        let finish () =
            for first in 0 .. enabled.Count - 2 do
                for second in first + 1 .. enabled.Count - 1 do
                    pair enabled[first] enabled[second]

            enabled.Clear()

        let watcher =
            { new IWatcher with
                member _.State(_, _, _) = Visit.Expand

                member _.Edge edge =
                    if edge.Source <> source then
                        finish ()
                        source <- edge.Source
                        current <- edge.Before

                    match Independence.footprint edge.Before edge.Action with
                    | Ok footprint -> enabled.Add(struct (edge.Action, edge.After, footprint))
                    | Error refusal -> broken <- Some $"{refusal}, and yet {Label.text edge.Action} was taken" }

        let found = Explorer.run (Setup.demand (Explorer.search bounds Setup.limit)) watcher
        finish ()
        Assert.Equal(Verdict.Complete, found.Verdict)

        { Independent = independents
          Dependent = dependents
          Lost = lost
          LostByRules =
            [ for entry in lostByRules -> entry.Key, entry.Value ]
            |> List.sortBy (fun (rules, count) -> -count, rules)
          Broken = broken }

/// The diamond test, and tests of the test.
type Diamonds(output: ITestOutputHelper) =

    static member Models = Setup.rows.Value

    [<Theory; MemberData(nameof Diamonds.Models)>]
    member _.``Independent actions commute in every reachable state``(name: string) =
        let report = Diamond.test (Setup.model name).Bounds Independence.disjoint
        output.WriteLine $"{name}: {report.Independent} independent pairs, {report.Dependent} dependent ones"
        output.WriteLine $"{name}: {report.Lost} dependent pairs commute all the same"

        for rules, count in List.truncate 10 report.LostByRules do
            output.WriteLine $"  {count} {rules}"

        match report.Broken with
        | Some words -> Assert.Fail words
        | None -> ()

    [<Fact>]
    member _.``An independence that forgets what is read is noticed``() =
        let forgetful (a: Footprint) (b: Footprint) =
            Set.isEmpty (Set.intersect a.Writes b.Writes)

        Assert.True((Diamond.test (Setup.model "MCNested").Bounds forgetful).Broken.IsSome)

    [<Fact>]
    member _.``An independence that forgets what is written is noticed``() =
        let forgetful (a: Footprint) (b: Footprint) =
            Set.isEmpty (Set.intersect a.Reads b.Reads)

        let everything (_: Footprint) (_: Footprint) = true
        let bounds = (Setup.model "MCTiny").Bounds
        Assert.True((Diamond.test bounds everything).Broken.IsSome)
        // What is written has been read in most rules, so this one is only noticed if it is, and reported either way.
        output.WriteLine $"{(Diamond.test bounds forgetful).Broken}"
