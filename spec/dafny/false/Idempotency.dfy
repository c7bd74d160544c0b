// Must be rejected: each Planted lemma has one premise of its rule dropped; its Twin keeps it and is accepted.
include "../Idempotency.dfy"

module PlantedIdempotency {
  import opened Idempotency

  // AdmitNew, with KeyFree on or off.
  ghost predicate Admit(s: State, u: State, k: Key, f: Fingerprint, free: bool) {
    && (free ==> !KeyTaken(s, k))
    && u == s.(records := s.records[k := Record(f, |s.executions|, Nothing, 0)],
               executions := s.executions + [Execution(k, f, Nothing)], answer := Silent)
  }

  lemma TwinAdmit(s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && Admit(s, u, k, f, true)
    ensures AtMostOneLive(u) && LiveIsInFlight(u) && InFlightNeverEvicted(s, u)
  {}

  lemma PlantedAtMostOneLive(s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && Admit(s, u, k, f, false)
    ensures AtMostOneLive(u)
  {}

  // RecordComplete, with IsInFlight and IsExecution on or off, and a lifetime of its own.
  ghost predicate End(lifetime: int, s: State, u: State, k: Key, id: nat, o: Outcome, inFlight: bool, same: bool) {
    && o != Nothing && KeyTaken(s, k) && KnownExecution(s, id)
    && var x := s.records[k];
    && (inFlight ==> IsInFlight(x))
    && (same ==> x.execution == id)
    && u == s.(records := s.records[k := x.(outcome := o, expires := s.now + lifetime)],
               executions := s.executions[id := s.executions[id].(outcome := o)], answer := Silent)
  }

  lemma TwinEnd(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome)
    requires Inv(s) && End(lifetime, s, u, k, id, o, true, true)
    ensures Keeps(lifetime, s, u)
  {}

  lemma PlantedOutcomeRecordedOnce(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome)
    requires Inv(s) && End(lifetime, s, u, k, id, o, false, true)
    ensures OutcomeRecordedOnce(s, u)
  {}

  // Without RecordOutcome the execution goes on living, and its key is not in flight.
  lemma PlantedLiveIsInFlight(s: State, u: State, k: Key, o: Outcome)
    requires Inv(s) && o != Nothing && KeyTaken(s, k) && IsInFlight(s.records[k])
    requires u == s.(records := s.records[k := s.records[k].(outcome := o)], answer := Silent)
    ensures LiveIsInFlight(u)
  {}

  // Without KeepExecution the outcome is somebody else's.
  lemma PlantedKeepExecution(s: State, u: State, k: Key, o: Outcome)
    requires Inv(s) && o != Nothing && KeyTaken(s, k) && IsInFlight(s.records[k])
    requires u == s.(records := s.records[k := s.records[k].(outcome := o, execution := 0)], answer := Silent)
    ensures InFlightNeverEvicted(s, u)
  {}

  lemma PlantedOtherExecution(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome)
    requires Inv(s) && End(lifetime, s, u, k, id, o, true, false)
    ensures OutcomeRecordedOnce(s, u)
  {}

  // What the next duplicate hears is then not what its execution ended with.
  lemma PlantedDuplicateSameOutcome(lifetime: nat, s: State, u: State, v: State, k: Key, id: nat, o: Outcome,
                                    f: Fingerprint)
    requires Inv(s) && End(lifetime, s, u, k, id, o, true, false) && Duplicate(u, v, k, f)
    ensures DuplicateSameOutcome(v)
  {}

  lemma TwinDuplicateSameOutcome(lifetime: nat, s: State, u: State, v: State, k: Key, id: nat, o: Outcome,
                                 f: Fingerprint)
    requires Inv(s) && End(lifetime, s, u, k, id, o, true, true) && Duplicate(u, v, k, f)
    ensures DuplicateSameOutcome(v)
  {}

  lemma PlantedKeptForLifetime(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome)
    requires Inv(s) && End(0, s, u, k, id, o, true, true)
    ensures KeptForLifetime(lifetime, s, u)
  {}

  // Evict, with IsDone and Expired on or off.
  ghost predicate Forget(s: State, u: State, k: Key, done: bool, expired: bool) {
    && KeyTaken(s, k)
    && (done ==> !IsInFlight(s.records[k]))
    && (expired ==> s.now >= s.records[k].expires)
    && u == s.(records := s.records - {k}, answer := Silent)
  }

  lemma TwinForget(lifetime: nat, s: State, u: State, k: Key)
    requires Inv(s) && Forget(s, u, k, true, true)
    ensures Keeps(lifetime, s, u)
  {}

  lemma PlantedInFlightNeverEvicted(s: State, u: State, k: Key)
    requires Inv(s) && Forget(s, u, k, false, true)
    ensures InFlightNeverEvicted(s, u)
  {}

  lemma PlantedForgotten(s: State, u: State, k: Key)
    requires Inv(s) && Forget(s, u, k, false, true)
    ensures LiveIsInFlight(u)
  {}

  lemma PlantedExpired(lifetime: nat, s: State, u: State, k: Key)
    requires Inv(s) && Forget(s, u, k, true, false)
    ensures KeptForLifetime(lifetime, s, u)
  {}

  // Duplicate without SameFingerprint, Conflict without OtherFingerprint, Advance without Forward.
  lemma PlantedSameFingerprint(s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && KeyTaken(s, k)
    requires u == s.(answer := Duplicated(f, s.records[k].execution, s.records[k].outcome))
    ensures AnswerFitsFingerprint(u)
  {}

  lemma PlantedOtherFingerprint(s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && KeyTaken(s, k) && u == s.(answer := Conflicted(f, s.records[k].execution))
    ensures AnswerFitsFingerprint(u)
  {}

  lemma PlantedClockForward(s: State, u: State, n: int)
    requires Inv(s) && u == s.(now := n, answer := Silent)
    ensures ClockForward(s, u)
  {}
}
