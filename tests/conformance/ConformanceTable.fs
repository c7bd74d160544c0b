namespace Asupersync.Conformance.Tests

open System
open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open Xunit

/// docs/conformance.md: each rule, and where it is found. Written by
/// ASUPERSYNC_CONFORMANCE=write dotnet test tests/conformance -c Release --filter FullyQualifiedName~ConformanceTests
module ConformanceTests =

    let private path = "docs/conformance.md"

    let private command =
        "ASUPERSYNC_CONFORMANCE=write dotnet test tests/conformance -c Release --filter FullyQualifiedName~ConformanceTests"

    let private faults =
        lazy
            (use rows = JsonDocument.Parse(Documents.file "spec/tla/mc/faults.json")

             [ for row in rows.RootElement.EnumerateArray() ->
                   row.GetProperty("model").GetString(),
                   row.GetProperty("dropped").GetString(),
                   row.GetProperty("violates").GetString() ])

    // The section that a rule stands in, with the place that links have.
    let private chapterOf document rule =
        Documents.chapters document
        |> Map.toList
        |> List.find (fun (_, text) -> Documents.headings text |> List.exists (fun heading -> heading.Name = rule))
        |> fst

    let private anchor (signature: Signature) =
        Regex
            .Replace((string signature).Replace("()", "", StringComparison.Ordinal).ToLowerInvariant(), "[^\\w -]", "")
            .Replace(' ', '-')

    let private quoted words =
        words |> List.map (fun word -> $"`{word}`") |> String.concat ", "

    let private members faces rule =
        if faces.Module = "Scheduler" then
            "driver: the runtime's queue takes its turns by the same policy (`Lanes`)"
        elif faces.Module <> "Asupersync" then
            "none: a module of its own"
        else
            match
                ParityTests.attributed.Value
                |> List.filter (fun (name, _) -> name = rule)
                |> List.map snd
                |> List.distinct
                |> List.sort
            with
            | [] -> $"driver: {ParityTests.driverOnly[rule]}"
            | found -> quoted found

    let private row document faces (heading: Signature) =
        let rule = heading.Name
        let isConsequence = rule = "Leak"

        let label = Documents.labels faces.Document |> List.find (fun label -> label.Name = rule)

        let action =
            Documents.actions faces.Specification
            |> List.tryFind (fun action -> action.Name = rule)
            |> Option.defaultValue { Name = "missing"; Arguments = [] }

        let declared =
            if faces.Module = "Asupersync" then
                $"\nmodule {rule} ="
            else
                $"\n    | {rule} = "

        let sources =
            [ for name, text in faces.Sources do
                  if text.Contains(declared, StringComparison.Ordinal) then
                      Path.GetFileName name ]

        let tests =
            [ for name, text in faces.Tests do
                  if List.contains rule (Documents.firstWords text) then
                      Path.GetFileName name ]

        let reached =
            [ for model in faces.Models do
                  for taken, times in model.Edges do
                      if taken = rule then
                          $"{model.Model} {times}" ]

        let premises = Documents.premises (Documents.section rule faces.Document)
        let models = faces.Models |> List.map _.Model

        let properties =
            [ for model, dropped, violates in faults.Value do
                  // Let go in this rule, or in all.
                  let premise =
                      if dropped.StartsWith($"{rule}.", StringComparison.Ordinal) then
                          dropped.Substring(rule.Length + 1)
                      else
                          dropped

                  if
                      List.contains model models
                      && (List.contains premise premises || dropped = "Fair" + rule)
                  then
                      violates ]
            |> List.distinct
            |> List.sort

        let cells =
            [ $"[{rule}](semantics.md#{anchor heading})"
              string (chapterOf document rule)
              (if isConsequence then "inside of `Complete`" else $"`{action}`")
              quoted sources
              $"`{label}`"
              members faces rule
              quoted tests
              String.concat ", " reached
              String.concat ", " properties ]

        "| " + String.concat " | " cells + " |"

    let private table document =
        let rows =
            [ for faces in Faces.all document do
                  for heading in Documents.headings faces.Document do
                      row document faces heading ]

        let lines =
            [ "# Conformance"
              ""
              "One row a rule: where each of the texts that have to agree names it. Not written by hand, but by"
              ""
              "```"
              command
              "```"
              ""
              "and compared with the sources in each run of the tests. A graph's number says how many of its steps are that rule's; the"
              "kernel's graph is the checker's, step by step. The last column names the properties that a model loses when one of the"
              "rule's premises, or its fairness, is let go (`spec/tla/mc/faults.json`)."
              ""
              "| rule | chapter | action of `spec/tla` | kernel | label | facade | tests | models, and steps in their graphs | properties that rest on its premises |"
              "| --- | --- | --- | --- | --- | --- | --- | --- | --- |" ]

        String.concat "\n" (lines @ rows) + "\n"

    [<Fact>]
    let ``The committed table is the one that the sources give`` () =
        let text = table Documents.document.Value

        if Environment.GetEnvironmentVariable "ASUPERSYNC_CONFORMANCE" = "write" then
            Documents.write path text

        let committed = (if Documents.exists path then Documents.file path else "").Split '\n'
        let expected = text.Split '\n'
        let stale = Array.except committed expected |> Array.map (fun line -> $"missing: {line}")
        let extra = Array.except expected committed |> Array.map (fun line -> $"to go: {line}")

        if stale.Length + extra.Length > 0 || committed.Length <> expected.Length then
            let lines = Array.append stale extra |> String.concat "\n"
            Assert.Fail $"docs/conformance.md is not up to date; write it anew:\n{command}\n{lines}"

    [<Fact>]
    let ``Every rule has a row with nothing missing`` () =
        let rows =
            (table Documents.document.Value).Split '\n'
            |> Array.filter (fun line -> line.StartsWith("| [", StringComparison.Ordinal))

        let rules = Faces.all Documents.document.Value |> List.collect _.Rules
        Assert.Equal(rules.Length, rows.Length)

        for line in rows do
            let cells = line.Trim('|', ' ').Split " | "
            let isConsequence = line.StartsWith("| [Leak]", StringComparison.Ordinal)
            let wanted = if isConsequence then 7 else 8

            for cell in Array.truncate wanted cells do
                Assert.False(String.IsNullOrWhiteSpace cell, line)

    [<Fact>]
    let ``A change in a source changes the table`` () =
        let document = Documents.document.Value
        let changed = document.Replace("`Drain(task)`", "`Drain(region)`", StringComparison.Ordinal)
        Assert.NotEqual<string>(table document, table changed)
