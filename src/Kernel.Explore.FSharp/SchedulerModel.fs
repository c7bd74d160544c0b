namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// A scheduler with what was observed of its waits.
[<Struct; NoEquality; NoComparison>]
type WatchedScheduler =
    {
        /// The scheduler.
        Lanes: SchedulerState
        /// What was observed.
        Waits: SchedulerWaits
    }

/// The models of spec/tla/Scheduler.tla.
[<RequireQualifiedAccess>]
module SchedulerModel =

    /// The limits that a model's configuration gives.
    let limits (cfg: CfgConstants) : SchedulerLimits =
        let early = cfg.Numbers "Early"

        { CancelLimit = cfg.Number "CancelLimit"
          TimedLimit = cfg.Number "TimedLimit"
          Deadline = fun task -> if List.contains (int task) early then 1L else 2L }

    let private lane (value: Lane) = $"\"{value}\""

    let private label action =
        match action with
        | Enqueue(task, into) -> $"Enqueue({task},{lane into})"
        | Dispatch task -> $"Dispatch({task})"

    let private text tasks (state: WatchedScheduler) =
        let words (items: int64<taskId> seq) = items |> Seq.map string
        let lanes, waits = state.Lanes, state.Waits

        let due =
            tasks
            |> List.map (fun task -> Map.tryFind task waits.Due |> Option.defaultValue 0 |> string)

        String.concat
            " /\\ "
            [ "/\\ cancel = " + Machine.listed "<<" (words lanes.Cancel) ">>"
              "cancelWait = " + string waits.Cancel
              "cycle = [cancels |-> "
              + string lanes.Cycle.Cancels
              + ", timeds |-> "
              + string lanes.Cycle.Timed
              + "]"
              "due = " + Machine.listed "<<" due ">>"
              "noncancelWait = " + string waits.NonCancel
              "ready = " + Machine.listed "<<" (words lanes.Ready) ">>"
              "readyWait = " + string waits.Ready
              "timed = " + Machine.listed "{" (words lanes.Timed) "}"
              "timedWait = " + string waits.Timed ]

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<WatchedScheduler, SchedulerAction> =
        let limits = limits cfg
        let tasks = [ for task in 1 .. cfg.Number "MaxTasks" -> int64 task * 1L<taskId> ]
        let watched = cfg.Numbers "Watched"
        let isWatched (task: int64<taskId>) = List.contains (int task) watched

        let actions =
            [ for task in tasks do
                  for lane in [ Lane.Cancel; Lane.Timed; Lane.Ready ] do
                      Enqueue(task, lane)

                  Dispatch task ]

        { Initial = { Lanes = Scheduler.initial; Waits = SchedulerBounds.initial }
          Actions = fun _ -> actions
          Step =
            fun state action ->
                match Scheduler.stepDropping dropped limits state.Lanes action with
                | Ok after ->
                    ValueSome
                        { Lanes = after
                          Waits = SchedulerBounds.observe limits isWatched state.Waits state.Lanes action after }
                | Error _ -> ValueNone
          Label = label
          Text = text tasks }

    /// Whether a property, named, objects to a step.
    let isBroken (cfg: CfgConstants) property : WatchedScheduler -> WatchedScheduler -> bool =
        let limits = limits cfg

        match List.tryFind (fun (name, _) -> name = property) SchedulerBounds.all with
        | Some(_, holds) -> fun _ after -> not (holds limits after.Lanes after.Waits)
        | None ->
            let _, holds = List.find (fun (name, _) -> name = property) SchedulerBounds.steps
            fun before after -> not (holds limits before.Lanes after.Lanes)
