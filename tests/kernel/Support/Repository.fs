namespace Asupersync.Kernel.Tests

open System
open System.IO
open System.Text.RegularExpressions
open Asupersync.Kernel

/// Files of the repository that tests read.
[<RequireQualifiedAccess>]
module Repository =

    /// The folder that holds docs/semantics.md, found upwards from where the tests stand, or else from where they are run.
    let root =
        let rec climb (folder: DirectoryInfo) =
            if isNull folder then
                None
            elif File.Exists(Path.Combine(folder.FullName, "docs", "semantics.md")) then
                Some folder.FullName
            else
                climb folder.Parent

        [ AppContext.BaseDirectory; Environment.CurrentDirectory ]
        |> List.tryPick (DirectoryInfo >> climb)
        |> Option.defaultWith (fun () ->
            failwith "docs/semantics.md was not found; run the tests inside the repository")

    /// A path inside the repository.
    let path (relative: string) = Path.Combine(root, relative)

    /// The text of a file of the repository.
    let text (relative: string) =
        File.ReadAllText(path relative).ReplaceLineEndings "\n"

/// What docs/semantics.md says about guards: which premises each rule names. Read from the document, so that the tests hold the
/// kernel to it and not to a copy.
[<RequireQualifiedAccess>]
module Guards =

    let private premisesIn (text: string) =
        [ for found in Regex.Matches(text, "`([A-Za-z]+)`") do
              match Enum.TryParse<Premise> found.Groups[1].Value with
              | true, premise when int premise < 100 -> premise
              | _ -> () ]
        |> List.distinct

    let private sections =
        Regex.Split(Repository.text "docs/semantics.md", "(?m)^### ")
        |> Array.choose (fun section ->
            let name = Regex.Match(section, @"^[A-Za-z]+\(").Value.TrimEnd '('

            match Enum.TryParse<RuleName> name with
            | true, rule -> Some(rule, section)
            | _ -> None)

    let private ofSection (section: string) =
        let guard = Regex.Match(section, @"\*\*Guard\*\*(.*?)\n- \*\*", RegexOptions.Singleline)

        premisesIn guard.Groups[1].Value

    /// The guards of every rule that can be asked for.
    let table: Map<RuleName, Premise list> =
        let written =
            sections
            |> Array.map (fun (rule, section) -> rule, ofSection section)
            |> Map.ofArray

        // "As Commit", and a rule that is only ever a consequence.
        written
        |> Map.add RuleName.Abort written[RuleName.Commit]
        |> Map.remove RuleName.Leak

    /// True when the refusal names a guard of its rule.
    let names (refusal: Refusal) =
        List.contains refusal.Premise table[refusal.Rule]
