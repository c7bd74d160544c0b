namespace Asupersync.Model.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Counting with several threads on packed states.
type Censuses(output: ITestOutputHelper) =

    let bounds = (Setup.model "MCTiny").Bounds

    let checkLinks = Invariants.all |> List.find (fun (name, _) -> name = "LinksAgree") |> snd

    let take options = Setup.demand (Census.take options)

    // More states than any model here has.
    let all bounds threads =
        take (Census.options bounds 5_000_000 threads)

    let same (expected: Census) (found: Census) =
        Assert.Equal(expected.Verdict, found.Verdict)
        Assert.Equal(expected.States, found.States)
        Assert.Equal(expected.Edges, found.Edges)
        Assert.Equal(expected.Depth, found.Depth)
        Assert.Equal<(RuleName * int64) list>(expected.Rules, found.Rules)

    static member Models = TheoryData<string>(Setup.counts.Value |> List.map _.Model)

    static member Digests = Setup.rows.Value

    [<Fact>]
    member _.``One of the models has more than a million states``() =
        Assert.Contains(Setup.counts.Value, (fun row -> row.States > 1_000_000L))

    [<Theory; MemberData(nameof Censuses.Models)>]
    member _.``The kernel has as many states, steps and levels as the checker found``(name: string) =
        let declared = Setup.counts.Value |> List.find (fun row -> row.Model = name)
        let found = all (Setup.model name).Bounds 2
        Assert.Equal(Verdict.Complete, found.Verdict)
        Assert.Equal(declared.States, int64 found.States)
        Assert.Equal(declared.Edges, found.Edges)
        Assert.Equal(declared.Depth, found.Depth)

        output.WriteLine
            $"{name}: {found.States} states, {found.Edges} edges, depth {found.Depth}, {found.Rate:F0} states/s, {found.Bytes / int64 found.States} bytes a state"

    [<Theory; MemberData(nameof Censuses.Digests)>]
    member _.``Each rule takes as many steps as the checker found``(name: string) =
        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value name))

        let declared =
            file.Digest.Classes
            |> List.groupBy (fun ((_, rule), _) -> rule)
            |> List.map (fun (rule, classes) -> rule, classes |> List.sumBy (fun (_, tally) -> tally.Count))
            |> List.sort

        let found = (all (Setup.model name).Bounds 1).Rules
        let byName = found |> List.map (fun (rule, count) -> string rule, count) |> List.sort
        Assert.Equal<(string * int64) list>(declared, byName)

    [<Fact>]
    member _.``The number of threads changes nothing``() =
        let bounds = (Setup.model "MCNested").Bounds
        let one = all bounds 1

        for threads in [ 2; 3; 8 ] do
            same one (all bounds threads)

    [<Fact>]
    member _.``What is kept of steps changes nothing``() =
        let options = Census.options bounds 100_000 1
        let plain = take { options with MemoDepth = 0 }

        for depth in [ 1; 2; 5; 100 ] do
            same plain (take { options with MemoDepth = depth })

    [<Fact>]
    member _.``Fingerprints that collide change nothing``() =
        let options = Census.options bounds 100_000 2
        let plain = take options
        same plain (take { options with Hash = fun hash -> hash &&& 0xFFUL })
        same plain (take { options with Hash = fun _ -> 0UL })

    [<Fact>]
    member _.``Fingerprints that collide are noticed where states are told apart by them``() =
        let colliding =
            { Setup.search bounds with
                Hash = fun state -> state.Fingerprint &&& 0xFFFUL }

        let found = Explorer.run colliding Explorer.unwatched
        Assert.NotEqual((all bounds 1).States, found.States)

        match Graph.ofKernel colliding with
        | Ok _ -> Assert.Fail "states were merged, and nobody noticed"
        | Error problem -> Assert.Equal("ASUP1311", problem.Code)

    [<Fact>]
    member _.``With a premise let go a census finds what the search finds``() =
        let mutable compared = 0

        for premise in Premise.guards @ Premise.clauses do
            let bounds =
                { (Setup.model "MCTiny").Bounds with
                    MaxFinalizers = 1
                    Dropped = [ premise ] }

            // Where links are torn, states that differ in them alone are one to the search and several to the census.
            let mutable linksAgree = true
            let search = Setup.demand (Explorer.search bounds 20_000)

            let watcher =
                { new IWatcher with
                    member _.State(_, _, _) =
                        if linksAgree then Visit.Expand else Visit.Halt

                    // Of states that differ in their links alone, only this shows all.
                    member _.Edge edge =
                        linksAgree <- linksAgree && (checkLinks edge.After).IsEmpty }

            let found = Explorer.run search watcher

            if linksAgree && found.Verdict = Verdict.Complete then
                compared <- compared + 1
                let census = take (Census.options bounds 20_000 2)
                Assert.True((found.States = census.States), $"{premise}: {found.States} states, not {census.States}")
                Assert.True((found.Edges = census.Edges), $"{premise}: {found.Edges} edges, not {census.Edges}")
                Assert.True((found.Depth = census.Depth), $"{premise}: depth {found.Depth}, not {census.Depth}")

        output.WriteLine $"{compared} faults"
        Assert.True(compared > 30, $"only {compared} faults were within the limit")

    [<Fact>]
    member _.``The limit is the number of states that may be counted``() =
        let whole = all bounds 2
        let exact = take (Census.options bounds whole.States 2)
        let tight = take (Census.options bounds (whole.States - 1) 2)
        let early = take (Census.options bounds 100 2)
        same whole exact
        Assert.Equal(Verdict.Truncated, tight.Verdict)
        Assert.Equal(Verdict.Truncated, early.Verdict)
        Assert.True(early.States < whole.States)

    [<Fact>]
    member _.``What cannot be searched is refused``() =
        let code options =
            match Census.take options with
            | Ok _ -> ""
            | Error problem -> problem.Code

        Assert.Equal("ASUP1303", code (Census.options bounds 100 0))

        Assert.Equal(
            "ASUP1309",
            code (Census.options { bounds with Dropped = [ Premise.NotMasked; Premise.MaskLeft ] } 100 1)
        )
