namespace Asupersync.Kernel

/// What the rules of the scheduler rely on, by name.
type SchedulerPremise =
    /// Nothing failed, nothing is let go.
    | None = 0
    // Guards.
    | LaneKnown = 1
    | MoreUrgent = 2
    | Queued = 3
    | LaneChosen = 4
    | FirstInLane = 5
    | EarliestDeadline = 6
    // Clauses of Next.
    | LeaveOldPlace = 101
    | LeaveLane = 102
    | CancelLimit = 103
    | TimedLimit = 104
    | ReadyRestarts = 105
    | TimedFirst = 106
    | CountTimed = 107
    | TimedBeforeReady = 108

/// Words for people about the premises of the scheduler.
[<RequireQualifiedAccess>]
module SchedulerPremise =

    /// The codes of its refusals begin here.
    [<Literal>]
    let internal Hundred = 1400

    /// Every guard, in order of number.
    let guards = [ for number in 1..6 -> enum<SchedulerPremise> number ]

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | SchedulerPremise.LaneKnown -> "there is no such lane; use Cancel, Timed or Ready"
        | SchedulerPremise.MoreUrgent ->
            "the task is queued in that lane or a more urgent one already; there is nothing to do"
        | SchedulerPremise.Queued -> "the task is in no lane; wake it first"
        | SchedulerPremise.LaneChosen -> "it is the turn of another lane; take the next task of that one"
        | SchedulerPremise.FirstInLane -> "another task entered the lane earlier; take that one"
        | SchedulerPremise.EarliestDeadline ->
            "another task of the timed lane comes before it, by deadline and then by identifier; take that one"
        | _ -> "not a guard"

/// The rules of the scheduler.
type SchedulerRule =
    | Enqueue = 1
    | Dispatch = 2

/// A step of the scheduler.
type SchedulerAction =
    /// The task is woken, and this is its lane now.
    | Enqueue of task: int64<taskId> * lane: Lane
    /// The task gets the next turn.
    | Dispatch of task: int64<taskId>

/// What stays as it is while a scheduler runs.
[<NoEquality; NoComparison>]
type SchedulerLimits =
    {
        /// Cancel turns a cycle, at least 1.
        CancelLimit: int
        /// Timed turns a cycle, at least 1.
        TimedLimit: int
        /// The deadline of a task, by which the timed lane is ordered.
        Deadline: int64<taskId> -> int64
    }

/// The three lanes and the present cycle.
type SchedulerState =
    {
        /// In order of arrival.
        Cancel: int64<taskId> list
        /// Served by deadline, then by identifier.
        Timed: Set<int64<taskId>>
        /// In order of arrival.
        Ready: int64<taskId> list
        /// Turns taken in the present cycle.
        Cycle: Cycle
    }

/// The rules of chapter 10 of docs/semantics.md over the policy of Lanes.
[<RequireQualifiedAccess>]
module Scheduler =

    /// Empty lanes, at the beginning of a cycle.
    let initial = { Cancel = []; Timed = Set.empty; Ready = []; Cycle = Lanes.fresh }

    /// The lane a task stands in; Lane.None when it is not queued.
    let laneOf (state: SchedulerState) task =
        if List.contains task state.Cancel then Lane.Cancel
        elif state.Timed.Contains task then Lane.Timed
        elif List.contains task state.Ready then Lane.Ready
        else Lane.None

    /// How urgent a lane is: 0 for Lane.None, 3 for Lane.Cancel.
    let urgency lane =
        if lane = Lane.None then 0 else 4 - int lane

    /// The lane to serve, and the cycle after it, with one clause of the policy let go.
    let internal chosenDropping dropped limits (state: SchedulerState) : struct (Lane * Cycle) =
        let limit premise own =
            if dropped = premise then System.Int32.MaxValue else own

        let cancel = not state.Cancel.IsEmpty
        let timed = not state.Timed.IsEmpty
        let cancels = limit SchedulerPremise.CancelLimit limits.CancelLimit
        let timeds = limit SchedulerPremise.TimedLimit limits.TimedLimit

        let struct (lane, cycle) =
            Lanes.choose cancels timeds state.Cycle cancel timed (not state.Ready.IsEmpty)

        match lane with
        | Lane.Ready when dropped = SchedulerPremise.ReadyRestarts -> struct (lane, state.Cycle)
        | Lane.Timed when dropped = SchedulerPremise.TimedFirst && cancel && state.Cycle.Timed >= timeds ->
            struct (Lane.Cancel, { Cancels = 1; Timed = 0 })
        | Lane.Timed when dropped = SchedulerPremise.CountTimed -> struct (lane, state.Cycle)
        | Lane.Timed when dropped = SchedulerPremise.TimedBeforeReady && not state.Ready.IsEmpty ->
            struct (Lane.Ready, Lanes.fresh)
        | _ -> struct (lane, cycle)

    /// The lane to serve, and the cycle after it.
    let chosen limits state =
        chosenDropping SchedulerPremise.None limits state

    let private without task (state: SchedulerState) =
        { state with
            Cancel = List.filter ((<>) task) state.Cancel
            Timed = state.Timed.Remove task
            Ready = List.filter ((<>) task) state.Ready }

    let private enqueue dropped state task lane =
        let failed =
            Refused.check
                SchedulerPremise.Hundred
                SchedulerRule.Enqueue
                dropped
                [ SchedulerPremise.LaneKnown, lane >= Lane.Cancel && lane <= Lane.Ready
                  SchedulerPremise.MoreUrgent, urgency (laneOf state task) < urgency lane ]

        match failed with
        | ValueSome refused -> Error refused
        | ValueNone ->
            let rest = if dropped = SchedulerPremise.LeaveOldPlace then state else without task state

            match lane with
            | Lane.Cancel -> Ok { rest with Cancel = rest.Cancel @ [ task ] }
            | Lane.Timed -> Ok { rest with Timed = rest.Timed.Add task }
            | _ -> Ok { rest with Ready = rest.Ready @ [ task ] }

    let private dispatch dropped limits state task =
        let lane = laneOf state task
        let struct (turn, after) = chosenDropping dropped limits state

        let isFirst =
            match lane with
            | Lane.Cancel -> state.Cancel.Head = task
            | Lane.Ready -> state.Ready.Head = task
            | _ -> true

        let order other = struct (limits.Deadline other, other)

        let isEarliest =
            lane <> Lane.Timed
            || state.Timed |> Set.forall (fun other -> order task <= order other)

        let failed =
            Refused.check
                SchedulerPremise.Hundred
                SchedulerRule.Dispatch
                dropped
                [ SchedulerPremise.Queued, lane <> Lane.None
                  SchedulerPremise.LaneChosen, (lane = turn)
                  SchedulerPremise.FirstInLane, isFirst
                  SchedulerPremise.EarliestDeadline, isEarliest ]

        match failed with
        | ValueSome refused -> Error refused
        | ValueNone ->
            let rest = if dropped = SchedulerPremise.LeaveLane then state else without task state

            Ok { rest with Cycle = after }

    /// One step, with one premise let go: how faults are planted.
    let stepDropping dropped limits state action : Result<SchedulerState, Refused<SchedulerRule, SchedulerPremise>> =
        match action with
        | Enqueue(task, lane) -> enqueue dropped state task lane
        | Dispatch task -> dispatch dropped limits state task

    /// One step: the state after it, or the guard that failed.
    let step limits state action =
        stepDropping SchedulerPremise.None limits state action
