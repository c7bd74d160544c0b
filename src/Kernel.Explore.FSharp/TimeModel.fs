namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// The models of spec/tla/Time.tla.
[<RequireQualifiedAccess>]
module TimeModel =

    /// Every action within the bounds.
    let internal actions (cfg: CfgConstants) =
        let targets =
            [ for task in cfg.Numbers "TimerTasks" -> Target.Task(int64 task * 1L<taskId>)
              for region in cfg.Numbers "TimerRegions" -> Target.Region(int64 region * 1L<regionId>) ]

        [ for timer in 1 .. cfg.Number "MaxTimers" do
              for target in targets do
                  for useOf in cfg.Words "Uses" do
                      for moment in 0 .. cfg.Number "MaxTime" do
                          Arm(timer, target, System.Enum.Parse<TimerUse> useOf, int64 moment)

              Fire timer
              Disarm timer

          for now in 0 .. cfg.Number "MaxTime" do
              Tick(int64 now) ]

    let internal label action =
        match action with
        | Arm(timer, target, useOf, moment) -> $"Arm({timer},{Label.target target},\"{useOf}\",{moment})"
        | Fire timer -> $"Fire({timer})"
        | Disarm timer -> $"Disarm({timer})"
        | Tick now -> $"Tick({now})"

    let private record (timer: TimerRecord) =
        $"[due |-> {timer.Due}, phase |-> \"{timer.Phase}\", target |-> {Label.target timer.Target}, "
        + $"use |-> \"{timer.Use}\"]"

    /// The value of the variable timers.
    let internal timers (state: TimeState) =
        Machine.listed "<<" (List.map record state.Timers) ">>"

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<TimeState, TimeAction> =
        let actions = actions cfg

        { Initial = Time.initial
          Actions = fun _ -> actions
          Step =
            fun state action ->
                match Time.stepDropping dropped state action with
                | Ok after -> ValueSome after
                | Error _ -> ValueNone
          Label = label
          Text = fun state -> $"/\\ now = {state.Now} /\\ timers = {timers state}" }

    /// Whether a property, named, objects to a step.
    let isBroken (_: CfgConstants) property : TimeState -> TimeState -> bool =
        match List.tryFind (fun (name, _) -> name = property) Time.invariants with
        | Some(_, holds) -> fun _ after -> not (holds after)
        | None ->
            let _, holds = List.find (fun (name, _) -> name = property) Time.stepProperties
            fun before after -> not (holds before after)
