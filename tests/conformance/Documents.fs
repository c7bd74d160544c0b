namespace Asupersync.Conformance.Tests

open System
open System.IO
open System.Text.RegularExpressions

/// A rule as one of the texts spells it: its name and its arguments.
type Signature =
    { Name: string
      Arguments: string list }

    /// Spawn(t, r, c)
    override this.ToString() =
        $"""{this.Name}({String.concat ", " this.Arguments})"""

/// The texts of the repository that have to agree, and what they say.
[<RequireQualifiedAccess>]
module Documents =

    /// The repository, found upwards from where the tests stand.
    let private root =
        let rec climb (folder: DirectoryInfo) =
            if isNull folder then
                failwith "docs/semantics.md was not found; run the tests inside the repository"
            elif File.Exists(Path.Combine(folder.FullName, "docs", "semantics.md")) then
                folder.FullName
            else
                climb folder.Parent

        lazy (climb (DirectoryInfo AppContext.BaseDirectory))

    let private text path =
        File.ReadAllText(path).ReplaceLineEndings "\n"

    let private texts (folder: string) pattern =
        let folder = Path.Combine(root.Value, folder)

        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories)
        |> Array.filter (fun file ->
            let parts = Path.GetRelativePath(folder, file).Split Path.DirectorySeparatorChar
            not (Array.contains "obj" parts || Array.contains "bin" parts))
        |> Array.sort
        |> Array.map text

    // The modules with a state of their own, which tests/model compares: the chapters from 10 on, named in the manifest of the models.
    let private ownModules =
        lazy
            (Regex.Matches(
                text (Path.Combine(root.Value, "spec", "tla", "mc", "manifest.json")),
                @"""module"": ""(\w+)"""
             )
             |> Seq.map _.Groups[1].Value
             |> List.ofSeq)

    /// The chapters of docs/semantics.md about the one state of tasks and regions.
    let semantics =
        lazy
            (let all = text (Path.Combine(root.Value, "docs", "semantics.md"))
             all.Substring(0, all.IndexOf("\n## 10. ", StringComparison.Ordinal)))

    /// The modules of spec/tla about the same.
    let spec =
        lazy
            (texts (Path.Combine("spec", "tla")) "*.tla"
             |> Array.filter (fun one ->
                 ownModules.Value
                 |> List.forall (fun name -> not (one.Contains($" MODULE {name} -", StringComparison.Ordinal))))
             |> String.concat "\n")

    /// The tests of the kernel.
    let kernelTests = lazy (texts (Path.Combine("tests", "kernel")) "*.fs" |> String.concat "\n")

    let private signature (found: Match) =
        { Name = found.Groups[1].Value
          Arguments = found.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries) |> List.ofArray }

    let private all pattern (text: string) =
        Regex.Matches(text, pattern, RegexOptions.Multiline) |> List.ofSeq

    /// The rules of the semantics, by heading.
    let headings semantics =
        all @"^### (\w+)\(([^)]*)\)$" semantics |> List.map signature

    /// The labels that the rules write into a trace.
    let labels semantics =
        all @"\*\*Label\*\* `(\w+)\(([^)]*)\)`" semantics |> List.map signature

    /// What the rules rely on: the guards, and the named clauses of Next.
    let premises (semantics: string) =
        let chapters = semantics.Substring(0, semantics.IndexOf("## 8.", StringComparison.Ordinal))

        let guards =
            all @"^- \*\*Guard\*\*((?:.|\n)*?)\n- \*\*" chapters
            |> List.collect (fun guard -> all @"`([A-Za-z]+)`" guard.Value)

        let clauses = all @"\((?:guard )?`([A-Z][A-Za-z]+)`\)" chapters

        [ for found in guards @ clauses -> found.Groups[1].Value ] |> List.distinct

    /// The actions that the specification puts together, and how they are defined.
    let actions spec =
        let defined =
            all @"^(\w+)\(([^)]*)\) ==" spec
            |> List.map (fun found -> found.Groups[1].Value, signature found)
            |> Map.ofList

        all @"^    \\/ \\E .* : (\w+)\([^)]*\)$" spec
        |> List.map (fun used ->
            let name = used.Groups[1].Value

            Map.tryFind name defined
            |> Option.defaultValue { Name = name; Arguments = [ "not defined" ] })

    /// The first words of test names.
    let firstWords tests =
        all @"^let ``(\w+)" tests |> List.map _.Groups[1].Value |> List.distinct
