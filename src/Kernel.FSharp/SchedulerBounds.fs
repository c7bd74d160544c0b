namespace Asupersync.Kernel

/// How long work has been passed by: an observer of the steps of a scheduler, which no rule reads.
type SchedulerWaits =
    {
        /// Cancel dispatches in a row while timed or ready work was enabled.
        NonCancel: int
        /// Other dispatches in a row while ready work was enabled.
        Ready: int
        /// Other dispatches in a row while cancel work was enabled.
        Cancel: int
        /// Other dispatches in a row while timed work was enabled.
        Timed: int
        /// For each watched task of the ready lane: the dispatches within which it is served.
        Due: Map<int64<taskId>, int>
    }

/// The bounds of chapter 10 of docs/semantics.md, checked at every step.
[<RequireQualifiedAccess>]
module SchedulerBounds =

    /// Nothing has waited.
    let initial: SchedulerWaits = { NonCancel = 0; Ready = 0; Cancel = 0; Timed = 0; Due = Map.empty }

    // Ready turns are at most this many dispatches apart.
    let private perTurn limits =
        limits.CancelLimit + limits.TimedLimit + 1

    let private dueAfterEnqueue limits isWatched (before: SchedulerState) (after: SchedulerState) due =
        (due, List.indexed (List.distinct after.Ready))
        ||> List.fold (fun due (index, task) ->
            if isWatched task && not (List.contains task before.Ready) then
                Map.add task ((index + 1) * perTurn limits) due
            else
                due)

    /// What was observed after one more step.
    let observe limits isWatched waits (before: SchedulerState) action (after: SchedulerState) : SchedulerWaits =
        let stays = waits.Due |> Map.filter (fun task _ -> List.contains task after.Ready)

        match action with
        | Enqueue _ ->
            { waits with
                Due = dueAfterEnqueue limits isWatched before after stays }
        | Dispatch task ->
            let lane = Scheduler.laneOf before task

            let passed enabled served count =
                if enabled && not served then count + 1 else 0

            let timed = not before.Timed.IsEmpty
            let ready = not before.Ready.IsEmpty

            { NonCancel = passed (timed || ready) (lane <> Lane.Cancel) waits.NonCancel
              Ready = passed ready (lane = Lane.Ready) waits.Ready
              Cancel = passed (not before.Cancel.IsEmpty) (lane = Lane.Cancel) waits.Cancel
              Timed = passed timed (lane = Lane.Timed) waits.Timed
              Due = stays |> Map.map (fun _ left -> max 0 (left - 1)) }

    /// The state properties by name: each holds for every reachable state.
    let all: (string * (SchedulerLimits -> SchedulerState -> SchedulerWaits -> bool)) list =
        let copies (state: SchedulerState) =
            state.Cancel @ Set.toList state.Timed @ state.Ready

        [ "AtMostOnceQueued",
          (fun _ state _ -> let queued = copies state in (List.distinct queued).Length = queued.Length)
          "NonCancelWithin", (fun limits _ waits -> waits.NonCancel <= limits.CancelLimit)
          "ReadyWithin", (fun limits _ waits -> waits.Ready < perTurn limits)
          "CancelWithin", (fun limits _ waits -> waits.Cancel <= limits.TimedLimit + 1)
          "TimedWithin", (fun limits _ waits -> waits.Timed <= 2 * limits.CancelLimit + 1)
          "ReadyPosition", (fun _ _ waits -> waits.Due |> Map.forall (fun _ left -> left > 0))
          "CycleWithin",
          (fun limits state _ ->
              state.Cycle.Cancels <= limits.CancelLimit
              && state.Cycle.Timed <= limits.TimedLimit) ]

    /// The step properties by name: each holds for every step.
    let steps: (string * (SchedulerLimits -> SchedulerState -> SchedulerState -> bool)) list =
        let queued (state: SchedulerState) =
            state.Cancel @ Set.toList state.Timed @ state.Ready

        let isIn state task =
            Scheduler.laneOf state task <> Lane.None

        [ "LaneNeverFalls",
          (fun _ before after ->
              queued before
              |> List.forall (fun task ->
                  not (isIn after task)
                  || Scheduler.urgency (Scheduler.laneOf before task)
                     <= Scheduler.urgency (Scheduler.laneOf after task)))
          "DispatchRemoves",
          (fun _ before after -> before.Cycle = after.Cycle || not (List.forall (isIn after) (queued before)))
          "EarliestTimed",
          (fun limits before after ->
              let order task = struct (limits.Deadline task, task)

              before.Timed
              |> Set.forall (fun task ->
                  isIn after task
                  || before.Timed |> Set.forall (fun other -> order task <= order other))) ]
