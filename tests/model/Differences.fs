namespace Asupersync.Model.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// A planted difference is found, at its shallowest, with a shortest path to it.
type Differences(output: ITestOutputHelper) =

    let bounds = (Setup.model "MCTiny").Bounds

    let faulty premise =
        Setup.search { bounds with Dropped = [ premise ] }

    [<Fact>]
    member _.``A graph equals itself``() =
        let graph = Setup.kernelGraph "MCTiny"
        Assert.Equal(None, Difference.betweenGraphs graph graph)

    [<Fact>]
    member _.``The first difference between two graphs is found with a shortest path``() =
        let planted = Setup.demand (Graph.ofKernel (faulty Premise.NotMasked))

        match Difference.betweenGraphs planted (Setup.kernelGraph "MCTiny") with
        | None -> Assert.Fail "the planted difference was not found"
        | Some difference ->
            output.WriteLine $"{difference}"
            Assert.Equal("Checkpoint(2) is taken by the kernel only", difference.Step)
            // Start, Spawn, Start, MaskEnter, CancelRequest: no shorter way leads to a masked task with a request.
            Assert.Equal(5, difference.Path.Length)

    [<Fact>]
    member _.``A step that leads elsewhere is shown by the fields that differ``() =
        let planted = Setup.demand (Graph.ofKernel (faulty Premise.FailFastCancels))

        match Difference.betweenGraphs planted (Setup.kernelGraph "MCTiny") with
        | None -> Assert.Fail "the planted difference was not found"
        | Some difference ->
            output.WriteLine $"{difference}"
            Assert.Equal<string list>([ "Start(1)" ], difference.Path)
            Assert.Equal("Complete(1,\"Err\") leads to another state", difference.Step)
            Assert.Contains("regions[1].phase: kernel \"Open\", model \"Closing\"", difference.Details)

    [<Fact>]
    member _.``A difference from a digest is located by level and rule``() =
        let digest = Digest.ofGraph (Setup.kernelGraph "MCTiny")
        let search = faulty Premise.FailFastCancels
        let planted, _ = Setup.demand (Digest.ofKernel search)

        match Difference.fromDigest search planted digest with
        | None -> Assert.Fail "the planted difference was not found"
        | Some difference ->
            output.WriteLine $"{difference}"
            Assert.StartsWith("the Complete steps from level 2 differ", difference.Step)
            Assert.Equal(2, difference.Path.Length)

    [<Fact>]
    member _.``Letting any premise go makes a difference, endless states, or none within the bounds``() =
        let honest = Digest.ofGraph (Setup.kernelGraph "MCTiny")

        for premise in Premise.guards @ Premise.clauses do
            let search = Setup.demand (Explorer.search { bounds with Dropped = [ premise ] } 10_000)

            match Digest.ofKernel search with
            | Error problem ->
                Assert.Equal("ASUP1307", problem.Code)
                output.WriteLine $"{premise}: no end within the limit"
            | Ok(planted, _) ->
                let equal = planted.States = honest.States && planted.Edges = honest.Edges
                let found = Difference.fromDigest search planted honest
                Assert.Equal(equal, found.IsNone)

                match found with
                | Some difference -> output.WriteLine $"{premise}: {difference.Step}"
                | None -> output.WriteLine $"{premise}: no difference"
