namespace Asupersync.Conformance.Tests

open System
open System.Text.RegularExpressions
open Xunit

/// Chapter 15 of docs/semantics.md claims nothing that is not there.
module TheoremTests =

    type private Theorem =
        { Name: string
          Proved: (string * string list) list
          Checked: (string * string list) list
          Tested: string list }

    let private quoted (text: string) =
        [ for found in Regex.Matches(text, "`([^`]+)`") -> found.Groups[1].Value ]

    // "`A`: `x`, `y`; `B`: `z`"
    let private evidence (cell: string) =
        [ for part in cell.Split(';', StringSplitOptions.RemoveEmptyEntries ||| StringSplitOptions.TrimEntries) do
              match quoted part with
              | place :: names -> place, names
              | [] -> () ]

    let private theorems document =
        let chapter = (Documents.chapters document)[15]

        [ for row in
              Regex.Matches(chapter, @"^\| ([A-Z]\w+) \|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$", RegexOptions.Multiline) ->
              let cell (number: int) = row.Groups[number].Value

              { Name = cell 1
                Proved = evidence (cell 3)
                Checked = evidence (cell 4)
                Tested = quoted (cell 5) } ]

    let private flaws document =
        [ for theorem in theorems document do
              for file, lemmas in theorem.Proved do
                  let path = $"spec/dafny/{file}"

                  if not (Documents.exists path) then
                      $"{theorem.Name}: there is no {path}"
                  else
                      for lemma in lemmas do
                          if
                              not (Regex.IsMatch(Documents.file path, $@"^  lemma {lemma}\(", RegexOptions.Multiline))
                          then
                              $"{theorem.Name}: {file} has no lemma {lemma}"

                  if lemmas.IsEmpty then
                      $"{theorem.Name}: {file} without a lemma"

              for model, properties in theorem.Checked do
                  let path = $"spec/tla/mc/{model}.cfg"

                  if not (Documents.exists path) then
                      $"{theorem.Name}: there is no model {model}"
                  else
                      let known = Documents.checkedBy (Documents.file path)

                      for property in properties do
                          if not (List.contains property known || List.contains (property + "Always") known) then
                              $"{theorem.Name}: {model} does not check {property}"

              for test in theorem.Tested do
                  if not (Documents.exists test) then
                      $"{theorem.Name}: there is no {test}"

              if
                  theorem.Proved.IsEmpty
                  && theorem.Checked
                     |> List.forall (fun (model, _) -> not (model.EndsWith("Inductive", StringComparison.Ordinal)))
              then
                  $"{theorem.Name} is not shown by induction" ]

    let private document = Documents.document

    [<Fact>]
    let ``Every theorem has a lemma or an inductive model, and all that it names is there`` () =
        let names = theorems document.Value |> List.map _.Name
        Assert.True(names.Length >= 12, $"there are {names.Length} theorems")
        Assert.Equal<string list>(List.distinct names, names)
        Assert.Empty(flaws document.Value)

    [<Fact>]
    let ``Every row of the table of theorems is read`` () =
        let chapter = (Documents.chapters document.Value)[15]
        let rows = Regex.Matches(chapter, @"^\| [A-Z]", RegexOptions.Multiline).Count
        Assert.Equal(rows, (theorems document.Value).Length)

    [<Fact>]
    let ``Dafny's script verifies every file that a theorem names`` () =
        let script = Documents.file "spec/dafny/verify"
        let files = script.Substring(script.IndexOf("files=(", StringComparison.Ordinal))
        let list = files.Substring(0, files.IndexOf(')', StringComparison.Ordinal))

        for theorem in theorems document.Value do
            for file, _ in theorem.Proved do
                let name = file.Replace(".dfy", "", StringComparison.Ordinal)
                Assert.Matches($@"\b{name}\b", list)

    [<Fact>]
    let ``Evidence that is not there is reported`` () =
        let changed (before: string) (after: string) =
            Assert.Contains(before, document.Value, StringComparison.Ordinal)
            flaws (document.Value.Replace(before, after, StringComparison.Ordinal))

        Assert.Single(changed "`NoOrphan` |" "`NoOrphans` |") |> ignore

        Assert.Single(changed "`FlowTheorems.dfy`: `Repeat" "`Flow2.dfy`: `Repeat")
        |> ignore

        Assert.Single(changed "`MCSaga`: `ReverseOrder`" "`MCSaga`: `AnyOrder`")
        |> ignore

        Assert.Single(changed "`MCQuota`: `BudgetNested`" "`MCNoQuota`: `BudgetNested`")
        |> ignore

        Assert.Single(changed "`tests/model/SagaTests.fs`" "`tests/model/Sagas.fs`")
        |> ignore

        Assert.Single(changed "| `Saga.dfy`: `SagaStates`, `SagaSteps` |" "| |")
        |> ignore
