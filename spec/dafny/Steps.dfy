// What every step has to keep, and the lemmas that the proofs of single rules share.
include "Walk.dfy"

module Steps {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Properties
  import opened Invariant
  import opened Walk

  // The step properties, record by record.
  ghost predicate TaskStep(x: Task, y: Task) {
    && (x.phase == y.phase || PhaseStep(x.phase, y.phase))
    && AtMost(x.reason, y.reason)
    && y.polls <= x.polls && y.cost <= x.cost && y.cleanup <= x.cleanup
    && y.deadline == x.deadline && y.priority == x.priority
    && (IsCancelled(x) ==> y.mask <= x.mask)
    && (!Live(x) ==> y == x.(observed := y.observed) && (x.observed ==> y.observed))
    && (x.phase in {Cancelling, TaskPhase.Finalizing} && !Live(y) ==>
          y.outcome.Some? && (y.outcome.value.Cancelled? || y.outcome.value.Panicked?))
  }

  ghost predicate RegionStep(x: Region, y: Region) {
    && (Rung(y.phase) == Rung(x.phase) || Rung(y.phase) == Rung(x.phase) + 1)
    && AtMost(x.reason, y.reason)
    && y.budget == x.budget
    && (x.phase == Closed ==> y == x)
  }

  ghost predicate StepOK(s: State, u: State) {
    && NothingRemoved(s, u)
    && (forall t | 1 <= t < |s.tasks| :: TaskStep(s.tasks[t], u.tasks[t]))
    && (forall r | 1 <= r < |s.regions| :: RegionStep(s.regions[r], u.regions[r]))
    && (forall o | 1 <= o < |s.obligations| ::
          s.obligations[o].phase != Reserved ==> u.obligations[o] == s.obligations[o])
  }

  lemma StepMeans(s: State, u: State)
    requires StepOK(s, u)
    ensures ClosingMonotone(s, u) && TaskPhaseGraph(s, u) && ResolvedOnce(s, u) && ReasonNeverWeakens(s, u)
    ensures QuotaNeverGrows(s, u) && MaskOnlySpent(s, u) && FinalIsFinal(s, u) && AcknowledgedEndsCancelled(s, u)
  {
    assert forall t | 1 <= t < |s.tasks| :: TaskStep(s.tasks[t], u.tasks[t]);
    assert forall r | 1 <= r < |s.regions| :: RegionStep(s.regions[r], u.regions[r]);
  }

  ghost predicate Keeps(s: State, u: State) { Inv(u) && StepOK(s, u) }

  lemma AtMostReflexive()
    ensures forall a: Reason :: AtMost(a, a)
  {
    forall a: Reason ensures AtMost(a, a) { Total(a, a); }
  }

  lemma MarkedIsStep(s: State, u: State)
    requires Sound(s) && Marked(s, u)
    ensures StepOK(s, u)
  {
    AtMostReflexive();
    assert forall t | 1 <= t < |s.tasks| :: TaskMarked(s.tasks[t], u.tasks[t]);
    assert forall r | 1 <= r < |s.regions| :: RegionMarked(s.regions[r], u.regions[r]);
  }

  // A change and then a walk are one step, where the walk finds what changed in its old phase or past it.
  lemma StepThenWalk(s: State, s1: State, u: State)
    requires StepOK(s, s1) && Marked(s1, u) && |s1.tasks| == |s.tasks| && |s1.regions| == |s.regions|
    requires forall t | 1 <= t < |s.tasks| :: s1.tasks[t].phase == s.tasks[t].phase || !Live(s1.tasks[t])
    requires forall r | 1 <= r < |s.regions| :: s1.regions[r].phase == s.regions[r].phase || s1.regions[r].phase != Open
    ensures StepOK(s, u)
  {
    forall t | 1 <= t < |s.tasks| ensures TaskStep(s.tasks[t], u.tasks[t]) {
      assert TaskStep(s.tasks[t], s1.tasks[t]) && TaskMarked(s1.tasks[t], u.tasks[t]);
      if s1.tasks[t] != u.tasks[t] { Transitive(s.tasks[t].reason, s1.tasks[t].reason, u.tasks[t].reason); }
    }
    forall r | 1 <= r < |s.regions| ensures RegionStep(s.regions[r], u.regions[r]) {
      assert RegionStep(s.regions[r], s1.regions[r]) && RegionMarked(s1.regions[r], u.regions[r]);
      if s1.regions[r] != u.regions[r] { Transitive(s.regions[r].reason, s1.regions[r].reason, u.regions[r].reason); }
    }
  }

  // One task changes in what concerns nobody else: for the rules that touch one record only.
  ghost predicate Quiet(x: Task, y: Task) {
    && y == x.(phase := y.phase, started := y.started, waits := y.waits, mask := y.mask, depth := y.depth,
               polls := y.polls, cost := y.cost, cleanup := y.cleanup, observed := y.observed)
    && (Live(x) <==> Live(y))
    && (x.phase == y.phase || PhaseStep(x.phase, y.phase))
    && !(y.waits.OnRegion? && y.waits != x.waits)
    && (IsCancelled(x) ==> IsCancelled(y) && y.mask <= x.mask)
    && (IsCancelled(y) ==> IsCancelled(x))
    && y.polls <= x.polls && y.cost <= x.cost && y.cleanup <= x.cleanup
    && (x.observed ==> y.observed)
    && (!Live(x) ==> y == x.(observed := true))
  }

  ghost predicate QuietChange(s: State, t: nat, y: Task) {
    && Sound(s) && KnownTask(s, t) && Quiet(s.tasks[t], y) && TaskOK(y, t) && TaskLinks(s, y, t)
    && var w := s.tasks[t].waits;
    w.OnRegion? ==> y.waits == w || s.regions[w.region].phase == Closed
  }

  lemma QuietKeepsLinks(s: State, t: nat, y: Task)
    requires QuietChange(s, t, y)
    ensures var u := s.(tasks := s.tasks[t := y]);
            Tree(u) && Bodies(u) && OwnersWait(u) && Triggers(u) && Held(u) && Homes(u)
  {}

  lemma QuietKeepsSound(s: State, t: nat, y: Task)
    requires QuietChange(s, t, y)
    ensures Sound(s.(tasks := s.tasks[t := y]))
  { QuietKeepsLinks(s, t, y); }

  lemma QuietKeeps(s: State, t: nat, y: Task)
    requires Inv(s) && QuietChange(s, t, y)
    ensures Keeps(s, s.(tasks := s.tasks[t := y]))
  {
    QuietKeepsSound(s, t, y);
    AtMostReflexive();
    assert TaskStep(s.tasks[t], y);
  }

  // One region changes without a reason coming or going.
  ghost predicate RegionChange(s: State, r: nat, y: Region) {
    && Sound(s) && KnownRegion(s, r) && RegionOK(y)
    && var x := s.regions[r];
    && y == x.(phase := y.phase, finalizers := y.finalizers, outcome := y.outcome, trigger := y.trigger)
    && x.phase != Closed
    && (Rung(y.phase) == Rung(x.phase) || Rung(y.phase) == Rung(x.phase) + 1)
    && (y.phase == Closed ==> ChildrenCompleted(s, r))
    && (y.trigger == x.trigger || (KnownTask(s, y.trigger) && s.tasks[y.trigger].region == r
                                   && s.tasks[y.trigger].outcome in {Some(Err), Some(Panicked)}))
  }

  lemma RegionKeepsSound(s: State, r: nat, y: Region)
    requires RegionChange(s, r, y)
    ensures Sound(s.(regions := s.regions[r := y]))
  { RegionKeepsLinks(s, r, y); }

  lemma RegionKeepsLinks(s: State, r: nat, y: Region)
    requires RegionChange(s, r, y)
    ensures var u := s.(regions := s.regions[r := y]);
            Tree(u) && Bodies(u) && OwnersWait(u) && Triggers(u) && Held(u) && Homes(u)
  {}

  lemma RegionKeeps(s: State, r: nat, y: Region)
    requires Inv(s) && RegionChange(s, r, y)
    ensures Keeps(s, s.(regions := s.regions[r := y]))
  {
    RegionKeepsSound(s, r, y);
    AtMostReflexive();
    assert RegionStep(s.regions[r], y);
  }

  // complete(t, o): the end itself, then the trigger, then the walk.
  ghost predicate MayEnd(x: Task, o: Outcome) {
    && x.phase !in {Created, TaskPhase.Completed} && !x.waits.OnRegion?
    && (o.Cancelled? ==> o.reason.Reason?)
    && (x.started || o.Cancelled?)
    && (x.phase == CancelRequested ==> x.started)
    && (x.phase in {Cancelling, TaskPhase.Finalizing} ==> o.Cancelled? || o.Panicked?)
  }

  lemma EndTaskKeepsLinks(s: State, t: nat, o: Outcome)
    requires Sound(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    ensures var u := EndTask(s, t, o);
            Bodies(u) && OwnersWait(u) && Triggers(u) && Held(u) && Homes(u) && TaskOK(u.tasks[t], t)
  {
    var u := EndTask(s, t, o);
    assert forall i | 1 <= i < |s.obligations| :: u.obligations[i] == Resolved(s.obligations[i], t, o);
  }

  lemma EndTaskKeeps(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    ensures Keeps(s, EndTask(s, t, o))
  {
    EndTaskKeepsLinks(s, t, o);
    AtMostReflexive();
    var u := EndTask(s, t, o);
    assert TaskStep(s.tasks[t], u.tasks[t]);
    assert forall i | 1 <= i < |s.obligations| :: u.obligations[i] == Resolved(s.obligations[i], t, o);
  }

  lemma TriggerKeeps(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].outcome in {Some(Err), Some(Panicked)}
    requires s.regions[s.tasks[t].region].phase != Closed
    ensures Inv(SetTrigger(s, t)) && StepOK(s, SetTrigger(s, t))
  { RegionKeeps(s, s.tasks[t].region, SetTrigger(s, t).regions[s.tasks[t].region]); }

  lemma CompleteTaskKeeps(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    ensures Keeps(s, CompleteTask(s, t, o))
  {
    EndTaskKeeps(s, t, o);
    if FailsFast(s, t, o) {
      var r := s.tasks[t].region;
      var s1 := EndTask(s, t, o);
      assert s1.tasks[t] == Ended(s.tasks[t], o) && s1.regions == s.regions;
      TriggerKeeps(s1, t);
      var s2 := SetTrigger(s1, t);
      CancelRegionKeeps(s2, r, Asked(Kind.FailFast, r, t), false);
      TriggerStep(s, t, o);
      StepThenWalk(s, s2, CompleteTask(s, t, o));
    }
  }

  // The end and its trigger are one step.
  lemma TriggerStep(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    requires StepOK(s, EndTask(s, t, o))
    ensures var u := SetTrigger(EndTask(s, t, o), t);
            StepOK(s, u) && u.tasks == s.tasks[t := Ended(s.tasks[t], o)]
            && (forall r | 0 <= r < |s.regions| :: u.regions[r].phase == s.regions[r].phase)
  { AtMostReflexive(); }
}
