namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// The search itself.
type Searches() =

    let bounds = (Setup.model "MCTiny").Bounds

    [<Fact>]
    member _.``A search that meets its limit is Truncated and answers nothing``() =
        let search = Setup.demand (Explorer.search bounds 100)
        Assert.Equal(Verdict.Truncated, (Explorer.run search Explorer.unwatched).Verdict)

        for outcome in
            [ Digest.ofKernel search |> Result.map ignore
              Graph.ofKernel search |> Result.map ignore ] do
            match outcome with
            | Ok() -> Assert.Fail "a truncated search was taken for an answer"
            | Error problem -> Assert.Equal("ASUP1307", problem.Code)

    [<Fact>]
    member _.``The limit is the number of states that may be found``() =
        let found = Explorer.run (Setup.search bounds) Explorer.unwatched
        let exact = Explorer.run (Setup.demand (Explorer.search bounds found.States)) Explorer.unwatched
        let tight = Explorer.run (Setup.demand (Explorer.search bounds (found.States - 1))) Explorer.unwatched
        Assert.Equal(Verdict.Complete, exact.Verdict)
        Assert.Equal(found.Edges, exact.Edges)
        Assert.Equal(Verdict.Truncated, tight.Verdict)

    [<Fact>]
    member _.``A path leads to its state and no shorter one does``() =
        let depths = System.Collections.Generic.List<struct (int * uint64)>()

        let watcher =
            { new IWatcher with
                member _.State(_, depth, state) =
                    depths.Add(struct (depth, state.Fingerprint))
                    Visit.Expand

                member _.Edge _ = () }

        let found = Explorer.run (Setup.search bounds) watcher

        for number in 0..7 .. found.States - 1 do
            let struct (depth, fingerprint) = depths[number]
            let path = found.PathTo number
            Assert.Equal(depth - 1, path.Length)

            let take (state: State) action =
                match Kernel.step state action with
                | Ok next -> next
                | Error refusal -> failwith $"{refusal}"

            Assert.Equal(fingerprint, (List.fold take (Bounds.initial bounds) path).Fingerprint)

    [<Fact>]
    member _.``What is enabled is what the search takes``() =
        let taken = System.Collections.Generic.Dictionary<int, int>()
        let states = System.Collections.Generic.List<State>()

        let watcher =
            { new IWatcher with
                member _.State(_, _, state) =
                    states.Add state
                    Visit.Expand

                member _.Edge edge =
                    taken[edge.Source] <-
                        1
                        + (match taken.TryGetValue edge.Source with
                           | true, count -> count
                           | false, _ -> 0) }

        Explorer.run (Setup.search bounds) watcher |> ignore

        for number in 0..50 .. states.Count - 1 do
            let expected =
                match taken.TryGetValue number with
                | true, count -> count
                | false, _ -> 0

            Assert.Equal(expected, (Enabled.enabled bounds states[number]).Length)

    [<Fact>]
    member _.``A search in which every state is refused ends with one state``() =
        let refuse _ action : Result<State, Refusal> =
            Error { Rule = (action: Action).Rule; Premise = Premise.TaskActive }

        let found = Explorer.run (Explorer.faulty bounds refuse 10) Explorer.unwatched
        Assert.Equal(1, found.States)
        Assert.Equal(1, found.Depth)
        Assert.Equal(Verdict.Complete, found.Verdict)
