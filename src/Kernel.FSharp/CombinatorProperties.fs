namespace Asupersync.Kernel

/// The properties of chapter 14 of docs/semantics.md.
[<RequireQualifiedAccess>]
module CombinatorProperties =

    // Counted anew: the counts that the rules keep are among what is checked here.
    let private anyRuns (state: CombinatorState) =
        state.Branches.ToList() |> List.exists (Combinator.isAt BranchPhase.Running)

    let private endedOnes (state: CombinatorState) =
        List.indexed (state.Branches.ToList())
        |> List.filter (fun (_, branch) -> Combinator.isAt BranchPhase.Ended branch)
        |> List.map (fun (index, branch) -> index + 1, branch)

    let private unasked state =
        endedOnes state |> List.filter (fun (_, branch) -> branch.Asked.IsNone)

    let private panics state =
        endedOnes state
        |> List.filter (fun (_, branch) -> branch.Outcome = Severity.Panicked)

    let private worstOf branches =
        (Severity.Ok, branches)
        ||> List.fold (fun worst (_, branch) -> max worst branch.Outcome)

    let private isReturned (state: CombinatorState) = state.Phase = CombinatorPhase.Returned

    // Nothing beside the branches has a say in the result.
    let private isPlain state =
        isReturned state
        && state.Cause = CombinatorCause.Decided
        && not state.Cancelled
        && state.Rest = Severity.Ok
        && (panics state).IsEmpty

    let private allEnded (state: CombinatorState) =
        state.Branches.ToList() |> List.forall (Combinator.isAt BranchPhase.Ended)

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (CombinatorState -> bool)) list =
        [ "LosersDrained", (fun state -> not (isReturned state) || not (anyRuns state))
          "StartedInOrder",
          (fun state ->
              List.pairwise (state.Branches.ToList())
              |> List.forall (fun (a, b) ->
                  Combinator.isAt BranchPhase.Waiting b
                  || not (Combinator.isAt BranchPhase.Waiting a)))
          "EndedMeansSettled", (fun state -> not (allEnded state) || state.Phase <> CombinatorPhase.Open)
          "DecisiveEndSettles",
          (fun state ->
              state.Phase <> CombinatorPhase.Open
              || endedOnes state
                 |> List.forall (fun (_, branch) -> not (Combinator.isDecisive state.Form branch.Outcome)))
          "DeciderDecides",
          (fun state ->
              state.Decider = 0
              || Combinator.isDecisive state.Form state.Branches[state.Decider].Outcome
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
                      || Combinator.foundOk state)

              not hasWinner
              || state.Result =
                  { Severity = state.Branches[state.Decider].Outcome
                    Branch = state.Decider })
          "WorstIsResult",
          (fun state ->
              let hasWorst =
                  isPlain state
                  && (state.Form = CombinatorForm.JoinAll || state.Form = CombinatorForm.FirstOk)
                  && not (Combinator.foundOk state)

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
        List.zip (before.Branches.ToList()) (after.Branches.ToList())
        |> List.filter (fun (old, now) -> old <> now)

    let private runningAsk holds (state: CombinatorState) =
        state.Branches.ToList()
        |> List.forall (fun branch -> not (Combinator.isAt BranchPhase.Running branch) || holds branch.Asked)

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
                 |> List.forall (fun (old, now) ->
                     not (
                         Combinator.isAt BranchPhase.Waiting old
                         && Combinator.isAt BranchPhase.Running now
                     )))
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
