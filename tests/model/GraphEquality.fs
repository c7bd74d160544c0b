namespace Asupersync.Model.Tests

open System
open System.IO
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel.Explore

/// The kernel's reachable graph is the model's: the same states, and the same steps with the same arguments between them.
type GraphEquality(output: ITestOutputHelper) =

    let report (difference: Difference option) =
        match difference with
        | None -> ()
        | Some difference -> Assert.Fail $"{difference}"

    static member Models = Setup.rows.Value

    [<Fact>]
    member _.``There are models to compare``() =
        Assert.Contains("MCTiny", Setup.names.Value)
        Assert.Contains("MCNested", Setup.names.Value)

    [<Theory; MemberData(nameof GraphEquality.Models)>]
    member _.``The digest of a model was made from the specification at hand``(name: string) =
        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value name))
        Assert.Equal(name, file.Model)

        Assert.True(
            (file.Specification = (Setup.model name).Specification),
            $"ASUP1306 spec/tla changed since the digest of {name} was made: run the checker and write a new digest"
        )

    [<Fact>]
    member _.``The digests say what the checker's manifest says``() =
        for name, states, depth in Setup.manifest.Value do
            let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value name))
            Assert.Equal((name, states, depth), (name, file.Digest.States.Count, file.Digest.Depth))

    [<Theory; MemberData(nameof GraphEquality.Models)>]
    member _.``The kernel's graph has the digest that the checker's graph has``(name: string) =
        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value name))
        let search = Setup.search (Setup.model name).Bounds
        let kernel, found = Setup.demand (Digest.ofKernel search)

        output.WriteLine
            $"{name}: {found.States} states, {found.Edges} edges, depth {found.Depth}, {found.Rate:F0} states/s"

        output.WriteLine $"{name}: compared with {file.Checker}"
        report (Difference.fromDigest search kernel file.Digest)
        Assert.Equal(file.Digest.States, kernel.States)
        Assert.Equal(file.Digest.Edges, kernel.Edges)

    [<Theory; MemberData(nameof GraphEquality.Models)>]
    member _.``The kernel's graph equals the checker's dump, when there is one``(name: string) =
        match Environment.GetEnvironmentVariable "ASUPERSYNC_TLC_DUMP_DIR" with
        | null
        | "" -> output.WriteLine "not compared: ASUPERSYNC_TLC_DUMP_DIR is not set"
        | folder ->
            let dump = Setup.demand (TlcGraph.load (Path.Combine(folder, name + ".dot")))
            report (Difference.betweenGraphs (Setup.kernelGraph name) dump)
            output.WriteLine $"{name}: {dump.States.Length} states and {Graph.edgeCount dump} edges are equal"

    [<Theory; MemberData(nameof GraphEquality.Models)>]
    member _.``States of the kernel and their texts are one to one``(name: string) =
        // Graph.ofKernel compares every step's target with the text that its hash stands for.
        Assert.NotEmpty((Setup.kernelGraph name).States)
