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
[<NoComparison>]
type CombinatorState =
    {
        /// What it waits for.
        Form: CombinatorForm
        /// Where it is.
        Phase: CombinatorPhase
        /// Its branches, the first first.
        Branches: CombinatorBranches
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
          Branches = CombinatorBranches.Waiting branches
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

    let internal isDecisive form outcome =
        match form with
        | CombinatorForm.FirstOk -> outcome = Severity.Ok || outcome = Severity.Panicked
        | CombinatorForm.JoinAll -> outcome = Severity.Err || outcome = Severity.Panicked
        | CombinatorForm.CollectAll -> false
        | _ -> true

    let private isKnown (outcome: Severity) =
        outcome >= Severity.Ok && outcome <= Severity.Panicked

    let internal isAt phase (branch: CombinatorBranch) = (branch.Phase = phase)

    let private branchIs phase (state: CombinatorState) number =
        number >= 1
        && number <= state.Branches.Count
        && isAt phase state.Branches[number]

    let private guardsOf (state: CombinatorState) action : struct (CombinatorPremise * bool) list =
        let known number =
            struct (CombinatorPremise.KnownBranch, number >= 1 && number <= state.Branches.Count)

        let outcomeKnown outcome =
            struct (CombinatorPremise.OutcomeKnown, isKnown outcome)

        let notSettled = struct (CombinatorPremise.NotSettled, (state.Phase = CombinatorPhase.Open))

        match action with
        | BranchStart number
        | BranchRefused number ->
            [ known number
              notSettled
              CombinatorPremise.BranchWaiting, branchIs BranchPhase.Waiting state number
              CombinatorPremise.InOrder, state.Branches.NoneWaitsBefore number ]
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
              CombinatorPremise.AllDrained, not state.Branches.AnyRuns ]

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
            { after with Branches = after.Branches.Ask(loserKind state.Form) }

    let private ended dropped (state: CombinatorState) number outcome =
        let keeps premise = dropped <> premise

        let after =
            { state with
                Branches =
                    state.Branches.With(
                        number,
                        { state.Branches[number] with
                            Phase = BranchPhase.Ended
                            Outcome = outcome }
                    ) }

        let settles =
            (keeps CombinatorPremise.DecisiveSettles
             && (not (keeps CombinatorPremise.OnlyDecisive) || isDecisive state.Form outcome))
            || (keeps CombinatorPremise.LastSettles && after.Branches.AllEnded)

        if settles then
            settledAsking dropped after CombinatorCause.Decided number
        else
            after

    // Ended branches with their numbers.
    let internal endedOnes (state: CombinatorState) =
        List.indexed (state.Branches.ToList())
        |> List.filter (fun (_, branch) -> isAt BranchPhase.Ended branch)
        |> List.map (fun (index, branch) -> index + 1, branch)

    let internal unasked state =
        endedOnes state |> List.filter (fun (_, branch) -> branch.Asked.IsNone)

    let internal panics state =
        endedOnes state
        |> List.filter (fun (_, branch) -> branch.Outcome = Severity.Panicked)

    let internal foundOk (state: CombinatorState) =
        state.Form = CombinatorForm.FirstOk
        && state.Decider <> 0
        && state.Branches[state.Decider].Outcome = Severity.Ok

    let internal worstOf branches =
        (Severity.Ok, branches)
        ||> List.fold (fun worst (_, branch) -> max worst branch.Outcome)

    /// The branches whose outcomes make the result.
    let private counted dropped (state: CombinatorState) =
        let keeps premise = dropped <> premise

        let decider () =
            endedOnes state |> List.filter (fun (number, _) -> number = state.Decider)

        let own =
            if state.Cause <> CombinatorCause.Decided then
                []
            elif
                state.Form = CombinatorForm.CollectAll
                && keeps CombinatorPremise.OutcomesAreValues
            then
                []
            elif foundOk state && keeps CombinatorPremise.OkSuffices then
                decider ()
            elif not (keeps CombinatorPremise.KeepWorst) then
                decider ()
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
                Branches = state.Branches.With(number, { state.Branches[number] with Phase = BranchPhase.Running }) }
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
                        after.Branches.Ask CancelKind.ParentCancelled }
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
            && not (isDecisive after.Form after.Branches[after.Decider].Outcome)

        if settles && not endsWell then ValueSome(loserKind after.Form) else ValueNone

    /// Whether the call only waits for its region to close.
    let isDrained (state: CombinatorState) =
        state.Phase <> CombinatorPhase.Open && not state.Branches.AnyRuns
