// One saga (docs/semantics.md, chapter 12): steps in order, each with a compensation. Proved for any number of steps.
module Saga {

  datatype Outcome = Ok | Err | Cancelled | Panicked
  datatype Phase = Running | Compensating | Completed | Aborted
  datatype StepPhase = Pending | Active | Done | Failed | Undoing | Compensated | Stuck

  // Step i stands at position i; nothing reads position 0. Active and Undoing are the Running and Compensating of a step.
  datatype State = State(phase: Phase, steps: seq<StepPhase>, outcome: Outcome, undone: seq<nat>)

  function Severity(o: Outcome): nat {
    match o
    case Ok => 0
    case Err => 1
    case Cancelled => 2
    case Panicked => 3
  }

  // KeepWorst
  function Worse(a: Outcome, b: Outcome): Outcome { if Severity(a) >= Severity(b) then a else b }

  ghost predicate KnownStep(s: State, i: int) { 1 <= i < |s.steps| }
  ghost predicate FailureFits(o: Outcome) { Severity(o) > 0 }
  ghost predicate Busy(s: State) { exists i | KnownStep(s, i) :: s.steps[i] in {Active, Undoing} }

  // ---- the rules ------------------------------------------------------------------------------------------------

  ghost predicate Init(s: State) {
    s.phase == Running && |s.steps| >= 1 && (forall i | KnownStep(s, i) :: s.steps[i] == Pending) && s.outcome == Ok
    && s.undone == []
  }

  ghost predicate SagaStep(s: State, u: State, i: nat) {
    && KnownStep(s, i)
    && s.phase == Running                                          // SagaRunning
    && s.steps[i] == Pending                                       // StepPending
    && (forall j | 1 <= j < i :: s.steps[j] == Done)               // InOrder
    && u == s.(steps := s.steps[i := Active])
  }

  ghost predicate SagaStepOk(s: State, u: State, i: nat) {
    && KnownStep(s, i)
    && s.steps[i] == Active                                        // StepRunning
    && u == s.(steps := s.steps[i := Done])
  }

  ghost predicate SagaStepFail(s: State, u: State, i: nat, o: Outcome) {
    && KnownStep(s, i)
    && FailureFits(o)
    && s.steps[i] == Active                                        // StepRunning
    && u == s.(steps := s.steps[i := Failed],
               phase := Compensating,                              // FailureCompensates
               outcome := Worse(s.outcome, o))                     // RecordFailure
  }

  ghost predicate SagaAbort(s: State, u: State) {
    && s.phase == Running                                          // SagaRunning
    && !Busy(s)                                                    // StepDrained
    && u == s.(phase := Compensating, outcome := Worse(s.outcome, Cancelled))  // RecordAbort
  }

  ghost predicate SagaCompensate(s: State, u: State, i: nat) {
    && KnownStep(s, i)
    && s.phase == Compensating                                     // SagaCompensating
    && s.steps[i] == Done                                          // StepDone
    && !Busy(s)                                                    // StepDrained
    && (forall j | i < j < |s.steps| :: s.steps[j] != Done)        // NewestFirst
    && u == s.(steps := s.steps[i := Undoing], undone := s.undone + [i])
  }

  ghost predicate SagaCompensateOk(s: State, u: State, i: nat) {
    && KnownStep(s, i)
    && s.steps[i] == Undoing                                       // StepCompensating
    && u == s.(steps := s.steps[i := Compensated])                 // Settle
  }

  ghost predicate SagaCompensateFail(s: State, u: State, i: nat, o: Outcome) {
    && KnownStep(s, i)
    && FailureFits(o)
    && s.steps[i] == Undoing                                       // StepCompensating
    && u == s.(steps := s.steps[i := Stuck], outcome := Worse(s.outcome, o))  // RecordFailure
  }

  ghost predicate SagaComplete(s: State, u: State) {
    && s.phase in {Running, Compensating}                          // SagaUnfinished
    && (s.phase == Running ==> forall i | KnownStep(s, i) :: s.steps[i] == Done)                      // AllDone
    && (s.phase == Compensating ==> !Busy(s) && forall i | KnownStep(s, i) :: s.steps[i] != Done)     // AllUndone
    && u == s.(phase := if s.phase == Running then Completed else Aborted)
  }

  datatype Action =
    | ASagaStep(step: nat)
    | ASagaStepOk(step: nat)
    | ASagaStepFail(step: nat, outcome: Outcome)
    | ASagaAbort
    | ASagaCompensate(step: nat)
    | ASagaCompensateOk(step: nat)
    | ASagaCompensateFail(step: nat, outcome: Outcome)
    | ASagaComplete

  ghost predicate Step(s: State, u: State, a: Action) {
    match a
    case ASagaStep(i) => SagaStep(s, u, i)
    case ASagaStepOk(i) => SagaStepOk(s, u, i)
    case ASagaStepFail(i, o) => SagaStepFail(s, u, i, o)
    case ASagaAbort => SagaAbort(s, u)
    case ASagaCompensate(i) => SagaCompensate(s, u, i)
    case ASagaCompensateOk(i) => SagaCompensateOk(s, u, i)
    case ASagaCompensateFail(i, o) => SagaCompensateFail(s, u, i, o)
    case ASagaComplete => SagaComplete(s, u)
  }

  // ---- properties -----------------------------------------------------------------------------------------------

  ghost predicate OneAtATime(s: State) {
    forall i, j | 1 <= i < j < |s.steps| :: !(s.steps[i] in {Active, Undoing} && s.steps[j] in {Active, Undoing})
  }

  ghost predicate CompensatedOnce(s: State) { forall i, j | 0 <= i < j < |s.undone| :: s.undone[i] != s.undone[j] }
  ghost predicate ReverseOrder(s: State) { forall i, j | 0 <= i < j < |s.undone| :: s.undone[i] >= s.undone[j] }
  ghost predicate InSequence(s: State) { forall i | 2 <= i < |s.steps| :: s.steps[i] != Pending ==> s.steps[i - 1] != Pending }

  ghost predicate CompletedMeansDone(s: State) {
    s.phase == Completed ==> forall i | KnownStep(s, i) :: s.steps[i] == Done
  }

  ghost predicate AbortedMeansUndone(s: State) {
    s.phase == Aborted ==> forall i | KnownStep(s, i) :: s.steps[i] in {Pending, Failed, Compensated, Stuck}
  }

  ghost predicate OutcomeOfPhase(s: State) { s.outcome == Ok <==> s.phase in {Running, Completed} }
  ghost predicate CompensatingIsIdle(s: State) { s.phase != Running ==> forall i | KnownStep(s, i) :: s.steps[i] != Active }

  ghost predicate SagaPhaseGraph(s: State, u: State) {
    || u.phase == s.phase
    || (s.phase == Running && u.phase in {Compensating, Completed})
    || (s.phase == Compensating && u.phase == Aborted)
  }

  ghost predicate EndIsFinal(s: State, u: State) { s.phase in {Completed, Aborted} ==> u == s }
  ghost predicate OutcomeNeverBetter(s: State, u: State) { Severity(s.outcome) <= Severity(u.outcome) }

  // ---- the inductive invariant ----------------------------------------------------------------------------------

  // Forward: a row of Done steps, then perhaps the one that runs, then Pending ones.
  ghost predicate Forward(s: State) {
    && s.undone == []
    && (forall i | KnownStep(s, i) :: s.steps[i] in {Pending, Active, Done})
    && (forall i, j | 1 <= i < j < |s.steps| && s.steps[j] != Pending :: s.steps[i] == Done)
  }

  // Backward: a row of Done steps, then those whose compensations began, newest first; the last of them may still run.
  ghost predicate Backward(s: State) {
    && (forall i | KnownStep(s, i) :: s.steps[i] != Active)
    && (forall i, j | 1 <= i < j < |s.steps| && s.steps[j] != Pending :: s.steps[i] != Pending)
    && (forall n | 0 <= n < |s.undone| :: KnownStep(s, s.undone[n]))
    && (forall n, m | 0 <= n < m < |s.undone| :: s.undone[n] > s.undone[m])
    && (forall n, i | 0 <= n < |s.undone| && KnownStep(s, i) && s.steps[i] == Done :: i < s.undone[n])
    && (forall i | KnownStep(s, i) && s.steps[i] == Undoing :: s.undone != [] && s.undone[|s.undone| - 1] == i)
    && (forall n | 0 <= n < |s.undone| :: s.steps[s.undone[n]] in {Undoing, Compensated, Stuck})
  }

  ghost predicate Inv(s: State) {
    && |s.steps| >= 1
    && OutcomeOfPhase(s)
    && (if s.phase in {Running, Completed} then Forward(s) else Backward(s))
    && CompletedMeansDone(s)
    && AbortedMeansUndone(s)
  }

  ghost predicate Keeps(s: State, u: State) {
    Inv(u) && SagaPhaseGraph(s, u) && EndIsFinal(s, u) && OutcomeNeverBetter(s, u)
  }

  lemma SagaStepKeeps(s: State, u: State, i: nat)
    requires Inv(s) && SagaStep(s, u, i)
    ensures Keeps(s, u)
  {}

  lemma SagaStepOkKeeps(s: State, u: State, i: nat)
    requires Inv(s) && SagaStepOk(s, u, i)
    ensures Keeps(s, u)
  {}

  lemma SagaStepFailKeeps(s: State, u: State, i: nat, o: Outcome)
    requires Inv(s) && SagaStepFail(s, u, i, o)
    ensures Keeps(s, u)
  {}

  lemma SagaAbortKeeps(s: State, u: State)
    requires Inv(s) && SagaAbort(s, u)
    ensures Keeps(s, u)
  {}

  lemma SagaCompensateKeeps(s: State, u: State, i: nat)
    requires Inv(s) && SagaCompensate(s, u, i)
    ensures Keeps(s, u)
  {}

  lemma SagaCompensateOkKeeps(s: State, u: State, i: nat)
    requires Inv(s) && SagaCompensateOk(s, u, i)
    ensures Keeps(s, u)
  {}

  lemma SagaCompensateFailKeeps(s: State, u: State, i: nat, o: Outcome)
    requires Inv(s) && SagaCompensateFail(s, u, i, o)
    ensures Keeps(s, u)
  {}

  lemma SagaCompleteKeeps(s: State, u: State)
    requires Inv(s) && SagaComplete(s, u)
    ensures Keeps(s, u)
  {}

  lemma StepKeeps(s: State, u: State, a: Action)
    requires Inv(s) && Step(s, u, a)
    ensures Keeps(s, u)
  {
    match a
    case ASagaStep(i) => SagaStepKeeps(s, u, i);
    case ASagaStepOk(i) => SagaStepOkKeeps(s, u, i);
    case ASagaStepFail(i, o) => SagaStepFailKeeps(s, u, i, o);
    case ASagaAbort => SagaAbortKeeps(s, u);
    case ASagaCompensate(i) => SagaCompensateKeeps(s, u, i);
    case ASagaCompensateOk(i) => SagaCompensateOkKeeps(s, u, i);
    case ASagaCompensateFail(i, o) => SagaCompensateFailKeeps(s, u, i, o);
    case ASagaComplete => SagaCompleteKeeps(s, u);
  }

  // ---- theorems -------------------------------------------------------------------------------------------------

  ghost predicate Run(states: seq<State>, actions: seq<Action>) {
    && |states| == |actions| + 1
    && Init(states[0])
    && forall i | 0 <= i < |actions| :: Step(states[i], states[i + 1], actions[i])
  }

  lemma RunKeeps(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures Inv(states[i])
  { if i > 0 { RunKeeps(states, actions, i - 1); StepKeeps(states[i - 1], states[i], actions[i - 1]); } }

  // The state properties of chapter 12, in every state of every run.
  lemma SagaStates(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures var s := states[i];
      && OneAtATime(s) && CompensatedOnce(s) && ReverseOrder(s) && InSequence(s) && CompletedMeansDone(s)
      && AbortedMeansUndone(s) && OutcomeOfPhase(s) && CompensatingIsIdle(s)
  { RunKeeps(states, actions, i); }

  // The step properties of chapter 12, of every step of every run.
  lemma SagaSteps(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |actions|
    ensures var s, u := states[i], states[i + 1];
      SagaPhaseGraph(s, u) && EndIsFinal(s, u) && OutcomeNeverBetter(s, u)
  {
    RunKeeps(states, actions, i);
    StepKeeps(states[i], states[i + 1], actions[i]);
  }
}
