namespace Asupersync.Kernel

/// What the rules of time rely on, by name.
type TimePremise =
    /// Nothing failed, nothing is let go.
    | None = 0
    // Guards.
    | FreshTimer = 1
    | KnownTimer = 2
    | TimerPending = 3
    | Due = 4
    | EarliestFirst = 5
    | Forward = 6
    | NonePassed = 7
    // Clauses of Next.
    | PassedIsNow = 101
    /// Of the timers beside tasks and regions; no rule of the timers alone reads it.
    | ExpireCancels = 102

/// Words for people about the premises of the time.
[<RequireQualifiedAccess>]
module TimePremise =

    /// The codes of its refusals begin here.
    [<Literal>]
    let internal Hundred = 1700

    /// Every guard, in order of number.
    let guards = [ for number in 1..7 -> enum<TimePremise> number ]

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | TimePremise.FreshTimer -> "a new timer takes the next number; the trace skips or repeats one"
        | TimePremise.KnownTimer -> "there is no such timer; use the number that arming gave"
        | TimePremise.TimerPending -> "the timer has fired or was disarmed already"
        | TimePremise.Due -> "the instant of the timer has not come; fire it then"
        | TimePremise.EarliestFirst -> "another timer comes before it, by instant and then by number; fire that one"
        | TimePremise.Forward -> "the clock stands there or further already; time goes forward only"
        | TimePremise.NonePassed -> "a timer is due before that instant; move the clock to it and fire it"
        | _ -> "not a guard"

/// The rules of time.
type TimeRule =
    | Arm = 1
    | Fire = 2
    | Disarm = 3
    | Tick = 4

/// What a timer is for.
type TimerUse =
    /// It wakes whoever waits for it.
    | Sleep = 0
    /// It asks that its target be cancelled.
    | Deadline = 1

/// Where a timer is.
type TimerPhase =
    | Pending = 0
    | Fired = 1
    | Disarmed = 2

/// A step of the clock and its timers. Timers are numbered as they are set, from 1.
type TimeAction =
    /// A timer is set for a target and a moment.
    | Arm of timer: int * target: Target * useOf: TimerUse * moment: int64
    /// A timer that is due does its work.
    | Fire of timer: int
    /// A timer is no longer wanted.
    | Disarm of timer: int
    /// Time has moved.
    | Tick of now: int64

/// A timer that was set.
type TimerRecord =
    {
        /// Whom it is set for.
        Target: Target
        /// What it is for.
        Use: TimerUse
        /// When it fires.
        Due: int64
        /// Where it is.
        Phase: TimerPhase
    }

/// The clock and its timers.
type TimeState =
    {
        /// The time.
        Now: int64
        /// All timers that were ever set, the first first.
        Timers: TimerRecord list
    }

/// The rules of chapter 13 of docs/semantics.md.
[<RequireQualifiedAccess>]
module Time =

    /// Time 0 and no timer.
    let initial: TimeState = { Now = 0L; Timers = [] }

    let private numbered (state: TimeState) =
        state.Timers |> List.mapi (fun index timer -> struct (index + 1, timer))

    let private pending state =
        numbered state
        |> List.filter (fun (struct (_, timer)) -> timer.Phase = TimerPhase.Pending)

    let private isBefore (struct (a, first)) (struct (b, second)) =
        first.Due < second.Due || (first.Due = second.Due && a < b)

    /// A timer by its number, if it was set.
    let timer number (state: TimeState) =
        if number >= 1 then List.tryItem (number - 1) state.Timers else Option.None

    let private satisfies number state holds =
        match timer number state with
        | Some found -> holds found
        | Option.None -> false

    // No other pending timer is due before this one, nor at the same moment with a smaller number.
    let private isEarliest number state =
        satisfies number state (fun found ->
            pending state
            |> List.forall (fun (struct (other, _) as candidate) ->
                other = number || isBefore (struct (number, found)) candidate))

    let private guardsOf (state: TimeState) action : struct (TimePremise * bool) list =
        let known number =
            struct (TimePremise.KnownTimer, (timer number state).IsSome)

        let isPending number =
            struct (TimePremise.TimerPending, satisfies number state (fun found -> found.Phase = TimerPhase.Pending))

        match action with
        | Arm(number, _, _, _) -> [ TimePremise.FreshTimer, (number = state.Timers.Length + 1) ]
        | Fire number ->
            [ known number
              isPending number
              TimePremise.Due, satisfies number state (fun found -> found.Due <= state.Now)
              TimePremise.EarliestFirst, isEarliest number state ]
        | Disarm number -> [ known number; isPending number ]
        | Tick now ->
            [ TimePremise.Forward, now > state.Now
              TimePremise.NonePassed, pending state |> List.forall (fun (struct (_, timer)) -> timer.Due >= now) ]

    let private next dropped (state: TimeState) action : TimeState =
        let moved number phase =
            { state with
                Timers =
                    numbered state
                    |> List.map (fun (struct (other, timer)) ->
                        if other = number then { timer with Phase = phase } else timer) }

        match action with
        | Arm(number, target, useOf, moment) ->
            let due = if dropped = TimePremise.PassedIsNow then moment else max moment state.Now

            let timer =
                { Target = target
                  Use = useOf
                  Due = due
                  Phase = TimerPhase.Pending }

            // A used number comes only with FreshTimer let go: that timer is overwritten.
            { state with
                Timers =
                    if number >= 1 && number <= state.Timers.Length then
                        List.updateAt (number - 1) timer state.Timers
                    else
                        state.Timers @ [ timer ] }
        | Fire number -> moved number TimerPhase.Fired
        | Disarm number -> moved number TimerPhase.Disarmed
        | Tick now -> { state with Now = now }

    let private ruleOf action =
        match action with
        | Arm _ -> TimeRule.Arm
        | Fire _ -> TimeRule.Fire
        | Disarm _ -> TimeRule.Disarm
        | Tick _ -> TimeRule.Tick

    /// One step, with one premise let go: how faults are planted.
    let stepDropping dropped state action : Result<TimeState, Refused<TimeRule, TimePremise>> =
        match Refused.check TimePremise.Hundred (ruleOf action) dropped (guardsOf state action) with
        | ValueSome refused -> Error refused
        | ValueNone -> Ok(next dropped state action)

    /// One step: the state after it, or the guard that failed.
    let step state action =
        stepDropping TimePremise.None state action

    // The timers of before with what became of them.
    let private pairs (before: TimeState) (after: TimeState) =
        List.zip before.Timers (List.truncate before.Timers.Length after.Timers)

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (TimeState -> bool)) list =
        [ "NeverEarly",
          (fun state ->
              state.Timers
              |> List.forall (fun timer -> timer.Phase <> TimerPhase.Fired || timer.Due <= state.Now))
          "NoneOverdue",
          (fun state ->
              state.Timers
              |> List.forall (fun timer -> timer.Phase <> TimerPhase.Pending || timer.Due >= state.Now)) ]

    /// The step properties by name: each holds for every step.
    let stepProperties: (string * (TimeState -> TimeState -> bool)) list =
        [ "ClockForward", (fun before after -> after.Now >= before.Now)
          "FiredInOrder",
          (fun before after ->
              pairs before after
              |> List.indexed
              |> List.forall (fun (index, (old, now)) ->
                  old.Phase = TimerPhase.Fired
                  || now.Phase <> TimerPhase.Fired
                  || isEarliest (index + 1) before))
          "TimerPhaseGraph",
          (fun before after ->
              pairs before after
              |> List.forall (fun (old, now) -> old.Phase = now.Phase || old.Phase = TimerPhase.Pending))
          "TimerFixed",
          (fun before after ->
              after.Timers.Length >= before.Timers.Length
              && pairs before after
                 |> List.forall (fun (old, now) -> { now with Phase = old.Phase } = old)) ]
