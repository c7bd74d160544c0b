namespace Asupersync.Kernel

/// What the rules of a combinator rely on, by name.
type CombinatorPremise =
    /// Nothing failed, nothing is let go.
    | None = 0
    // Guards.
    | KnownBranch = 1
    | OutcomeKnown = 2
    | NotSettled = 3
    | BranchWaiting = 4
    | InOrder = 5
    | BranchRunning = 6
    | HasTimer = 7
    | NotReturned = 8
    | IsSettled = 9
    | AllDrained = 10
    // Clauses of Next.
    | DecisiveSettles = 101
    | OnlyDecisive = 102
    | LastSettles = 103
    | SettleOnce = 104
    | AskLosers = 105
    | CancelAsksAll = 106
    | UndecidedFails = 107
    | OutcomesAreValues = 108
    | OkSuffices = 109
    | OnlyUnasked = 110
    | KeepWorst = 111
    | KeepPanic = 112
    | KeepCancel = 113
    | KeepRest = 114
    | FirstOfWorst = 115

/// Words for people about the premises of the combinators.
[<RequireQualifiedAccess>]
module CombinatorPremise =

    /// The codes of its refusals begin here.
    [<Literal>]
    let internal Hundred = 1800

    /// Every guard, in order of number.
    let guards = [ for number in 1..10 -> enum<CombinatorPremise> number ]

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | CombinatorPremise.KnownBranch -> "the call has no such branch; its branches are numbered from 1"
        | CombinatorPremise.OutcomeKnown -> "there is no such outcome; use Ok, Err, Cancelled or Panicked"
        | CombinatorPremise.NotSettled -> "the call is settled; no branch begins, and nothing settles it again"
        | CombinatorPremise.BranchWaiting -> "the branch was started already"
        | CombinatorPremise.InOrder -> "a branch before it was not started; start them in order"
        | CombinatorPremise.BranchRunning -> "the branch does not run; tell its end once"
        | CombinatorPremise.HasTimer -> "the call is no timeout, so it has no time that ends"
        | CombinatorPremise.NotReturned -> "the call has returned"
        | CombinatorPremise.IsSettled -> "the call is not settled, so nothing says what it returns"
        | CombinatorPremise.AllDrained -> "a branch still runs; wait for its end"
        | _ -> "not a guard"

/// The rules of a combinator.
type CombinatorRule =
    | BranchStart = 1
    | BranchRefused = 2
    | BranchEnd = 3
    | TimeUp = 4
    | CombinatorCancel = 5
    | CombinatorReturn = 6

/// A step that a combinator takes. Its branches are numbered from 1.
type CombinatorAction =
    /// A branch was spawned.
    | BranchStart of branch: int
    /// A branch could not be spawned.
    | BranchRefused of branch: int
    /// A branch ended.
    | BranchEnd of branch: int * outcome: Severity
    /// The time of a timeout is over.
    | TimeUp
    /// Somebody else cancelled the region of the combinator.
    | CombinatorCancel
    /// The region is closed, and the combinator returns.
    | CombinatorReturn of rest: Severity

/// What a combinator waits for.
type CombinatorForm =
    /// The first branch that ends.
    | Race = 0
    /// The first branch that succeeds.
    | FirstOk = 1
    /// All branches, or the first that fails.
    | JoinAll = 2
    /// All branches, whatever becomes of each.
    | CollectAll = 3
    /// One branch, or the end of its time.
    | Timeout = 4

/// Where a combinator is.
type CombinatorPhase =
    | Open = 0
    /// What it gives depends only on how its branches are drained.
    | Settled = 1
    | Returned = 2

/// What settled a combinator.
type CombinatorCause =
    | None = 0
    /// The end of a branch.
    | Decided = 1
    /// A branch could not be spawned.
    | Refused = 2
    | TimeUp = 3
    | Cancel = 4

/// Where a branch is.
type BranchPhase =
    | Waiting = 0
    | Running = 1
    | Ended = 2

/// One branch of a combinator.
[<Struct>]
type CombinatorBranch =
    {
        /// Where it is.
        Phase: BranchPhase
        /// Severity.None until it ended.
        Outcome: Severity
        /// The kind of the cancellation that it was asked for.
        Asked: CancelKind voption
    }

/// What a combinator returns.
[<Struct>]
type CombinatorResult =
    {
        /// Severity.None until it returned.
        Severity: Severity
        /// The branch whose outcome it is; 0 when it is no branch's.
        Branch: int
    }

/// One call of a combinator.
type CombinatorState =
    {
        /// What it waits for.
        Form: CombinatorForm
        /// Where it is.
        Phase: CombinatorPhase
        /// Its branches, the first first.
        Branches: CombinatorBranch list
        /// What settled it.
        Cause: CombinatorCause
        /// The branch that settled it, or 0.
        Decider: int
        /// Whether somebody else cancelled its region.
        Cancelled: bool
        /// What the region ended with, the branches left out; Severity.None until it returned.
        Rest: Severity
        /// What it returned.
        Result: CombinatorResult
    }

/// The rules of chapter 14 of docs/semantics.md.
[<RequireQualifiedAccess>]
module Combinator =

    /// A call with some branches, none of which has been spawned.
    let initial form branches =
        { Form = form
          Phase = CombinatorPhase.Open
          Branches =
            List.replicate
                branches
                { Phase = BranchPhase.Waiting
                  Outcome = Severity.None
                  Asked = ValueNone }
          Cause = CombinatorCause.None
          Decider = 0
          Cancelled = false
          Rest = Severity.None
          Result = { Severity = Severity.None; Branch = 0 } }

    /// The kind of the cancellation that a settled combinator asks of what still runs.
    let loserKind form =
        match form with
        | CombinatorForm.Timeout -> CancelKind.Timeout
        | CombinatorForm.JoinAll
        | CombinatorForm.CollectAll -> CancelKind.FailFast
        | _ -> CancelKind.RaceLost

    let private isDecisive form outcome =
        match form with
        | CombinatorForm.FirstOk -> outcome = Severity.Ok || outcome = Severity.Panicked
        | CombinatorForm.JoinAll -> outcome = Severity.Err || outcome = Severity.Panicked
        | CombinatorForm.CollectAll -> false
        | _ -> true

    let private isKnown (outcome: Severity) =
        outcome >= Severity.Ok && outcome <= Severity.Panicked

    let private isAt phase (branch: CombinatorBranch) = (branch.Phase = phase)

    let private branchIs phase (state: CombinatorState) number =
        number >= 1
        && number <= state.Branches.Length
        && isAt phase state.Branches[number - 1]

    let private guardsOf (state: CombinatorState) action : struct (CombinatorPremise * bool) list =
        let known number =
            struct (CombinatorPremise.KnownBranch, number >= 1 && number <= state.Branches.Length)

        let outcomeKnown outcome =
            struct (CombinatorPremise.OutcomeKnown, isKnown outcome)

        let notSettled = struct (CombinatorPremise.NotSettled, (state.Phase = CombinatorPhase.Open))

        match action with
        | BranchStart number
        | BranchRefused number ->
            [ known number
              notSettled
              CombinatorPremise.BranchWaiting, branchIs BranchPhase.Waiting state number
              CombinatorPremise.InOrder,
              List.truncate (max 0 (number - 1)) state.Branches
              |> List.forall (isAt BranchPhase.Waiting >> not) ]
        | BranchEnd(number, outcome) ->
            [ known number
              outcomeKnown outcome
              CombinatorPremise.BranchRunning, branchIs BranchPhase.Running state number ]
        | TimeUp ->
            [ CombinatorPremise.HasTimer, (state.Form = CombinatorForm.Timeout)
              notSettled ]
        | CombinatorCancel -> [ CombinatorPremise.NotReturned, state.Phase <> CombinatorPhase.Returned ]
        | CombinatorReturn rest ->
            [ outcomeKnown rest
              CombinatorPremise.IsSettled, (state.Phase = CombinatorPhase.Settled)
              CombinatorPremise.AllDrained, not (List.exists (isAt BranchPhase.Running) state.Branches) ]

    let private ask kind branches =
        branches
        |> List.map (fun branch ->
            if isAt BranchPhase.Running branch then
                { branch with Asked = ValueSome kind }
            else
                branch)

    let private settled dropped (state: CombinatorState) cause decider =
        if dropped <> CombinatorPremise.SettleOnce && state.Phase <> CombinatorPhase.Open then
            state
        else
            { state with
                Phase = CombinatorPhase.Settled
                Cause = cause
                Decider = decider }

    let private settledAsking dropped (state: CombinatorState) cause decider =
        let after = settled dropped state cause decider

        if
            dropped = CombinatorPremise.AskLosers
            || (dropped <> CombinatorPremise.SettleOnce && state.Phase <> CombinatorPhase.Open)
        then
            after
        else
            { after with Branches = ask (loserKind state.Form) after.Branches }

    let private ended dropped (state: CombinatorState) number outcome =
        let keeps premise = dropped <> premise

        let after =
            { state with
                Branches =
                    List.updateAt
                        (number - 1)
                        { state.Branches[number - 1] with
                            Phase = BranchPhase.Ended
                            Outcome = outcome }
                        state.Branches }

        let settles =
            (keeps CombinatorPremise.DecisiveSettles
             && (not (keeps CombinatorPremise.OnlyDecisive) || isDecisive state.Form outcome))
            || (keeps CombinatorPremise.LastSettles
                && List.forall (isAt BranchPhase.Ended) after.Branches)

        if settles then
            settledAsking dropped after CombinatorCause.Decided number
        else
            after

    // Ended branches with their numbers.
    let private endedOnes (state: CombinatorState) =
        List.indexed state.Branches
        |> List.filter (fun (_, branch) -> isAt BranchPhase.Ended branch)
        |> List.map (fun (index, branch) -> index + 1, branch)

    let private unasked state =
        endedOnes state |> List.filter (fun (_, branch) -> branch.Asked.IsNone)

    let private panics state =
        endedOnes state
        |> List.filter (fun (_, branch) -> branch.Outcome = Severity.Panicked)

    let private foundOk (state: CombinatorState) =
        state.Form = CombinatorForm.FirstOk
        && state.Decider <> 0
        && state.Branches[state.Decider - 1].Outcome = Severity.Ok

    let private worstOf branches =
        (Severity.Ok, branches)
        ||> List.fold (fun worst (_, branch) -> max worst branch.Outcome)

    /// The branches whose outcomes make the result.
    let private counted dropped (state: CombinatorState) =
        let keeps premise = dropped <> premise

        let decider = endedOnes state |> List.filter (fun (number, _) -> number = state.Decider)

        let own =
            if state.Cause <> CombinatorCause.Decided then
                []
            elif
                state.Form = CombinatorForm.CollectAll
                && keeps CombinatorPremise.OutcomesAreValues
            then
                []
            elif foundOk state && keeps CombinatorPremise.OkSuffices then
                decider
            elif not (keeps CombinatorPremise.KeepWorst) then
                decider
            elif keeps CombinatorPremise.OnlyUnasked then
                unasked state
            else
                endedOnes state

        let panicked = if keeps CombinatorPremise.KeepPanic then panics state else []
        own @ panicked |> List.distinct |> List.sortBy fst

    let private resultOf dropped (state: CombinatorState) rest =
        let unless premise condition outcome =
            if condition && dropped <> premise then outcome else Severity.Ok

        let counted = counted dropped state

        let worst =
            List.max
                [ worstOf counted
                  unless CombinatorPremise.UndecidedFails (state.Cause <> CombinatorCause.Decided) Severity.Err
                  unless CombinatorPremise.KeepCancel state.Cancelled Severity.Cancelled
                  unless CombinatorPremise.KeepRest true rest ]

        let bearers =
            counted
            |> List.filter (fun (_, branch) -> branch.Outcome = worst)
            |> List.map fst

        { Severity = worst
          Branch =
            if bearers.IsEmpty then 0
            elif dropped = CombinatorPremise.FirstOfWorst then List.last bearers
            else bearers.Head }

    let private next dropped (state: CombinatorState) action =
        match action with
        | BranchStart number ->
            { state with
                Branches =
                    List.updateAt
                        (number - 1)
                        { state.Branches[number - 1] with Phase = BranchPhase.Running }
                        state.Branches }
        | BranchRefused _ -> settledAsking dropped state CombinatorCause.Refused 0
        | BranchEnd(number, outcome) -> ended dropped state number outcome
        | TimeUp -> settledAsking dropped state CombinatorCause.TimeUp 0
        | CombinatorCancel ->
            let after = settled dropped state CombinatorCause.Cancel 0

            { after with
                Cancelled = true
                Branches =
                    if dropped = CombinatorPremise.CancelAsksAll then
                        after.Branches
                    else
                        ask CancelKind.ParentCancelled after.Branches }
        | CombinatorReturn rest ->
            { state with
                Phase = CombinatorPhase.Returned
                Rest = rest
                Result = resultOf dropped state rest }

    let private ruleOf action =
        match action with
        | BranchStart _ -> CombinatorRule.BranchStart
        | BranchRefused _ -> CombinatorRule.BranchRefused
        | BranchEnd _ -> CombinatorRule.BranchEnd
        | TimeUp -> CombinatorRule.TimeUp
        | CombinatorCancel -> CombinatorRule.CombinatorCancel
        | CombinatorReturn _ -> CombinatorRule.CombinatorReturn

    /// One step, with one premise let go: how faults are planted.
    let stepDropping dropped state action : Result<CombinatorState, Refused<CombinatorRule, CombinatorPremise>> =
        match Refused.check CombinatorPremise.Hundred (ruleOf action) dropped (guardsOf state action) with
        | ValueSome refused -> Error refused
        | ValueNone -> Ok(next dropped state action)

    /// One step: the state after it, or the guard that failed.
    let step state action =
        stepDropping CombinatorPremise.None state action

    /// The effect CancelRest of the step between two states: the kind of the request for the region of the call, if any.
    let cancelRest (before: CombinatorState) (after: CombinatorState) : CancelKind voption =
        let isJoin = after.Form = CombinatorForm.JoinAll || after.Form = CombinatorForm.CollectAll

        let settles =
            before.Phase = CombinatorPhase.Open
            && after.Phase = CombinatorPhase.Settled
            && after.Cause <> CombinatorCause.Cancel

        let endsWell =
            isJoin
            && after.Decider <> 0
            && not (isDecisive after.Form after.Branches[after.Decider - 1].Outcome)

        if settles && not endsWell then ValueSome(loserKind after.Form) else ValueNone

    /// Whether the call only waits for its region to close.
    let isDrained (state: CombinatorState) =
        state.Phase <> CombinatorPhase.Open
        && not (List.exists (isAt BranchPhase.Running) state.Branches)

    let private isReturned (state: CombinatorState) = state.Phase = CombinatorPhase.Returned

    // Nothing beside the branches has a say in the result.
    let private isPlain state =
        isReturned state
        && state.Cause = CombinatorCause.Decided
        && not state.Cancelled
        && state.Rest = Severity.Ok
        && (panics state).IsEmpty

    let private allEnded (state: CombinatorState) =
        List.forall (isAt BranchPhase.Ended) state.Branches

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (CombinatorState -> bool)) list =
        [ "LosersDrained",
          (fun state ->
              not (isReturned state)
              || not (List.exists (isAt BranchPhase.Running) state.Branches))
          "StartedInOrder",
          (fun state ->
              List.pairwise state.Branches
              |> List.forall (fun (a, b) -> isAt BranchPhase.Waiting b || not (isAt BranchPhase.Waiting a)))
          "EndedMeansSettled", (fun state -> not (allEnded state) || state.Phase <> CombinatorPhase.Open)
          "DecisiveEndSettles",
          (fun state ->
              state.Phase <> CombinatorPhase.Open
              || endedOnes state
                 |> List.forall (fun (_, branch) -> not (isDecisive state.Form branch.Outcome)))
          "DeciderDecides",
          (fun state ->
              state.Decider = 0
              || isDecisive state.Form state.Branches[state.Decider - 1].Outcome
              || allEnded state)
          "OnlyTimeoutsTimeOut",
          (fun state -> state.Cause <> CombinatorCause.TimeUp || state.Form = CombinatorForm.Timeout)
          "PanicNotLost",
          (fun state ->
              not (isReturned state)
              || (panics state).IsEmpty
              || state.Result.Severity = Severity.Panicked)
          "RestNotLost", (fun state -> not (isReturned state) || state.Result.Severity >= state.Rest)
          "OkMeansDecided",
          (fun state ->
              not (isReturned state)
              || state.Result.Severity <> Severity.Ok
              || state.Cause = CombinatorCause.Decided)
          "WinnerIsResult",
          (fun state ->
              let hasWinner =
                  isPlain state
                  && (state.Form = CombinatorForm.Race
                      || state.Form = CombinatorForm.Timeout
                      || foundOk state)

              not hasWinner
              || state.Result =
                  { Severity = state.Branches[state.Decider - 1].Outcome
                    Branch = state.Decider })
          "WorstIsResult",
          (fun state ->
              let hasWorst =
                  isPlain state
                  && (state.Form = CombinatorForm.JoinAll || state.Form = CombinatorForm.FirstOk)
                  && not (foundOk state)

              not hasWorst || state.Result.Severity = worstOf (unasked state))
          "CollectedIsOk",
          (fun state ->
              not (isPlain state)
              || state.Form <> CombinatorForm.CollectAll
              || state.Result.Severity = Severity.Ok)
          "FirstByOrder",
          (fun state ->
              panics state @ unasked state
              |> List.forall (fun (number, branch) ->
                  number >= state.Result.Branch || branch.Outcome <> state.Result.Severity)) ]

    let private unlike before after =
        List.zip before.Branches after.Branches
        |> List.filter (fun (old, now) -> old <> now)

    let private runningAsk holds (state: CombinatorState) =
        state.Branches
        |> List.forall (fun branch -> not (isAt BranchPhase.Running branch) || holds branch.Asked)

    /// The step properties by name: each holds for every step.
    let stepProperties: (string * (CombinatorState -> CombinatorState -> bool)) list =
        [ "CombinatorPhaseGraph",
          (fun before after ->
              match before.Phase, after.Phase with
              | CombinatorPhase.Open, CombinatorPhase.Settled
              | CombinatorPhase.Settled, CombinatorPhase.Returned -> true
              | old, now -> old = now)
          "BranchPhaseGraph",
          (fun before after ->
              unlike before after
              |> List.forall (fun (old, now) ->
                  match old.Phase, now.Phase with
                  | BranchPhase.Waiting, BranchPhase.Running
                  | BranchPhase.Running, BranchPhase.Ended -> true
                  | oldPhase, nowPhase -> oldPhase = nowPhase))
          "SettledOnce",
          (fun before after ->
              before.Phase = CombinatorPhase.Open
              || (before.Cause, before.Decider) = (after.Cause, after.Decider))
          "NoBranchAfterSettled",
          (fun before after ->
              before.Phase = CombinatorPhase.Open
              || unlike before after
                 |> List.forall (fun (old, now) -> not (isAt BranchPhase.Waiting old && isAt BranchPhase.Running now)))
          "LosersAsked",
          (fun before after ->
              before.Phase <> CombinatorPhase.Open
              || after.Phase = CombinatorPhase.Open
              || after.Cancelled
              || runningAsk _.IsSome after)
          "CancelAsks",
          (fun before after ->
              before.Cancelled
              || not after.Cancelled
              || runningAsk ((=) (ValueSome CancelKind.ParentCancelled)) after)
          "CancelNotLost",
          (fun before after ->
              isReturned before
              || not (isReturned after)
              || not before.Cancelled
              || after.Result.Severity >= Severity.Cancelled)
          "ReturnIsFinal", (fun before after -> not (isReturned before) || before = after) ]
