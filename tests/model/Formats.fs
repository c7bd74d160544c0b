namespace Asupersync.Model.Tests

open System.IO
open Xunit
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// What is read and written: configuration files, TLA+ values, dumps, digests. Broken input gets a code and words.
type Formats() =

    let cfg = Bounds.toCfg (Setup.model "MCNested").Bounds

    let code (result: Result<'T, Problem>) =
        match result with
        | Ok _ -> "accepted"
        | Error problem -> problem.Code

    let dump (text: string) = TlcGraph.read (new StringReader(text))

    [<Fact>]
    member _.``Bounds survive being written and read``() =
        Assert.Equal(Ok (Setup.model "MCNested").Bounds, Bounds.ofCfg cfg)

    [<Fact>]
    member _.``Comments and sections around the constants are passed over``() =
        let text =
            "\\* MaxTasks = 9\nSPECIFICATION Spec\n(* MaxTasks =\n 8 *)\n"
            + cfg
            + "\nINVARIANTS TypeOK\n  SingleOwner\n"

        Assert.Equal(Ok (Setup.model "MCNested").Bounds, Bounds.ofCfg text)

    [<Theory>]
    [<InlineData("MaxTasks = 2", "", "ASUP1303")>]
    [<InlineData("MaxTasks = 2", "MaxTasks = 2 MaxTasks = 2", "ASUP1303")>]
    [<InlineData("MaxTasks = 2", "MaxTasks = 2 Colour = 3", "ASUP1303")>]
    [<InlineData("MaxTasks = 2", "MaxTasks = -2", "ASUP1303")>]
    [<InlineData("MaxTasks = 2", "MaxTasks = 99999999999", "ASUP1302")>]
    [<InlineData("MaxTasks = 2", "MaxTasks = {2}", "ASUP1303")>]
    [<InlineData("MaxTasks = 2", "MaxTasks <- Two", "ASUP1302")>]
    [<InlineData("Outcomes = {\"Ok\", \"Err\"}", "Outcomes = {\"Ok\", \"Fine\"}", "ASUP1303")>]
    [<InlineData("Outcomes = {\"Ok\", \"Err\"}", "Outcomes = {\"None\"}", "ASUP1303")>]
    [<InlineData("Outcomes = {\"Ok\", \"Err\"}", "Outcomes = {Ok, Err}", "ASUP1302")>]
    [<InlineData("Outcomes = {\"Ok\", \"Err\"}", "Outcomes = {\"Ok\", \"Err\"", "ASUP1302")>]
    [<InlineData("Outcomes = {\"Ok\", \"Err\"}", "Outcomes = {\"Ok\", \"Err", "ASUP1302")>]
    [<InlineData("Dropped = {}", "Dropped = {\"Nothing\"}", "ASUP1303")>]
    member _.``A configuration that cannot be read is refused``(good: string, bad: string, expected: string) =
        Assert.Contains(good, cfg)
        Assert.Equal(expected, code (Bounds.ofCfg (cfg.Replace(good, bad))))

    [<Fact>]
    member _.``Two premises at once are refused``() =
        let bounds =
            { (Setup.model "MCTiny").Bounds with
                Dropped = [ Premise.NotMasked; Premise.IsHolder ] }

        Assert.Equal("ASUP1309", code (Explorer.search bounds 10))

    [<Fact>]
    member _.``A model that is not there is refused by name``() =
        Assert.Equal("ASUP1301", code (Models.load Setup.folder.Value "MCHuge"))

    [<Fact>]
    member _.``States are read in any layout and written in one``() =
        let text =
            "/\\ b = << [ y |-> TRUE,\n   x |-> -1 ] >>\n/\\ a = [s |-> \"t,]\", e |-> <<>>, z |-> {1, 2}]"

        match TlaValue.parseState text with
        | Ok state ->
            Assert.Equal(
                "/\\ a = [e |-> <<>>, s |-> \"t,]\", z |-> {1, 2}] /\\ b = <<[x |-> -1, y |-> TRUE]>>",
                TlaValue.renderState state
            )
        | Error words -> Assert.Fail words

    [<Theory>]
    [<InlineData("/\\ a = ")>]
    [<InlineData("/\\ a = <<1, 2")>]
    [<InlineData("/\\ a = [x |-> 1")>]
    [<InlineData("/\\ a = [x = 1]")>]
    [<InlineData("/\\ a = \"x")>]
    [<InlineData("a = 1")>]
    [<InlineData("/\\ a = 99999999999999999999")>]
    member _.``A state that cannot be read is refused with the place``(text: string) =
        match TlaValue.parseState text with
        | Ok _ -> Assert.Fail "it was accepted"
        | Error words -> Assert.Contains("character", words)

    [<Fact>]
    member _.``The projection writes what reading and writing again leaves as it is``() =
        for text in (Setup.kernelGraph "MCNested").States |> Seq.take 500 do
            match TlaValue.parseState text with
            | Ok state -> Assert.Equal(text, TlaValue.renderState state)
            | Error words -> Assert.Fail words

    [<Fact>]
    member _.``A dump is read with its escapes, its duplicates and its tooltips``() =
        let text =
            "strict digraph DiskGraph {\nnodesep=0.35;\n"
            + "-1 [label=\"/\\\\ a = \\\"x\\\"\\n/\\\\ b = 1\",style = filled]\n"
            + "-1 -> 2 [label=\"Go(1,<<\\\"t\\\", 1>>)\",color=\"black\"];\n"
            + "2 [label=\"/\\\\ b = 2\\n/\\\\ a = \\\"x\\\"\",tooltip=\"/\\\\ b = 2\"];\n"
            + "-1 -> 2 [label=\"Go(1,<<\\\"t\\\", 1>>)\",color=\"black\"];\n"
            + "{rank = same; -1;}\n}\n"

        let graph = Setup.demand (dump text)
        Assert.Equal<string[]>([| "/\\ a = \"x\" /\\ b = 1"; "/\\ a = \"x\" /\\ b = 2" |], graph.States)
        Assert.Equal(1L, Graph.edgeCount graph)
        Assert.Equal("Go(1,<<\"t\", 1>>)", (let struct (label, _) = graph.Steps[0][0] in label))
        Assert.Equal<int[]>([| 1; 2 |], graph.Depths)

    [<Theory>]
    [<InlineData("")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\"]")>]
    [<InlineData("1 [label=\"/\\\\ a = \",style = filled]")>]
    [<InlineData("1 [label=\"/\\\\ a = 1,style = filled]")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\",style = filled]\n1 -> 2 [label=\"Go\"];")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\",style = filled]\n2 [label=\"/\\\\ a = 2\"]")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\",style = filled]\n2 [label=\"/\\\\ a = 1\"]")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\",style = filled]\n1 -> 1;")>]
    [<InlineData("1 [label=\"/\\\\ a = 1\",style = filled]\n2 [label=\"/\\\\ a = 2\",style = filled]")>]
    member _.``A dump that is cut off or damaged is refused``(text: string) =
        Assert.Equal("ASUP1304", code (dump text))

    [<Fact>]
    member _.``A digest survives being written and read``() =
        let file =
            { Model = "MC\"Tiny\""
              Checker = "a checker"
              Specification = "ab"
              Digest = Digest.ofGraph (Setup.kernelGraph "MCTiny") }

        Assert.Equal(Ok file, DigestFile.parse (DigestFile.render file))

    [<Theory>]
    [<InlineData("")>]
    [<InlineData("[]")>]
    [<InlineData("{}")>]
    [<InlineData("{\"model\": 3}")>]
    [<InlineData("{\"model\": \"m\", \"checker\": \"c\", \"specification\": \"s\", \"states\": 1, \"stateHash\": \"12\"}")>]
    member _.``A digest that cannot be read is refused``(text: string) =
        Assert.Equal("ASUP1305", code (DigestFile.parse text))

    [<Fact>]
    member _.``The digest does not depend on the order in which a graph comes``() =
        let graph = Setup.kernelGraph "MCTiny"
        let last = graph.States.Length - 1
        // The same graph with its states numbered backwards, the initial one still first.
        let renumber number =
            if number = 0 then 0 else last + 1 - number

        let turned =
            Graph.make
                (Array.init (last + 1) (fun number -> graph.States[renumber number]))
                (Array.init (last + 1) (fun number ->
                    graph.Steps[renumber number]
                    |> Seq.map (fun (struct (label, target)) -> struct (label, renumber target))))

        Assert.Equal(Digest.ofGraph graph, Digest.ofGraph (Setup.demand turned))
