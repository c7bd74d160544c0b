namespace Asupersync.Conformance.Tests

open System
open System.Collections
open System.Text.Json
open System.Text.RegularExpressions
open Microsoft.FSharp.Reflection
open Asupersync.Kernel

/// A model of spec/tla/mc, as its files name it.
type ModelFiles =
    {
        /// Its name.
        Model: string
        /// Whose rules it takes: Asupersync, or a module of its own.
        Module: string
        /// What the checker finds.
        Result: string
        /// Its bounds and what it checks.
        Configuration: string
        /// How often each rule is taken, where there is a digest of the graph.
        Edges: (string * int64) list
    }

/// One group of rules, with everything that names them.
type Faces =
    {
        /// The module of spec/tla that puts them together.
        Module: string
        /// The chapters of docs/semantics.md with the rules.
        Document: string
        /// What chapter 1 says of the words used in them.
        Words: string
        /// The part of them that holds the tables of properties.
        Tables: string
        /// The kernel's enumeration of rules.
        Rules: string list
        /// The kernel's label type.
        Cases: Signature list
        /// The kernel's enumeration of premises.
        Premises: string list
        /// The kernel's properties of states.
        States: string list
        /// The kernel's properties of steps.
        Steps: string list
        /// The modules of spec/tla.
        Specification: string
        /// The models.
        Models: ModelFiles list
        /// The kernel's sources, by name.
        Sources: (string * string) list
        /// The tests that are about these rules, by name.
        Tests: (string * string) list
    }

/// The groups of rules of this repository: chapters 2 to 7 together, and each chapter with a module of its own.
[<RequireQualifiedAccess>]
module Faces =

    let private models =
        lazy
            (use manifest = JsonDocument.Parse(Documents.file "spec/tla/mc/manifest.json")

             let edges model =
                 let path = $"spec/tla/mc/digests/{model}.json"

                 if Documents.exists path then
                     use digest = JsonDocument.Parse(Documents.file path)

                     [ for row in digest.RootElement.GetProperty("classes").EnumerateArray() ->
                           row.GetProperty("rule").GetString(), row.GetProperty("edges").GetInt64() ]
                     |> List.groupBy fst
                     |> List.map (fun (rule, rows) -> rule, List.sumBy snd rows)
                 else
                     []

             [ for row in manifest.RootElement.GetProperty("models").EnumerateArray() do
                   let field (name: string) =
                       match row.TryGetProperty name with
                       | true, value -> Some(value.GetString())
                       | _ -> None

                   let model = row.GetProperty("model").GetString()

                   { Model = model
                     Module =
                       field "module"
                       |> Option.orElse (field "inductive")
                       |> Option.defaultValue "Asupersync"
                     Result = row.GetProperty("result").GetString()
                     Configuration = Documents.file $"spec/tla/mc/{model}.cfg"
                     Edges = edges model } ])

    let private modelsOf name =
        models.Value |> List.filter (fun model -> model.Module = name)

    let private kernel = typeof<RuleName>.Assembly

    let private kernelType name =
        kernel.GetType $"Asupersync.Kernel.{name}"

    let private names kind =
        if isNull kind then
            []
        else
            Enum.GetNames kind |> List.ofArray |> List.except [ "None" ]

    // F# keeps the word "use" to itself.
    let private spelled field =
        if field = "useOf" then "use" else field

    let private cases kind =
        if isNull kind then
            []
        else
            [ for case in FSharpType.GetUnionCases kind ->
                  { Name = case.Name
                    Arguments = [ for field in case.GetFields() -> spelled field.Name ] } ]

    // The names in a list of properties that a module of the kernel holds.
    let private properties (holders: string list) (fields: string list) =
        [ for holder in holders do
              for field in fields do
                  match kernelType holder with
                  | null -> ()
                  | kind ->
                      match kind.GetProperty field with
                      | null -> ()
                      | list ->
                          for item in list.GetValue null :?> IEnumerable do
                              FSharpValue.GetTupleField(item, 0) :?> string ]

    let private texts folder pattern =
        Documents.filesOf folder pattern
        |> List.map (fun name -> $"{folder}/{name}", Documents.file $"{folder}/{name}")

    let private top folder pattern =
        texts folder pattern
        |> List.filter (fun (name, _) -> not ((name: string).Substring(folder.Length + 1).Contains '/'))

    // A part of a chapter that speaks of how two modules stand beside each other.
    let private beside = Regex(@"^\*\*[^*\n]+\*\* \(`spec/tla/(\w+)\.tla`", RegexOptions.Multiline)

    let private base' document =
        let chapters = Documents.chapters document

        let others =
            models.Value
            |> List.map _.Module
            |> List.distinct
            |> List.except [ "Asupersync" ]

        { Module = "Asupersync"
          Words = chapters[1]
          Document = [ 2..7 ] |> List.map (fun number -> chapters[number]) |> String.concat ""
          Tables = chapters[8]
          Rules = names typeof<RuleName>
          Cases = cases typeof<Action>
          Premises = names typeof<Premise>
          // LinksAgree is about an index that only the kernel has.
          States = Invariants.all |> List.map fst |> List.except [ "LinksAgree" ]
          Steps = StepProperties.all |> List.map fst
          Specification =
            top "spec/tla" "*.tla"
            |> List.filter (fun (name, _) ->
                not (List.contains name [ for other in others -> $"spec/tla/{other}.tla" ]))
            |> List.map snd
            |> String.concat "\n"
          Models = modelsOf "Asupersync"
          Sources = texts "src/Kernel.FSharp/Rules" "*.fs"
          Tests = texts "tests/kernel" "*.fs" }

    let private own name document tables hasRules =
        let kind suffix =
            if hasRules then kernelType (name + suffix) else null

        { Module = name
          Document = document
          Words = ""
          Tables = tables
          Rules = names (kind "Rule")
          Cases = cases (kind "Action")
          Premises = names (kind "Premise")
          States = properties [ name; name + "Module"; name + "Bounds"; name + "Properties" ] [ "invariants"; "all" ]
          Steps =
            properties [ name; name + "Module"; name + "Bounds"; name + "Properties" ] [ "stepProperties"; "steps" ]
          Specification = Documents.file $"spec/tla/{name}.tla"
          Models = modelsOf name
          Sources = [ $"src/Kernel.FSharp/{name}.fs", Documents.file $"src/Kernel.FSharp/{name}.fs" ]
          Tests = texts "tests/model" "*.fs" }

    /// All groups, as a document has them.
    let all document =
        [ base' document

          for KeyValue(number, chapter) in Documents.chapters document do
              let stated = Regex.Match(chapter, @"A module of its own \(`spec/tla/(\w+)\.tla`")
              let part = beside.Match chapter

              if number >= 10 && stated.Success then
                  let tables = if part.Success then chapter.Substring(0, part.Index) else chapter
                  own stated.Groups[1].Value chapter tables true

              if part.Success then
                  own part.Groups[1].Value "" (chapter.Substring part.Index) false ]

    /// The modules that the manifest of the models knows.
    let modelled = lazy (models.Value |> List.map _.Module |> List.distinct)
