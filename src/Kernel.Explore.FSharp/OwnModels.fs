namespace Asupersync.Kernel.Explore

open System
open System.Text.RegularExpressions
open System.IO

/// The models of modules with a state of their own, whichever module it is.
[<RequireQualifiedAccess>]
module OwnModels =

    let private named<'Premise when 'Premise: struct and 'Premise: (new: unit -> 'Premise) and 'Premise :> ValueType>
        (name: string)
        : Result<'Premise, Problem> =
        match Enum.TryParse<'Premise> name with
        | true, premise when Enum.IsDefined(typeof<'Premise>, premise) -> Ok premise
        | _ ->
            let known = Enum.GetNames(typeof<'Premise>) |> String.concat ", "
            Error(Problem.premise $"there is no premise {name}; there are {known}")

    let private graphs limit : Map<string, string -> CfgConstants -> Result<Graph, Problem>> =
        let with' (machine: 'Premise -> CfgConstants -> Machine<'State, 'Action>) name cfg =
            named<'Premise> name
            |> Result.bind (fun premise -> Machine.graph limit (machine premise cfg))

        Map
            [ "Scheduler", with' SchedulerModel.machine
              "Idempotency", with' IdempotencyModel.machine
              "Saga", with' SagaModel.machine
              "Time", with' TimeModel.machine
              "Combinator", with' CombinatorModel.machine
              "Deadlines",
              fun name cfg ->
                  match DeadlinesModel.tryPremise name with
                  | Some premise -> Machine.graph limit (DeadlinesModel.machine premise cfg)
                  | None -> Error(Problem.premise $"there is no premise {name} of tasks, regions or timers") ]

    /// The names of the modules.
    let modules = (graphs 1).Keys |> List.ofSeq

    /// The module whose rules a model takes, if it is one with a state of its own.
    let moduleOf (folder: string) (model: string) : string option =
        let path = Path.Combine(folder, "mc", model + ".tla")

        if File.Exists path then
            let found = Regex.Match(File.ReadAllText path, @"^EXTENDS (\w+)", RegexOptions.Multiline)
            List.tryFind ((=) found.Groups[1].Value) modules
        else
            None

    /// The kernel's graph of a module within the bounds of a model, with one premise let go, or none ("None").
    let graph limit (name: string) (dropped: string) (cfg: CfgConstants) : Result<Graph, Problem> =
        try
            (graphs limit)[name] dropped cfg
        with :? ArgumentException as wrong ->
            Error(Problem.constant wrong.Message)
