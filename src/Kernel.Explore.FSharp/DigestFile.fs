namespace Asupersync.Kernel.Explore

open System
open System.IO
open System.Text
open System.Text.Json

/// A digest with what it is a digest of.
[<NoComparison>]
type DigestFile =
    {
        /// Name of the model.
        Model: string
        /// What made the graph, with its version.
        Checker: string
        /// Hash of the specification files the graph was made from.
        Specification: string
        /// The digest.
        Digest: Digest
    }

/// Digests as JSON, one class a line, so that a change shows as a change of those lines.
[<RequireQualifiedAccess>]
module DigestFile =

    let private lines name items =
        let body = items |> List.map (fun item -> "    " + item) |> String.concat ",\n"
        $"  \"{name}\": [\n{body}\n  ]"

    /// The digest as JSON.
    let render (file: DigestFile) =
        let quoted (text: string) = JsonSerializer.Serialize text
        let digest = file.Digest

        let levels =
            digest.Levels
            |> List.mapi (fun index tally ->
                $"{{ \"depth\": {index + 1}, \"states\": {tally.Count}, \"hash\": \"{tally.Hash}\" }}")

        let classes =
            digest.Classes
            |> List.map (fun ((depth, rule), tally) ->
                $"{{ \"depth\": {depth}, \"rule\": {quoted rule}, \"edges\": {tally.Count}, \"hash\": \"{tally.Hash}\" }}")

        [ $"  \"model\": {quoted file.Model}"
          $"  \"checker\": {quoted file.Checker}"
          $"  \"specification\": {quoted file.Specification}"
          $"  \"states\": {digest.States.Count}"
          $"  \"edges\": {digest.Edges.Count}"
          $"  \"depth\": {digest.Depth}"
          $"  \"stateHash\": \"{digest.States.Hash}\""
          $"  \"edgeHash\": \"{digest.Edges.Hash}\""
          lines "levels" levels
          lines "classes" classes ]
        |> String.concat ",\n"
        |> sprintf "{\n%s\n}\n"

    let private tally (countName: string) (element: JsonElement) =
        let text = element.GetProperty("hash").GetString()

        match SetHash.tryParse text with
        | Some hash -> { Count = element.GetProperty(countName).GetInt64(); Hash = hash }
        | None -> raise (FormatException $"'{text}' is no hash of 64 hexadecimal digits")

    let private decode (root: JsonElement) =
        let text (name: string) = root.GetProperty(name).GetString()

        let sum count hash =
            match SetHash.tryParse (text hash) with
            | Some value -> { Count = root.GetProperty(count: string).GetInt64(); Hash = value }
            | None -> raise (FormatException $"{hash} is no hash of 64 hexadecimal digits")

        { Model = text "model"
          Checker = text "checker"
          Specification = text "specification"
          Digest =
            { States = sum "states" "stateHash"
              Edges = sum "edges" "edgeHash"
              Levels = [ for level in root.GetProperty("levels").EnumerateArray() -> tally "states" level ]
              Classes =
                [ for entry in root.GetProperty("classes").EnumerateArray() ->
                      (entry.GetProperty("depth").GetInt32(), entry.GetProperty("rule").GetString()),
                      tally "edges" entry ] } }

    /// Reads a digest from JSON.
    let parse (json: string) : Result<DigestFile, Problem> =
        try
            use document = JsonDocument.Parse json
            Ok(decode document.RootElement)
        with
        | :? JsonException as error -> Error(Problem.digest $"this is no JSON: {error.Message}")
        | :? FormatException as error -> Error(Problem.digest error.Message)
        | :? InvalidOperationException as error -> Error(Problem.digest $"a value has another type: {error.Message}")
        | :? System.Collections.Generic.KeyNotFoundException ->
            Error(Problem.digest "a field is missing; make the digest anew")

    /// Reads a digest from a file.
    let load (path: string) =
        if File.Exists path then
            parse (File.ReadAllText path)
        else
            Error(Problem.file $"there is no digest {path}")
