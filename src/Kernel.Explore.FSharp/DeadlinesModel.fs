namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// A premise of the rules of tasks and regions, or of those of time.
[<Struct; RequireQualifiedAccess>]
type TimedPremise =
    | Rule of rule: Premise
    | Time of time: TimePremise

/// A step of such a model.
[<RequireQualifiedAccess>]
type TimedStep =
    /// A step by its own name.
    | Of of TimedAction
    /// Complete, with the cancellation that another task ended with.
    | LetThrough of task: TaskId * source: TaskId

/// The models of spec/tla/Deadlines.tla.
[<RequireQualifiedAccess>]
module DeadlinesModel =

    /// A premise by its name, if there is one.
    let tryPremise (name: string) =
        match System.Enum.TryParse<TimePremise> name, System.Enum.TryParse<Premise> name with
        | (true, time), _ -> Some(TimedPremise.Time time)
        | _, (true, rule) -> Some(TimedPremise.Rule rule)
        | _ -> None

    /// A premise by its name.
    let premise (name: string) = Option.get (tryPremise name)

    let private bounds (cfg: CfgConstants) =
        match Bounds.ofConstants (cfg.Among(Constant.all |> List.map _.Name)) with
        | Ok bounds -> bounds
        | Error problem -> invalidArg (nameof cfg) $"{problem}"

    let private label step =
        match step with
        | TimedStep.Of(TimedAction.Rule action) -> Label.text action
        | TimedStep.Of(TimedAction.Time action) -> TimeModel.label action
        | TimedStep.LetThrough(task, source) -> $"LetThrough({task},{source})"

    let private action (state: TimedState) step =
        match step with
        | TimedStep.Of action -> action
        | TimedStep.LetThrough(task, source) -> TimedAction.Rule(Complete(task, (state.Sigma.Task source).Outcome))

    // Whose cancellations there are to let through, where bodies end Cancelled at all.
    let private lettingThrough (bounds: Bounds) (sigma: State) =
        if List.contains Severity.Cancelled bounds.Outcomes then
            [ for struct (source, ended) in sigma.Tasks do
                  if ended.Outcome.Severity = Severity.Cancelled then
                      for struct (task, _) in sigma.Tasks do
                          TimedStep.LetThrough(task, source) ]
        else
            []

    let private text (state: TimedState) =
        $"/\\ now = {state.Time.Now} {Projection.text state.Sigma} /\\ timers = {TimeModel.timers state.Time}"

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<TimedState, TimedStep> =
        let struct (rules, times) =
            match dropped with
            | TimedPremise.Rule premise -> struct (premise, TimePremise.None)
            | TimedPremise.Time premise -> struct (Premise.None, premise)

        let bounds =
            { bounds cfg with
                Dropped = [ rules ] |> List.filter (fun premise -> premise <> Premise.None) }

        let candidates = Candidates bounds
        let ofTime = TimeModel.actions cfg |> List.map (TimedAction.Time >> TimedStep.Of)

        let actions (state: TimedState) =
            [ for action in candidates.Of state.Sigma do
                  TimedStep.Of(TimedAction.Rule action)

              yield! lettingThrough bounds state.Sigma
              yield! ofTime ]

        { Initial = Deadlines.initial (Bounds.initial bounds)
          Actions = actions
          Step =
            fun state step ->
                match Deadlines.stepDropping rules times state (action state step) with
                | Ok after -> ValueSome after
                | Error _ -> ValueNone
          Label = label
          Text = text }

    /// Whether a property, named, objects to a step.
    let isBroken (_: CfgConstants) property : TimedState -> TimedState -> bool =
        let _, holds = List.find (fun (name, _) -> name = property) Deadlines.invariants
        fun _ after -> not (holds after)
