namespace Asupersync.Cli

open System
open System.CommandLine
open System.Globalization
open System.Text.Json
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// asupersync graph: how large the kernel's reachable graph is within bounds.
[<RequireQualifiedAccess>]
module GraphCommand =

    let private quoted (text: string) = JsonSerializer.Serialize text

    let rec private valueJson value =
        match value with
        | Number number -> string number
        | Text text -> quoted text
        | Members items -> items |> List.map valueJson |> String.concat ", " |> sprintf "[%s]"

    let private number (value: float) digits =
        value.ToString("F" + string digits, CultureInfo.InvariantCulture)

    // The fields that every graph has.
    let private render name verdict states edges depth rules (seconds: float) more constants =
        let listed (items: (string * string) list) =
            if items.IsEmpty then
                "{}"
            else
                let lines =
                    items
                    |> List.map (fun (key, value) -> $"    {quoted key}: {value}")
                    |> String.concat ",\n"

                $"{{\n{lines}\n  }}"

        [ "model", (if isNull name then "null" else quoted name)
          "verdict", quoted verdict
          "states", string (states: int64)
          "edges", string (edges: int64)
          "depth", string (depth: int)
          "rules", listed (rules |> List.map (fun (rule, count: int64) -> rule, string count))
          "seconds", number seconds 3
          "statesPerSecond", number (float states / max seconds 1e-6) 0 ]
        @ more
        @ [ "bounds", listed (constants |> List.map (fun (name, value) -> name, valueJson value)) ]
        |> List.map (fun (key, value) -> $"  {quoted key}: {value}")
        |> String.concat ",\n"
        |> sprintf "{\n%s\n}"

    let private renderCensus name (bounds: Bounds) (found: Census) =
        render
            name
            (string found.Verdict)
            (int64 found.States)
            (int64 found.Edges)
            found.Depth
            (found.Rules |> List.map (fun (rule, count) -> string rule, int64 count))
            found.Seconds
            [ "threads", string found.Threads
              "bytesPerState", number (float found.Bytes / float found.States) 0 ]
            (Constant.all |> List.map (fun constant -> constant.Name, constant.Get bounds))

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
            printfn "%s" (renderCensus name bounds found)

            match found.Verdict with
            | Verdict.Complete -> Exit.Ok
            | _ ->
                Exit.report (
                    Problem.truncated $"the search gave up after {limit} states; raise --limit or lower the bounds"
                ))

    // --set NAME=VALUE, with the form that the model's own value has.
    let private assigned (cfg: CfgConstants) (text: string) : Result<string * CfgValue, Problem> =
        let sides = text.Split('=', 2)
        let name = sides[0].Trim()
        // --drop stands for Dropped.
        let constants = cfg.All |> List.filter (fun (other, _) -> other <> "Dropped")

        match List.tryFind (fun (other, _) -> other = name) constants with
        | Some(_, value) when sides.Length = 2 -> Ok(name, Cfg.ofWords value.IsMembers sides[1])
        | _ ->
            let known = constants |> List.map fst |> String.concat ", "
            Error(Problem.constant $"--set {text}: write NAME=VALUE with one of {known}")

    let private runOwn folder name modul (dropped: string) limit (sets: string list) =
        let rec all cfg taken texts =
            match texts with
            | [] -> Ok(List.rev taken)
            | text :: rest -> assigned cfg text |> Result.bind (fun one -> all cfg (one :: taken) rest)

        Sources.limited limit
        |> Result.bind (fun limit ->
            Models.constants folder name
            |> Result.bind (fun cfg -> all cfg [] sets |> Result.map cfg.With)
            |> Result.bind (fun cfg ->
                let clock = Diagnostics.Stopwatch.StartNew()

                let premise, cfg =
                    if isNull dropped then
                        "None", cfg
                    else
                        dropped, cfg.With [ "Dropped", Members [ Text dropped ] ]

                OwnModels.graph limit modul premise cfg
                |> Result.map (fun graph ->
                    let seconds = clock.Elapsed.TotalSeconds

                    let rules =
                        graph.Steps
                        |> Seq.collect (Seq.map (fun (struct (label, _)) -> (label.Split '(')[0]))
                        |> Seq.countBy id
                        |> Seq.sortBy fst
                        |> Seq.map (fun (rule, count) -> rule, int64 count)
                        |> List.ofSeq

                    let states, edges, depth = graph.States.LongLength, Graph.edgeCount graph, Array.max graph.Depths

                    printfn "%s" (render name "Complete" states edges depth rules seconds [] cfg.All)
                    Exit.Ok)))

    /// The command.
    let create () =
        let command =
            Command("graph", "Explore the kernel within bounds and print the size of its graph as JSON.")

        let model, cfg, spec = Sources.model (), Sources.cfg (), Sources.spec ()
        let drop, limit, threads = Sources.drop (), Sources.limit (), Sources.threads ()
        let constants = Sources.constants ()

        let sets =
            Option<string[]>(
                "--set",
                Description =
                    "NAME=VALUE: a constant of a model of a module with a state of its own, such as Lifetime=3 or Uses=Sleep,Deadline.",
                DefaultValueFactory = (fun _ -> [||])
            )

        for option in [ model; cfg; spec; drop ] do
            command.Options.Add option

        command.Options.Add limit
        command.Options.Add threads
        command.Options.Add sets

        for _, option in constants do
            command.Options.Add option

        command.SetAction(fun parsed ->
            let given =
                [ for constant, option in constants do
                      match parsed.GetValue option with
                      | null -> ()
                      | words -> constant, words ]

            let name, dropped, limit = parsed.GetValue model, parsed.GetValue drop, parsed.GetValue limit
            let sets = parsed.GetValue sets |> List.ofArray

            let own =
                if isNull name then
                    Ok None
                else
                    Sources.folder (parsed.GetValue spec)
                    |> Result.map (fun folder ->
                        OwnModels.moduleOf folder name |> Option.map (fun modul -> folder, modul))

            match own with
            | Error problem -> Error problem
            | Ok(Some _) when not given.IsEmpty ->
                Error(Problem.constant $"{name} is a model of a module with a state of its own; change it by --set")
            | Ok(Some(folder, modul)) -> runOwn folder name modul dropped limit sets
            | Ok None when not sets.IsEmpty ->
                Error(
                    Problem.constant
                        "--set is for models of modules with a state of their own; the others have options"
                )
            | Ok None ->
                start (parsed.GetValue spec) name (parsed.GetValue cfg)
                |> Result.bind (overridden given)
                |> Result.bind (Sources.dropping dropped)
                |> Result.bind (run name limit (parsed.GetValue threads))
            |> Exit.ofResult)

        command
