namespace Asupersync.Cli

open System
open System.CommandLine
open System.IO
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// The options that say which model or bounds a command is about.
[<RequireQualifiedAccess>]
module Sources =

    let private text name help =
        Option<string>(name, Description = help)

    /// --model NAME
    let model () =
        text "--model" "A model of spec/tla/mc, MCTiny for example."

    /// --cfg FILE
    let cfg () =
        text "--cfg" "A TLC configuration file that gives every constant a value."

    /// --spec DIR
    let spec () =
        text "--spec" "The folder spec/tla; without it, the one at or above the current folder."

    /// --drop PREMISE
    let drop () =
        text "--drop" "Let a premise of the rules go (a planted fault), NotMasked for example."

    /// --limit N
    let limit () =
        Option<int>(
            "--limit",
            Description = "States after which the search gives up; its verdict is then Truncated.",
            DefaultValueFactory = (fun _ -> 5_000_000)
        )

    /// --threads N
    let threads () =
        Option<int>(
            "--threads",
            Description = "Threads that search; without it, one for each core.",
            DefaultValueFactory = (fun _ -> min 64 Environment.ProcessorCount)
        )

    /// MaxTasks becomes --max-tasks.
    let optionName (constant: string) =
        let letters =
            constant
            |> Seq.mapi (fun index letter ->
                if Char.IsUpper letter && index > 0 then
                    $"-{Char.ToLowerInvariant letter}"
                else
                    string (Char.ToLowerInvariant letter))

        "--" + String.Concat letters

    // Shorter names of the bounds that are changed most.
    let private aliases =
        Map
            [ "MaxTasks", "--tasks"
              "MaxRegions", "--regions"
              "MaxObligations", "--obligations"
              "MaxFinalizers", "--finalizers"
              "MaskUnits", "--mask" ]

    /// One option for each constant of the rules. --drop stands for Dropped.
    let constants () : (Constant * Option<string>) list =
        [ for constant in Constant.all do
              if constant.Name <> "Dropped" then
                  let form = if constant.IsSet then " (a,b,...)" else ""
                  let option = text (optionName constant.Name) $"{constant.Name}: {constant.Help}{form}."
                  Map.tryFind constant.Name aliases |> Option.iter option.Aliases.Add
                  constant, option ]

    /// The folder spec/tla.
    let folder (given: string) =
        if isNull given then Models.find (Directory.GetCurrentDirectory())
        elif Directory.Exists(Path.Combine(given, "mc")) then Ok given
        else Error(Problem.file $"{given} is no folder spec/tla with models in mc")

    /// The bounds with a premise let go, if one is named.
    let dropping (premise: string) (bounds: Bounds) =
        if isNull premise then
            Ok bounds
        else
            match Bounds.set "Dropped" (Members [ Text premise ]) bounds with
            | Ok bounds -> Ok bounds
            | Error _ ->
                let known = Premise.guards @ Premise.clauses |> List.map string |> String.concat ", "
                Error(Problem.premise $"there is no premise {premise}; there are {known}")

    /// The limit, if there can be such a one.
    let limited limit : Result<int, Problem> =
        if limit < 1 then Error(Problem.constant "--limit is at least 1") else Ok limit

    /// What a search within the bounds takes.
    let search limit (bounds: Bounds) : Result<Search, Problem> =
        limited limit |> Result.bind (Explorer.search bounds)
