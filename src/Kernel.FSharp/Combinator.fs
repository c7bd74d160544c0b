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

    let private call form branches =
        { Form = form
          Phase = CombinatorPhase.Open
          Branches = branches
          Cause = CombinatorCause.None
          Decider = 0
          Cancelled = false
          Rest = Severity.None
          Result = { Severity = Severity.None; Branch = 0 } }

    /// A call with some branches, none of which has been spawned.
    let initial form branches =
        call form (CombinatorBranches.Waiting branches)

    /// The same for a driver that goes forward only: a step that is taken changes the branches of the state before it.
    let initialInPlace form branches =
        call form (CombinatorBranches.WaitingInPlace branches)

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

    let private isBranch (state: CombinatorState) number =
        number >= 1 && number <= state.Branches.Count

    let private branchIs phase (state: CombinatorState) number =
        isBranch state number && isAt phase state.Branches[number]

    // The first guard that fails; the one that is let go holds.
    let private failing (dropped: CombinatorPremise) (state: CombinatorState) action =
        let inline fails premise holds = not holds && dropped <> premise
        let isOpen = (state.Phase = CombinatorPhase.Open)

        match action with
        | BranchStart number
        | BranchRefused number ->
            if fails CombinatorPremise.KnownBranch (isBranch state number) then
                CombinatorPremise.KnownBranch
            elif fails CombinatorPremise.NotSettled isOpen then
                CombinatorPremise.NotSettled
            elif fails CombinatorPremise.BranchWaiting (branchIs BranchPhase.Waiting state number) then
                CombinatorPremise.BranchWaiting
            elif fails CombinatorPremise.InOrder (state.Branches.NoneWaitsBefore number) then
                CombinatorPremise.InOrder
            else
                CombinatorPremise.None
        | BranchEnd(number, outcome) ->
            if fails CombinatorPremise.KnownBranch (isBranch state number) then
                CombinatorPremise.KnownBranch
            elif fails CombinatorPremise.OutcomeKnown (isKnown outcome) then
                CombinatorPremise.OutcomeKnown
            elif fails CombinatorPremise.BranchRunning (branchIs BranchPhase.Running state number) then
                CombinatorPremise.BranchRunning
            else
                CombinatorPremise.None
        | TimeUp ->
            if fails CombinatorPremise.HasTimer (state.Form = CombinatorForm.Timeout) then
                CombinatorPremise.HasTimer
            elif fails CombinatorPremise.NotSettled isOpen then
                CombinatorPremise.NotSettled
            else
                CombinatorPremise.None
        | CombinatorCancel ->
            if fails CombinatorPremise.NotReturned (state.Phase <> CombinatorPhase.Returned) then
                CombinatorPremise.NotReturned
            else
                CombinatorPremise.None
        | CombinatorReturn rest ->
            if fails CombinatorPremise.OutcomeKnown (isKnown rest) then
                CombinatorPremise.OutcomeKnown
            elif fails CombinatorPremise.IsSettled (state.Phase = CombinatorPhase.Settled) then
                CombinatorPremise.IsSettled
            elif fails CombinatorPremise.AllDrained (not state.Branches.AnyRuns) then
                CombinatorPremise.AllDrained
            else
                CombinatorPremise.None

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

    let internal foundOk (state: CombinatorState) =
        state.Form = CombinatorForm.FirstOk
        && state.Decider <> 0
        && state.Branches[state.Decider].Outcome = Severity.Ok

    /// Whether the outcome of this branch has a say in the result.
    let private counts dropped (state: CombinatorState) number =
        let keeps premise = dropped <> premise
        let branch = state.Branches[number]

        let hasSay =
            if state.Cause <> CombinatorCause.Decided then
                false
            elif
                state.Form = CombinatorForm.CollectAll
                && keeps CombinatorPremise.OutcomesAreValues
            then
                false
            elif
                (foundOk state && keeps CombinatorPremise.OkSuffices)
                || not (keeps CombinatorPremise.KeepWorst)
            then
                number = state.Decider
            elif keeps CombinatorPremise.OnlyUnasked then
                branch.Asked.IsNone
            else
                true

        let panicked = branch.Outcome = Severity.Panicked && keeps CombinatorPremise.KeepPanic

        isAt BranchPhase.Ended branch && (hasSay || panicked)

    let private resultOf dropped (state: CombinatorState) rest =
        let unless premise condition outcome =
            if condition && dropped <> premise then outcome else Severity.Ok

        let mutable worst =
            unless CombinatorPremise.UndecidedFails (state.Cause <> CombinatorCause.Decided) Severity.Err
            |> max (unless CombinatorPremise.KeepCancel state.Cancelled Severity.Cancelled)
            |> max (unless CombinatorPremise.KeepRest true rest)

        for number in 1 .. state.Branches.Count do
            if counts dropped state number then
                worst <- max worst state.Branches[number].Outcome

        // The first whose outcome that is.
        let mutable bearer = 0

        for number in 1 .. state.Branches.Count do
            if
                (bearer = 0 || dropped = CombinatorPremise.FirstOfWorst)
                && counts dropped state number
                && state.Branches[number].Outcome = worst
            then
                bearer <- number

        { Severity = worst; Branch = bearer }

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
        match failing dropped state action with
        | CombinatorPremise.None -> Ok(next dropped state action)
        | guard -> Error(Refused.by CombinatorPremise.Hundred (ruleOf action) guard)

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
