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

    /// A file of the repository.
    let file (path: string) =
        text (Path.Combine(root.Value, path.Replace('/', Path.DirectorySeparatorChar)))

    /// True when the repository has a file of that name.
    let exists (path: string) =
        File.Exists(Path.Combine(root.Value, path.Replace('/', Path.DirectorySeparatorChar)))

    /// Writes a file of the repository.
    let write (path: string) (content: string) =
        File.WriteAllText(Path.Combine(root.Value, path.Replace('/', Path.DirectorySeparatorChar)), content)

    /// The files of a folder, by name, in order.
    let filesOf (folder: string) pattern =
        let folder = Path.Combine(root.Value, folder.Replace('/', Path.DirectorySeparatorChar))

        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories)
        |> Array.map (fun path -> Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
        |> Array.filter (fun path ->
            not (
                path.StartsWith("obj/", StringComparison.Ordinal)
                || path.StartsWith("bin/", StringComparison.Ordinal)
            ))
        |> Array.sortWith (fun one other -> String.CompareOrdinal(one, other))
        |> List.ofArray

    /// The whole of docs/semantics.md.
    let document = lazy (file "docs/semantics.md")

    /// The chapters of a document by number.
    let chapters (document: string) =
        let starts = Regex.Matches(document, @"^## (\d+)\. ", RegexOptions.Multiline) |> List.ofSeq
        let ends = (List.skip 1 starts |> List.map _.Index) @ [ document.Length ]

        [ for start, stop in List.zip starts ends ->
              int start.Groups[1].Value, document.Substring(start.Index, stop - start.Index) ]
        |> Map.ofList

    let private signature (found: Match) =
        { Name = found.Groups[1].Value
          Arguments =
            found.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
            |> List.ofArray }

    let private all pattern (text: string) =
        Regex.Matches(text, pattern, RegexOptions.Multiline) |> List.ofSeq

    /// The rules of some chapters, by heading.
    let headings chapters =
        all @"^### (\w+)(?:\(([^)]*)\))?$" chapters |> List.map signature

    /// What stands under the heading of a rule.
    let section (rule: string) chapters =
        Regex.Match(chapters, $@"^### {rule}(?:\([^)]*\))?$((?:.|\n)*?)(?=^###? |\z)", RegexOptions.Multiline).Value

    /// The labels that the rules write into a trace.
    let labels chapters =
        all @"\*\*Label\*\* `(\w+)\(([^)]*)\)`" chapters |> List.map signature

    /// What the rules rely on: the guards, and the named clauses of Next.
    let premises (chapters: string) =
        let named (text: string) =
            all @"`([A-Z][A-Za-z]+)`" text |> List.map _.Groups[1].Value

        let guards =
            all @"\*\*Guard\*\*((?:.|\n)*?)\*\*(?:Next|Effects)\*\*" chapters
            |> List.collect (fun guard -> named guard.Groups[1].Value)

        let clauses =
            all @"\((?:guard )?(`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*)\)" chapters
            |> List.collect (fun clause -> named clause.Groups[1].Value)

        guards @ clauses |> List.distinct

    /// The actions that a specification puts together, and how they are defined.
    let actions spec =
        let defined =
            all @"^(\w+)(?:\(([^)]*)\))? ==" spec
            |> List.map (fun found -> found.Groups[1].Value, signature found)
            |> Map.ofList

        all @"^    \\/ (?:\\E .* : )?(\w+)(?:\([^)]*\))?$" spec
        |> List.map (fun used ->
            let name = used.Groups[1].Value

            Map.tryFind name defined
            |> Option.defaultValue { Name = name; Arguments = [ "not defined" ] })

    /// The premises that a specification asks for.
    let asked spec =
        all @"Holds\(""(\w+)""\)" spec |> List.map _.Groups[1].Value |> List.distinct

    /// The names that a specification defines.
    let defined spec =
        all @"^(\w+)(?:\([^)]*\))? *==" spec |> List.map _.Groups[1].Value

    /// The properties in the tables of a chapter: those of states, those of steps, and those of whole runs.
    let properties (chapter: string) =
        let names text =
            all @"^\| ([A-Z][A-Za-z]+) \| " text |> List.map _.Groups[1].Value

        // The part before a heading, and the part from it on.
        let split (heading: string) (text: string) =
            match text.IndexOf(heading, StringComparison.Ordinal) with
            | -1 -> text, ""
            | index -> text.Substring(0, index), text.Substring index

        let rest, runs = split "\nPromises about whole runs" chapter
        let states, steps = split "\nStep properties" rest
        names states, names steps, names runs

    /// The properties that a configuration has checked.
    let checkedBy (configuration: string) =
        all
            @"^(?:INVARIANTS?|PROPERT(?:Y|IES))((?:\s+(?!(?:INVARIANTS?|PROPERTY|PROPERTIES|CONSTANTS?|CONSTRAINT|SPECIFICATION)\b)\w+)+)"
            configuration
        |> List.collect (fun found ->
            found.Groups[1].Value.Split([| ' '; '\n' |], StringSplitOptions.RemoveEmptyEntries)
            |> List.ofArray)

    /// The first words of test names.
    let firstWords tests =
        all @"^\s*(?:let|member _\.)\s*``(\w+)" tests
        |> List.map _.Groups[1].Value
        |> List.distinct

    /// The arguments of each label in docs/trace-format.md.
    let traceArguments (format: string) =
        let quoted (text: string) =
            all @"`(\w+)`" text |> List.map _.Groups[1].Value

        all
            @"^\| ((?:`[A-Z]\w+`(?:, )?)+) \| ([^|]*) \|"
            (format.Substring(format.IndexOf("### Arguments", StringComparison.Ordinal)))
        |> List.collect (fun row ->
            [ for rule in quoted row.Groups[1].Value -> { Name = rule; Arguments = quoted row.Groups[2].Value } ])
