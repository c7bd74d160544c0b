namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// The models of spec/tla/Saga.tla.
[<RequireQualifiedAccess>]
module SagaModel =

    let private label action =
        match action with
        | SagaStep step -> $"SagaStep({step})"
        | SagaStepOk step -> $"SagaStepOk({step})"
        | SagaStepFail(step, outcome) -> $"SagaStepFail({step},\"{outcome}\")"
        | SagaAbort -> "SagaAbort"
        | SagaCompensate step -> $"SagaCompensate({step})"
        | SagaCompensateOk step -> $"SagaCompensateOk({step})"
        | SagaCompensateFail(step, outcome) -> $"SagaCompensateFail({step},\"{outcome}\")"
        | SagaComplete -> "SagaComplete"

    let private text (state: SagaState) =
        String.concat
            " /\\ "
            [ $"/\\ outcome = \"{state.Outcome}\""
              $"phase = \"{state.Phase}\""
              "steps = "
              + Machine.listed "<<" (state.Steps |> List.map (fun phase -> $"\"{phase}\"")) ">>"
              "undone = " + Machine.listed "<<" (List.map string state.Undone) ">>" ]

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<SagaState, SagaAction> =
        let count = cfg.Number "Steps"
        let failures = cfg.Words "Failures" |> List.map System.Enum.Parse<Severity>

        let actions =
            [ for step in 1..count do
                  SagaStep step
                  SagaStepOk step
                  SagaCompensate step
                  SagaCompensateOk step

                  for outcome in failures do
                      SagaStepFail(step, outcome)
                      SagaCompensateFail(step, outcome)

              SagaAbort
              SagaComplete ]

        { Initial = Saga.initial count
          Actions = fun _ -> actions
          Step =
            fun state action ->
                match Saga.stepDropping dropped state action with
                | Ok after -> ValueSome after
                | Error _ -> ValueNone
          Label = label
          Text = text }

    /// Whether a property, named, objects to a step.
    let isBroken (_: CfgConstants) property : SagaState -> SagaState -> bool =
        match List.tryFind (fun (name, _) -> name = property) Saga.invariants with
        | Some(_, holds) -> fun _ after -> not (holds after)
        | None ->
            let _, holds = List.find (fun (name, _) -> name = property) Saga.stepProperties
            fun before after -> not (holds before after)
