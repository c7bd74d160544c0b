namespace Asupersync.Cli

open System.CommandLine
open System.Globalization
open System.Text.Json
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// asupersync graph: how large the kernel's reachable graph is within bounds.
[<RequireQualifiedAccess>]
module GraphCommand =

    let private quoted (text: string) = JsonSerializer.Serialize text

    let private constantJson (constant: Constant) (bounds: Bounds) =
        let rec json value =
            match value with
            | Number number -> string number
            | Text text -> quoted text
            | Members items -> items |> List.map json |> String.concat ", " |> sprintf "[%s]"

        $"    {quoted constant.Name}: {json (constant.Get bounds)}"

    let private render (name: string) (bounds: Bounds) (found: Census) =
        let rules =
            found.Rules
            |> List.map (fun (rule, count) -> $"    \"{rule}\": {count}")
            |> String.concat ",\n"

        let constants =
            Constant.all
            |> List.map (fun constant -> constantJson constant bounds)
            |> String.concat ",\n"

        let number (value: float) digits =
            value.ToString("F" + string digits, CultureInfo.InvariantCulture)

        [ (if isNull name then "  \"model\": null" else $"  \"model\": {quoted name}")
          $"  \"verdict\": \"{found.Verdict}\""
          $"  \"states\": {found.States}"
          $"  \"edges\": {found.Edges}"
          $"  \"depth\": {found.Depth}"
          (if rules = "" then "  \"rules\": {}" else $"  \"rules\": {{\n{rules}\n  }}")
          $"  \"seconds\": {number found.Seconds 3}"
          $"  \"statesPerSecond\": {number found.Rate 0}"
          $"  \"threads\": {found.Threads}"
          $"  \"bytesPerState\": {number (float found.Bytes / float found.States) 0}"
          $"  \"bounds\": {{\n{constants}\n  }}" ]
        |> String.concat ",\n"
        |> sprintf "{\n%s\n}"

    /// What the constants' options change in the bounds.
    let private overridden (given: (Constant * string) list) bounds =
        let set bounds (constant: Constant, words: string) =
            Result.bind (Bounds.set constant.Name (Cfg.ofWords constant.IsSet words)) bounds

        List.fold set (Ok bounds) given

    let private start folder model cfg : Result<Bounds, Problem> =
        match model, cfg with
        | null, null -> Ok Bounds.smallest
        | name, null ->
            Sources.folder folder
            |> Result.bind (fun folder -> Models.load folder name)
            |> Result.map _.Bounds
        | null, path -> Models.boundsOf path
        | _ -> Error(Problem.constant "give --model or --cfg, not both")

    let private run name limit threads (bounds: Bounds) =
        Sources.limited limit
        |> Result.bind (fun limit -> Census.take (Census.options bounds limit threads))
        |> Result.map (fun found ->
            printfn "%s" (render name bounds found)

            match found.Verdict with
            | Verdict.Complete -> Exit.Ok
            | _ ->
                Exit.report (
                    Problem.truncated $"the search gave up after {limit} states; raise --limit or lower the bounds"
                ))

    /// The command.
    let create () =
        let command =
            Command("graph", "Explore the kernel within bounds and print the size of its graph as JSON.")

        let model, cfg, spec = Sources.model (), Sources.cfg (), Sources.spec ()
        let drop, limit, threads = Sources.drop (), Sources.limit (), Sources.threads ()
        let constants = Sources.constants ()

        for option in [ model; cfg; spec; drop ] do
            command.Options.Add option

        command.Options.Add limit
        command.Options.Add threads

        for _, option in constants do
            command.Options.Add option

        command.SetAction(fun parsed ->
            let given =
                [ for constant, option in constants do
                      match parsed.GetValue option with
                      | null -> ()
                      | words -> constant, words ]

            start (parsed.GetValue spec) (parsed.GetValue model) (parsed.GetValue cfg)
            |> Result.bind (overridden given)
            |> Result.bind (Sources.dropping (parsed.GetValue drop))
            |> Result.bind (run (parsed.GetValue model) (parsed.GetValue limit) (parsed.GetValue threads))
            |> Exit.ofResult)

        command
