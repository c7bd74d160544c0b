// The properties of docs/semantics.md, section 8, by their names: first those of states, then those of steps.
include "State.dfy"

module Properties {
  import opened Algebra
  import opened States

  // ---- states ---------------------------------------------------------------------------------------------------

  ghost predicate OwnershipTree(s: State) {
    forall r | 1 <= r < |s.regions| ::
      var x := s.regions[r];
      if r == 1 then x.owner == 0
      else
        && 1 <= x.owner < |s.tasks| && s.tasks[x.owner].region < r
        && (x.phase != Closed ==> Live(s.tasks[x.owner]) && s.tasks[x.owner].waits == OnRegion(r))
  }

  ghost predicate SingleOwner(s: State) {
    && (forall t | 1 <= t < |s.tasks| :: 1 <= s.tasks[t].region < |s.regions|)
    && (forall r | 1 <= r < |s.regions| ::
          && 1 <= s.regions[r].body < |s.tasks|
          && forall t | 1 <= t < |s.tasks| ::
               s.tasks[t].region == r && s.tasks[t].role == Body <==> t == s.regions[r].body)
  }

  ghost predicate Quiescence(s: State) {
    && (forall r | 1 <= r < |s.regions| :: s.regions[r].phase == Closed ==> s.regions[r].finalizers == 0)
    && (forall t | 1 <= t < |s.tasks| && 1 <= s.tasks[t].region < |s.regions| ::
          s.regions[s.tasks[t].region].phase == Closed ==> !Live(s.tasks[t]))
    && (forall q | 1 <= q < |s.regions| && 1 <= s.regions[q].owner < |s.tasks| ::
          var r := s.tasks[s.regions[q].owner].region;
          1 <= r < |s.regions| && s.regions[r].phase == Closed ==> s.regions[q].phase == Closed)
    && (forall o | 1 <= o < |s.obligations| && 1 <= s.obligations[o].holder < |s.tasks| ::
          var r := s.tasks[s.obligations[o].holder].region;
          1 <= r < |s.regions| && s.regions[r].phase == Closed ==> s.obligations[o].phase != Reserved)
  }

  ghost predicate CancelReaches(s: State) { ReachesTasks(s, {}) && ReachesRegions(s, {}) }

  // In a region with a reason every live task but Finalizers is cancelled, save the ones in todo.
  ghost predicate ReachesTasks(s: State, todo: set<nat>) {
    forall t: nat | 1 <= t < |s.tasks| && 1 <= s.tasks[t].region < |s.regions| ::
      var x := s.tasks[t];
      s.regions[x.region].reason.Reason? && Live(x) && x.role != Role.Finalizer ==> IsCancelled(x) || t in todo
  }

  // A region its cancelled owner waits for has a reason or is Closed, save the ones in todo.
  ghost predicate ReachesRegions(s: State, todo: set<nat>) {
    forall t: nat | 1 <= t < |s.tasks| ::
      var x := s.tasks[t];
      IsCancelled(x) && x.waits.OnRegion? && 1 <= x.waits.region < |s.regions| ==>
        s.regions[x.waits.region].reason.Reason? || s.regions[x.waits.region].phase == Closed || x.waits.region in todo
  }

  ghost predicate CancelledRegionNotOpen(s: State) {
    forall r | 1 <= r < |s.regions| :: s.regions[r].reason.Reason? ==> s.regions[r].phase != Open
  }

  ghost predicate ReservedHasLiveHolder(s: State) {
    forall o | 1 <= o < |s.obligations| :: s.obligations[o].phase == Reserved ==>
      1 <= s.obligations[o].holder < |s.tasks| && Live(s.tasks[s.obligations[o].holder])
  }

  ghost predicate LeakMeansBug(s: State) {
    forall o | 1 <= o < |s.obligations| :: s.obligations[o].phase == Leaked ==>
      && 1 <= s.obligations[o].holder < |s.tasks|
      && !Live(s.tasks[s.obligations[o].holder])
      && s.tasks[s.obligations[o].holder].outcome in {Some(Ok), Some(Err)}
  }

  ghost predicate MaskBounded(s: State) {
    forall t | 1 <= t < |s.tasks| ::
      s.tasks[t].mask <= MaskUnits && s.tasks[t].depth <= MaskDepth && (s.tasks[t].depth == 0 ==> s.tasks[t].mask == 0)
  }

  // Running with a reason would be a start after the request.
  ghost predicate NeverStarted(s: State) {
    forall t | 1 <= t < |s.tasks| ::
      && (!s.tasks[t].started ==> s.tasks[t].outcome.None? || s.tasks[t].outcome.value.Cancelled?)
      && (s.tasks[t].phase == Created ==> !s.tasks[t].started)
      && (s.tasks[t].phase == Running ==> s.tasks[t].started && s.tasks[t].reason.NoReason?)
  }

  ghost predicate OutcomeIffCompleted(s: State) {
    && (forall t | 1 <= t < |s.tasks| :: s.tasks[t].outcome.Some? <==> !Live(s.tasks[t]))
    && (forall r | 1 <= r < |s.regions| :: s.regions[r].outcome.Some? <==> s.regions[r].phase == Closed)
  }

  ghost predicate ExternalNeverOk(s: State) {
    forall r | 1 <= r < |s.regions| :: s.regions[r].phase == Closed && s.regions[r].external ==>
      s.regions[r].outcome.Some? && (s.regions[r].outcome.value.Cancelled? || s.regions[r].outcome.value.Panicked?)
  }

  ghost predicate CleanupTight(s: State) {
    forall t | 1 <= t < |s.tasks| :: IsCancelled(s.tasks[t]) ==>
      s.tasks[t].reason.Reason? && s.tasks[t].cleanup <= Allowance(s.tasks[t].reason)
  }

  ghost predicate NoWaitOnFinished(s: State) {
    forall t | 1 <= t < |s.tasks| :: !TaskNotWaiting(s.tasks[t]) ==>
      s.tasks[t].waits != OnTask(t) && Live(s.tasks[t]) && s.tasks[t].started
  }

  ghost predicate WithinBudget(deadline: nat, polls: int, cost: int, b: Budget) {
    deadline <= b.deadline && polls <= b.polls && cost <= b.cost
  }

  // A finalizer has a quota of its own.
  ghost predicate BudgetNested(s: State) {
    && (forall t | 1 <= t < |s.tasks| && 1 <= s.tasks[t].region < |s.regions| ::
          var x := s.tasks[t];
          x.role != Role.Finalizer ==> WithinBudget(x.deadline, x.polls, x.cost, s.regions[x.region].budget))
    && (forall r | 1 < r < |s.regions| && 1 <= s.regions[r].owner < |s.tasks| ::
          var b, q := s.regions[r].budget, s.tasks[s.regions[r].owner].region;
          1 <= q < |s.regions| ==> WithinBudget(b.deadline, b.polls, b.cost, s.regions[q].budget))
  }

  // ---- steps ----------------------------------------------------------------------------------------------------

  // Nothing is ever removed.
  ghost predicate NothingRemoved(s: State, u: State) {
    |s.regions| <= |u.regions| && |s.tasks| <= |u.tasks| && |s.obligations| <= |u.obligations|
  }

  function Rung(p: RegionPhase): nat {
    match p
    case Open => 0
    case Closing => 1
    case Draining => 2
    case Finalizing => 3
    case Closed => 4
  }

  ghost predicate ClosingMonotone(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall r | 1 <= r < |s.regions| ::
      Rung(u.regions[r].phase) == Rung(s.regions[r].phase) || Rung(u.regions[r].phase) == Rung(s.regions[r].phase) + 1
  }

  ghost predicate PhaseStep(p: TaskPhase, q: TaskPhase) {
    match p
    case Created => q in {Running, CancelRequested}
    case Running => q in {CancelRequested, TaskPhase.Completed}
    case CancelRequested => q in {Cancelling, TaskPhase.Completed}
    case Cancelling => q in {TaskPhase.Finalizing, TaskPhase.Completed}
    case Finalizing => q == TaskPhase.Completed
    case Completed => false
  }

  ghost predicate TaskPhaseGraph(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      s.tasks[t].phase == u.tasks[t].phase || PhaseStep(s.tasks[t].phase, u.tasks[t].phase)
  }

  ghost predicate ResolvedOnce(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall o | 1 <= o < |s.obligations| :: s.obligations[o].phase != Reserved ==> u.obligations[o] == s.obligations[o]
  }

  ghost predicate ReasonNeverWeakens(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall r | 1 <= r < |s.regions| :: AtMost(s.regions[r].reason, u.regions[r].reason))
    && (forall t | 1 <= t < |s.tasks| :: AtMost(s.tasks[t].reason, u.tasks[t].reason))
  }

  ghost predicate QuotaNeverGrows(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall t | 1 <= t < |s.tasks| ::
          && u.tasks[t].polls <= s.tasks[t].polls && u.tasks[t].cost <= s.tasks[t].cost
          && u.tasks[t].cleanup <= s.tasks[t].cleanup
          && u.tasks[t].deadline == s.tasks[t].deadline && u.tasks[t].priority == s.tasks[t].priority)
    && (forall r | 1 <= r < |s.regions| :: u.regions[r].budget == s.regions[r].budget)
  }

  ghost predicate MaskOnlySpent(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| :: IsCancelled(s.tasks[t]) ==> u.tasks[t].mask <= s.tasks[t].mask
  }

  ghost predicate FinalIsFinal(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall t | 1 <= t < |s.tasks| :: !Live(s.tasks[t]) ==>
          u.tasks[t] == s.tasks[t].(observed := u.tasks[t].observed) && (s.tasks[t].observed ==> u.tasks[t].observed))
    && (forall r | 1 <= r < |s.regions| :: s.regions[r].phase == Closed ==> u.regions[r] == s.regions[r])
  }

  ghost predicate AcknowledgedEndsCancelled(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      s.tasks[t].phase in {Cancelling, TaskPhase.Finalizing} && !Live(u.tasks[t]) ==>
        u.tasks[t].outcome.Some? && (u.tasks[t].outcome.value.Cancelled? || u.tasks[t].outcome.value.Panicked?)
  }
}
