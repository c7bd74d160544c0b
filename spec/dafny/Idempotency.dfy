// The idempotency store (docs/semantics.md, chapter 11): a record for each key in use, and every execution that was ever
// admitted. Proved for any number of keys, requests and executions, any lifetime and any times.
module Idempotency {

  type Key = nat
  type Fingerprint = nat

  // An outcome of chapter 1 without its reason; Nothing while the execution lives.
  datatype Outcome = Nothing | Ok | Err | Cancelled | Panicked
  datatype Record = Record(fingerprint: Fingerprint, execution: nat, outcome: Outcome, expires: int)
  datatype Execution = Execution(key: Key, fingerprint: Fingerprint, outcome: Outcome)
  datatype Answer =
    | Silent
    | Admitted(execution: nat)
    | Duplicated(fingerprint: Fingerprint, execution: nat, outcome: Outcome)
    | Conflicted(fingerprint: Fingerprint, execution: nat)

  // Execution n stands at n; nothing reads position 0.
  datatype State = State(now: int, records: map<Key, Record>, executions: seq<Execution>, answer: Answer)

  ghost predicate KnownExecution(s: State, id: nat) { 1 <= id < |s.executions| }
  ghost predicate KeyTaken(s: State, k: Key) { k in s.records }
  ghost predicate IsInFlight(x: Record) { x.outcome == Nothing }
  ghost predicate IsLive(x: Execution) { x.outcome == Nothing }

  // ---- the rules ------------------------------------------------------------------------------------------------

  ghost predicate Init(s: State) { s.now == 0 && s.records == map[] && |s.executions| == 1 && s.answer == Silent }

  ghost predicate AdmitNew(s: State, u: State, k: Key, f: Fingerprint, id: nat) {
    && !KeyTaken(s, k)                                             // KeyFree
    && id == |s.executions|                                        // FreshExecution
    && u == s.(records := s.records[k := Record(f, id, Nothing, 0)],
               executions := s.executions + [Execution(k, f, Nothing)],
               answer := Admitted(id))
  }

  ghost predicate Duplicate(s: State, u: State, k: Key, f: Fingerprint) {
    && KeyTaken(s, k)
    && var x := s.records[k];
    && x.fingerprint == f                                          // SameFingerprint
    && u == s.(answer := Duplicated(f, x.execution, x.outcome))
  }

  ghost predicate Conflict(s: State, u: State, k: Key, f: Fingerprint) {
    && KeyTaken(s, k)
    && var x := s.records[k];
    && x.fingerprint != f                                          // OtherFingerprint
    && u == s.(answer := Conflicted(f, x.execution))
  }

  ghost predicate RecordComplete(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome) {
    && o != Nothing
    && KeyTaken(s, k)
    && KnownExecution(s, id)
    && var x := s.records[k];
    && IsInFlight(x)
    && x.execution == id                                           // IsExecution
    && u == s.(records := s.records[k := x.(outcome := o, expires := s.now + lifetime)],   // KeepForLifetime
               executions := s.executions[id := s.executions[id].(outcome := o)],
               answer := Silent)
  }

  ghost predicate Evict(s: State, u: State, k: Key) {
    && KeyTaken(s, k)
    && !IsInFlight(s.records[k])                                   // IsDone
    && s.now >= s.records[k].expires                               // Expired
    && u == s.(records := s.records - {k}, answer := Silent)
  }

  ghost predicate Advance(s: State, u: State, n: int) {
    && n > s.now                                                   // Forward
    && u == s.(now := n, answer := Silent)
  }

  datatype Action =
    | AAdmitNew(key: Key, fingerprint: Fingerprint, execution: nat)
    | ADuplicate(key: Key, fingerprint: Fingerprint)
    | AConflict(key: Key, fingerprint: Fingerprint)
    | ARecordComplete(key: Key, execution: nat, outcome: Outcome)
    | AEvict(key: Key)
    | AAdvance(now: int)

  ghost predicate Step(lifetime: nat, s: State, u: State, a: Action) {
    match a
    case AAdmitNew(k, f, id) => AdmitNew(s, u, k, f, id)
    case ADuplicate(k, f) => Duplicate(s, u, k, f)
    case AConflict(k, f) => Conflict(s, u, k, f)
    case ARecordComplete(k, id, o) => RecordComplete(lifetime, s, u, k, id, o)
    case AEvict(k) => Evict(s, u, k)
    case AAdvance(n) => Advance(s, u, n)
  }

  // ---- properties -----------------------------------------------------------------------------------------------

  ghost predicate AtMostOneLive(s: State) {
    forall i, j | 1 <= i < j < |s.executions| ::
      IsLive(s.executions[i]) && IsLive(s.executions[j]) ==> s.executions[i].key != s.executions[j].key
  }

  ghost predicate LiveIsInFlight(s: State) {
    && (forall id | 1 <= id < |s.executions| :: IsLive(s.executions[id]) ==>
          var k := s.executions[id].key;
          k in s.records && IsInFlight(s.records[k]))
    && (forall k | k in s.records && IsInFlight(s.records[k]) ::
          var id := s.records[k].execution;
          KnownExecution(s, id) && IsLive(s.executions[id]) && s.executions[id].key == k)
  }

  ghost predicate DuplicateSameOutcome(s: State) {
    s.answer.Duplicated? ==>
      KnownExecution(s, s.answer.execution) && s.answer.outcome == s.executions[s.answer.execution].outcome
  }

  ghost predicate AnswerFitsFingerprint(s: State) {
    && (s.answer.Duplicated? ==>
          KnownExecution(s, s.answer.execution) &&
          s.executions[s.answer.execution].fingerprint == s.answer.fingerprint)
    && (s.answer.Conflicted? ==>
          KnownExecution(s, s.answer.execution) &&
          s.executions[s.answer.execution].fingerprint != s.answer.fingerprint)
  }

  ghost predicate OutcomeRecordedOnce(s: State, u: State) {
    |s.executions| <= |u.executions| &&
    forall id | 1 <= id < |s.executions| :: !IsLive(s.executions[id]) ==> u.executions[id] == s.executions[id]
  }

  ghost predicate InFlightNeverEvicted(s: State, u: State) {
    forall k | k in s.records && IsInFlight(s.records[k]) ::
      k in u.records && (IsInFlight(u.records[k]) || u.records[k].execution == s.records[k].execution)
  }

  ghost predicate KeptForLifetime(lifetime: nat, s: State, u: State) {
    forall k | k in s.records ::
      && (!IsInFlight(s.records[k]) && (k !in u.records || u.records[k] != s.records[k]) ==>
            s.now >= s.records[k].expires)
      && (IsInFlight(s.records[k]) && k in u.records && !IsInFlight(u.records[k]) ==>
            u.records[k].expires == s.now + lifetime)
  }

  ghost predicate ClockForward(s: State, u: State) { u.now >= s.now }

  // ---- the inductive invariant ----------------------------------------------------------------------------------

  // A record is its execution's; and a live execution has the record of its key.
  ghost predicate Inv(s: State) {
    && |s.executions| >= 1
    && (forall k | k in s.records ::
          var x := s.records[k];
          && KnownExecution(s, x.execution)
          && s.executions[x.execution] == Execution(k, x.fingerprint, x.outcome))
    && (forall id | 1 <= id < |s.executions| :: IsLive(s.executions[id]) ==>
          var k := s.executions[id].key;
          k in s.records && s.records[k].execution == id)
    && LiveIsInFlight(s)
    && DuplicateSameOutcome(s)
    && AnswerFitsFingerprint(s)
  }

  ghost predicate Keeps(lifetime: nat, s: State, u: State) {
    Inv(u) && OutcomeRecordedOnce(s, u) && InFlightNeverEvicted(s, u) && KeptForLifetime(lifetime, s, u)
    && ClockForward(s, u)
  }

  lemma AdmitNewKeeps(lifetime: nat, s: State, u: State, k: Key, f: Fingerprint, id: nat)
    requires Inv(s) && AdmitNew(s, u, k, f, id)
    ensures Keeps(lifetime, s, u)
  {}

  lemma DuplicateKeeps(lifetime: nat, s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && Duplicate(s, u, k, f)
    ensures Keeps(lifetime, s, u)
  {}

  lemma ConflictKeeps(lifetime: nat, s: State, u: State, k: Key, f: Fingerprint)
    requires Inv(s) && Conflict(s, u, k, f)
    ensures Keeps(lifetime, s, u)
  {}

  lemma RecordCompleteKeeps(lifetime: nat, s: State, u: State, k: Key, id: nat, o: Outcome)
    requires Inv(s) && RecordComplete(lifetime, s, u, k, id, o)
    ensures Keeps(lifetime, s, u)
  {}

  lemma EvictKeeps(lifetime: nat, s: State, u: State, k: Key)
    requires Inv(s) && Evict(s, u, k)
    ensures Keeps(lifetime, s, u)
  {}

  lemma AdvanceKeeps(lifetime: nat, s: State, u: State, n: int)
    requires Inv(s) && Advance(s, u, n)
    ensures Keeps(lifetime, s, u)
  {}

  lemma StepKeeps(lifetime: nat, s: State, u: State, a: Action)
    requires Inv(s) && Step(lifetime, s, u, a)
    ensures Keeps(lifetime, s, u)
  {
    match a
    case AAdmitNew(k, f, id) => AdmitNewKeeps(lifetime, s, u, k, f, id);
    case ADuplicate(k, f) => DuplicateKeeps(lifetime, s, u, k, f);
    case AConflict(k, f) => ConflictKeeps(lifetime, s, u, k, f);
    case ARecordComplete(k, id, o) => RecordCompleteKeeps(lifetime, s, u, k, id, o);
    case AEvict(k) => EvictKeeps(lifetime, s, u, k);
    case AAdvance(n) => AdvanceKeeps(lifetime, s, u, n);
  }

  // ---- theorems -------------------------------------------------------------------------------------------------

  ghost predicate Run(lifetime: nat, states: seq<State>, actions: seq<Action>) {
    && |states| == |actions| + 1
    && Init(states[0])
    && forall i | 0 <= i < |actions| :: Step(lifetime, states[i], states[i + 1], actions[i])
  }

  lemma RunKeeps(lifetime: nat, states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(lifetime, states, actions) && i < |states|
    ensures Inv(states[i])
  {
    if i > 0 {
      RunKeeps(lifetime, states, actions, i - 1);
      StepKeeps(lifetime, states[i - 1], states[i], actions[i - 1]);
    }
  }

  // The state properties of chapter 11, in every state of every run.
  lemma IdempotencyStates(lifetime: nat, states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(lifetime, states, actions) && i < |states|
    ensures var s := states[i];
      AtMostOneLive(s) && LiveIsInFlight(s) && DuplicateSameOutcome(s) && AnswerFitsFingerprint(s)
  { RunKeeps(lifetime, states, actions, i); }

  // The step properties of chapter 11, of every step of every run.
  lemma IdempotencySteps(lifetime: nat, states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(lifetime, states, actions) && i < |actions|
    ensures var s, u := states[i], states[i + 1];
      && OutcomeRecordedOnce(s, u) && InFlightNeverEvicted(s, u) && KeptForLifetime(lifetime, s, u)
      && ClockForward(s, u)
  {
    RunKeeps(lifetime, states, actions, i);
    StepKeeps(lifetime, states[i], states[i + 1], actions[i]);
  }

  // An outcome, once recorded, is the same for ever, so that two duplicates of one execution never hear two outcomes.
  lemma OutcomeForGood(lifetime: nat, states: seq<State>, actions: seq<Action>, i: nat, j: nat, id: nat)
    requires Run(lifetime, states, actions) && i <= j < |states|
    requires KnownExecution(states[i], id) && !IsLive(states[i].executions[id])
    ensures KnownExecution(states[j], id) && states[j].executions[id] == states[i].executions[id]
    decreases j
  {
    if i < j {
      OutcomeForGood(lifetime, states, actions, i, j - 1, id);
      IdempotencySteps(lifetime, states, actions, j - 1);
    }
  }
}
