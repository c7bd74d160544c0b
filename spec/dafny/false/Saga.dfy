// Must be rejected: each Planted lemma has one premise of its rule dropped; its Twin keeps it and is accepted.
include "../Saga.dfy"

module PlantedSaga {
  import opened Saga

  // SagaStep, with InOrder on or off.
  ghost predicate Begin(s: State, u: State, i: nat, inOrder: bool) {
    && KnownStep(s, i) && s.phase == Running && s.steps[i] == Pending
    && (inOrder ==> forall j | 1 <= j < i :: s.steps[j] == Done)
    && u == s.(steps := s.steps[i := Active])
  }

  lemma TwinBegin(s: State, u: State, i: nat)
    requires Inv(s) && Begin(s, u, i, true)
    ensures OneAtATime(u) && InSequence(u)
  {}

  lemma PlantedInSequence(s: State, u: State, i: nat)
    requires Inv(s) && Begin(s, u, i, false)
    ensures InSequence(u)
  {}

  lemma PlantedOneAtATime(s: State, u: State, i: nat)
    requires Inv(s) && Begin(s, u, i, false)
    ensures OneAtATime(u)
  {}

  // SagaAbort, with StepDrained and RecordAbort on or off.
  ghost predicate Stop(s: State, u: State, drained: bool, recorded: bool) {
    && s.phase == Running && (drained ==> !Busy(s))
    && u == s.(phase := Compensating, outcome := if recorded then Worse(s.outcome, Cancelled) else s.outcome)
  }

  lemma TwinStop(s: State, u: State)
    requires Inv(s) && Stop(s, u, true, true)
    ensures CompensatingIsIdle(u) && OutcomeOfPhase(u)
  {}

  lemma PlantedCompensatingIsIdle(s: State, u: State)
    requires Inv(s) && Stop(s, u, false, true)
    ensures CompensatingIsIdle(u)
  {}

  lemma PlantedOutcomeOfPhase(s: State, u: State)
    requires Inv(s) && Stop(s, u, true, false)
    ensures OutcomeOfPhase(u)
  {}

  // SagaCompensate, with NewestFirst, StepDone and StepDrained on or off.
  ghost predicate Undo(s: State, u: State, i: nat, newest: bool, done: bool, drained: bool) {
    && KnownStep(s, i) && s.phase == Compensating
    && (done ==> s.steps[i] == Done)
    && (drained ==> !Busy(s))
    && (newest ==> forall j | i < j < |s.steps| :: s.steps[j] != Done)
    && u == s.(steps := s.steps[i := Undoing], undone := s.undone + [i])
  }

  lemma TwinUndo(s: State, u: State, i: nat)
    requires Inv(s) && Undo(s, u, i, true, true, true)
    ensures ReverseOrder(u) && CompensatedOnce(u) && OneAtATime(u)
  {}

  lemma PlantedCompensatedOnce(s: State, u: State, i: nat)
    requires Inv(s) && Undo(s, u, i, true, false, true)
    ensures CompensatedOnce(u)
  {}

  lemma PlantedTwoAtATime(s: State, u: State, i: nat)
    requires Inv(s) && Undo(s, u, i, true, true, false)
    ensures OneAtATime(u)
  {}

  // The next compensation is then of a later step.
  lemma PlantedReverseOrder(s: State, u: State, v: State, w: State, i: nat, j: nat)
    requires Inv(s) && Undo(s, u, i, false, true, true) && SagaCompensateOk(u, v, i) && Undo(v, w, j, false, true, true)
    ensures ReverseOrder(w)
  {}

  lemma TwinReverseOrder(s: State, u: State, v: State, w: State, i: nat, j: nat)
    requires Inv(s) && Undo(s, u, i, true, true, true) && SagaCompensateOk(u, v, i) && Undo(v, w, j, true, true, true)
    ensures ReverseOrder(w)
  { SagaCompensateKeeps(s, u, i); SagaCompensateOkKeeps(u, v, i); SagaCompensateKeeps(v, w, j); }

  // SagaComplete, with AllDone, AllUndone and SagaUnfinished on or off.
  ghost predicate Finish(s: State, u: State, unfinished: bool, allDone: bool, allUndone: bool) {
    && (unfinished ==> s.phase in {Running, Compensating})
    && (allDone && s.phase == Running ==> forall i | KnownStep(s, i) :: s.steps[i] == Done)
    && (allUndone && s.phase == Compensating ==> !Busy(s) && forall i | KnownStep(s, i) :: s.steps[i] != Done)
    && u == s.(phase := if s.phase == Running then Completed else Aborted)
  }

  lemma TwinFinish(s: State, u: State)
    requires Inv(s) && Finish(s, u, true, true, true)
    ensures CompletedMeansDone(u) && AbortedMeansUndone(u) && SagaPhaseGraph(s, u) && EndIsFinal(s, u)
  {}

  lemma PlantedCompletedMeansDone(s: State, u: State)
    requires Inv(s) && Finish(s, u, true, false, true)
    ensures CompletedMeansDone(u)
  {}

  lemma PlantedAbortedMeansUndone(s: State, u: State)
    requires Inv(s) && Finish(s, u, true, true, false)
    ensures AbortedMeansUndone(u)
  {}

  lemma PlantedSagaPhaseGraph(s: State, u: State)
    requires Inv(s) && Finish(s, u, false, true, true)
    ensures SagaPhaseGraph(s, u)
  {}

  lemma PlantedEndIsFinal(s: State, u: State)
    requires Inv(s) && Finish(s, u, false, true, true)
    ensures EndIsFinal(s, u)
  {}

  // KeepWorst let go.
  lemma PlantedOutcomeNeverBetter(s: State, u: State, o: Outcome)
    requires Inv(s) && FailureFits(o) && u == s.(outcome := o)
    ensures OutcomeNeverBetter(s, u)
  {}
}
