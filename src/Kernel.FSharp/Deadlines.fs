namespace Asupersync.Kernel

/// Tasks and regions beside their timers.
[<Struct; NoEquality; NoComparison>]
type TimedState =
    {
        /// Tasks, regions and obligations.
        Sigma: State
        /// The clock and its timers.
        Time: TimeState
    }

/// A step of tasks and regions, or of their timers.
[<RequireQualifiedAccess>]
type TimedAction =
    /// A step of tasks and regions: it takes no time.
    | Rule of Action
    /// A step of the clock or of a timer.
    | Time of TimeAction

/// Why a step was refused.
[<RequireQualifiedAccess>]
type TimedRefusal =
    /// By a guard of the rules of tasks and regions.
    | Rule of Refusal
    /// By a guard of the rules of time.
    | Time of Refused<TimeRule, TimePremise>
    /// A timer is set for a task or region that exists.
    | UnknownTarget of Target

    /// The stable code.
    member this.Code =
        match this with
        | Rule refusal -> refusal.Code
        | Time refused -> refused.Code
        | UnknownTarget target -> Premise.code (TimedRefusal.Missing target)

    /// Fire refused: KnownTimer (ASUP1702).
    override this.ToString() =
        match this with
        | Rule refusal -> string refusal
        | Time refused -> string refused
        | UnknownTarget target -> $"Arm refused: {TimedRefusal.Missing target} ({this.Code})"

    static member private Missing(target: Target) =
        if target.IsTask then Premise.KnownTask else Premise.KnownRegion

/// How timers reach tasks and regions: docs/semantics.md, chapter 13.
[<RequireQualifiedAccess>]
module Deadlines =

    /// A state of tasks and regions, with no timer set.
    let initial sigma : TimedState = { Sigma = sigma; Time = Time.initial }

    /// What a Deadline timer asks for that fires at an instant.
    let reason (instant: int64) =
        CancelReason.Create(CancelKind.Deadline, 0L<regionId>, 0L<taskId>, instant, null, null)

    let private exists (sigma: State) (target: Target) =
        sigma.HasTask target.TaskId || sigma.HasRegion target.RegionId

    // A request that is refused, its target having ended, changes nothing.
    let private expire rules (sigma: State) target instant =
        match Kernel.stepDropping rules sigma (CancelRequest(0L<taskId>, target, reason instant)) with
        | Ok after -> after
        | Error _ -> sigma

    /// One step, with one premise let go of the rules of tasks and regions, and one of those of time: how faults are
    /// planted.
    let stepDropping rules times (state: TimedState) action : Result<TimedState, TimedRefusal> =
        match action with
        | TimedAction.Rule action ->
            match Kernel.stepDropping rules state.Sigma action with
            | Ok after -> Ok { state with Sigma = after }
            | Error refusal -> Error(TimedRefusal.Rule refusal)
        | TimedAction.Time(Arm(_, target, _, _)) when not (exists state.Sigma target) ->
            Error(TimedRefusal.UnknownTarget target)
        | TimedAction.Time action ->
            match Time.stepDropping times state.Time action with
            | Error refused -> Error(TimedRefusal.Time refused)
            | Ok after ->
                let sigma = state.Sigma.Forget()

                match action with
                | Fire number when times <> TimePremise.ExpireCancels ->
                    match Time.timer number after with
                    | Some fired when fired.Use = TimerUse.Deadline ->
                        Ok { Sigma = expire rules sigma fired.Target after.Now; Time = after }
                    | _ -> Ok { Sigma = sigma; Time = after }
                | _ -> Ok { Sigma = sigma; Time = after }

    /// One step: the state after it, or why it is refused.
    let step state action =
        stepDropping Premise.None TimePremise.None state action

    let private expired (state: TimedState) =
        state.Time.Timers
        |> List.filter (fun timer -> timer.Phase = TimerPhase.Fired && timer.Use = TimerUse.Deadline)

    // Whatever else was asked before or after, the reason is at least as strong as the deadline.
    let private isReached (sigma: State) (timer: TimerRecord) =
        let isStrong rho =
            CancelReason.Strength(reason timer.Due, rho) <= 0

        if timer.Target.IsTask then
            let task = sigma.Task timer.Target.TaskId

            not (Queries.isLive &task)
            || task.Role = Role.Finalizer
            || (Queries.isCancelled &task && isStrong task.Reason)
        else
            let region = sigma.Region timer.Target.RegionId
            region.Phase = RegionPhase.Closed || isStrong region.Reason

    let rec private root (rho: CancelReason) =
        if isNull rho.Cause then rho else root rho.Cause

    // Nobody but a timer asks for it, at its due instant. Whose timer it was a reason does not say: a body may let through the
    // cancellation of any task, and its end then cancels its region for that.
    let private isFromTimer (state: TimedState) (rho: CancelReason) =
        isNull rho
        || rho.RootKind <> CancelKind.Deadline
        || (let instant = (root rho).At

            expired state
            |> List.exists (fun timer -> timer.Due = instant && timer.Due <= state.Time.Now))

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (TimedState -> bool)) list =
        [ "DeadlineReaches", (fun state -> expired state |> List.forall (isReached state.Sigma))
          "DeadlineNotEarly",
          (fun state ->
              state.Sigma.Tasks
              |> List.forall (fun (struct (_, task)) ->
                  isFromTimer state task.Reason && isFromTimer state task.Outcome.Reason)
              && state.Sigma.Regions
                 |> List.forall (fun (struct (_, region)) ->
                     isFromTimer state region.Reason && isFromTimer state region.Outcome.Reason)) ]
