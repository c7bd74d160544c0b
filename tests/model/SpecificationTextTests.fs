namespace Asupersync.Model.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel.Explore

/// The evaluator reads the specification as the checker does: it finds the graphs whose digests the checker made.
type SpecificationTextTests(output: ITestOutputHelper) =

    [<Theory>]
    [<InlineData("MCTiny")>]
    [<InlineData("MCFinalizer")>]
    [<InlineData("MCQuota")>]
    [<InlineData("MCNested")>]
    member _.``The text of the specification has the graph that the checker found``(name: string) =
        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value name))
        let clock = System.Diagnostics.Stopwatch.StartNew()

        let found =
            Setup.demand (SpecificationText.digest Setup.folder.Value (Setup.model name).Bounds Setup.limit)

        output.WriteLine
            $"{name}: {found.States.Count} states, {found.Edges.Count} edges, {clock.Elapsed.TotalSeconds:F1} s; {file.Checker}"

        Assert.Equal(file.Digest.States, found.States)
        Assert.Equal(file.Digest.Edges, found.Edges)
        Assert.Equal<_ list>(file.Digest.Levels, found.Levels)
        Assert.Equal<_ list>(file.Digest.Classes, found.Classes)

    [<Theory>]
    [<InlineData("NotMasked")>]
    [<InlineData("IsHolder")>]
    [<InlineData("FailFastCancels")>]
    member _.``Without a premise the text has another graph``(premise: string) =
        let bounds =
            Setup.demand (Bounds.set "Dropped" (Members [ Text premise ]) (Setup.model "MCTiny").Bounds)

        let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value "MCTiny"))
        let found = Setup.demand (SpecificationText.digest Setup.folder.Value bounds Setup.limit)
        Assert.NotEqual(file.Digest.Edges, found.Edges)
        let kernel, _ = Setup.demand (Digest.ofKernel (Setup.search bounds))
        Assert.Equal(kernel.Edges, found.Edges)

    [<Fact>]
    member _.``A text that the evaluator does not know is refused with its place``() =
        let folder = System.IO.Directory.CreateTempSubdirectory("asupersync-").FullName

        try
            let write (next: string) =
                System.IO.File.WriteAllText(
                    System.IO.Path.Combine(folder, "Asupersync.tla"),
                    $"---- MODULE Asupersync ----\nVARIABLES x\nInit == x = 0\nNext ==\n    {next}\n====\n"
                )

                match SpecificationText.digest folder (Setup.model "MCTiny").Bounds 10 with
                | Ok digest -> string digest.States.Count
                | Error problem -> string problem

            Assert.Equal("4", write "x < 3 /\\ x' = x + 1")

            Assert.Equal(
                "ASUP1314 Asupersync.tla, line 5: an expression of the part of TLA+ that is read here was expected, \"CHOOSE\" was found",
                write "x' = CHOOSE y \\in 1..2 : y > x"
            )

            Assert.Equal("ASUP1314 Next: nothing defines Nowhere", write "x' = Nowhere")
            Assert.StartsWith("ASUP1314 Next does not say what becomes of x", write "x < 3")
        finally
            System.IO.Directory.Delete(folder, true)
