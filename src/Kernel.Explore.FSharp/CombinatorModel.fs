namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// The models of spec/tla/Combinator.tla.
[<RequireQualifiedAccess>]
module CombinatorModel =

    let private label action =
        match action with
        | BranchStart branch -> $"BranchStart({branch})"
        | BranchRefused branch -> $"BranchRefused({branch})"
        | BranchEnd(branch, outcome) -> $"BranchEnd({branch},\"{outcome}\")"
        | TimeUp -> "TimeUp"
        | CombinatorCancel -> "CombinatorCancel"
        | CombinatorReturn rest -> $"CombinatorReturn(\"{rest}\")"

    let private branch (branch: CombinatorBranch) =
        let asked =
            match branch.Asked with
            | ValueSome kind -> string kind
            | ValueNone -> "None"

        $"[asked |-> \"{asked}\", outcome |-> \"{branch.Outcome}\", phase |-> \"{branch.Phase}\"]"

    let private text (state: CombinatorState) =
        let cancelled = if state.Cancelled then "TRUE" else "FALSE"

        String.concat
            " /\\ "
            [ "/\\ branches = "
              + Machine.listed "<<" (state.Branches.ToList() |> List.map branch) ">>"
              $"cancelled = {cancelled}"
              $"cause = \"{state.Cause}\""
              $"decider = {state.Decider}"
              $"phase = \"{state.Phase}\""
              $"rest = \"{state.Rest}\""
              $"result = [branch |-> {state.Result.Branch}, severity |-> \"{state.Result.Severity}\"]" ]

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<CombinatorState, CombinatorAction> =
        let count = cfg.Number "Branches"

        let severities name =
            cfg.Words name |> List.map System.Enum.Parse<Severity>

        let actions =
            [ for number in 1..count do
                  BranchStart number
                  BranchRefused number

                  for outcome in severities "Outcomes" do
                      BranchEnd(number, outcome)

              TimeUp
              CombinatorCancel

              for rest in severities "Rests" do
                  CombinatorReturn rest ]

        { Initial = Combinator.initial (System.Enum.Parse<CombinatorForm>(cfg.Word "Form")) count
          Actions = fun _ -> actions
          Step =
            fun state action ->
                match Combinator.stepDropping dropped state action with
                | Ok after -> ValueSome after
                | Error _ -> ValueNone
          Label = label
          Text = text }

    /// Whether a property, named, objects to a step.
    let isBroken (_: CfgConstants) property : CombinatorState -> CombinatorState -> bool =
        match List.tryFind (fun (name, _) -> name = property) CombinatorProperties.invariants with
        | Some(_, holds) -> fun _ after -> not (holds after)
        | None ->
            let _, holds = List.find (fun (name, _) -> name = property) CombinatorProperties.stepProperties
            fun before after -> not (holds before after)
