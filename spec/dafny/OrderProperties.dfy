// Who may do what, and in what order: those properties of docs/semantics.md, section 8, that rest on the guards of single
// rules, by their names.
include "Properties.dfy"

module OrderProperties {
  import opened Algebra
  import opened States
  import opened Properties

  // ---- states ---------------------------------------------------------------------------------------------------

  ghost predicate ObservedIsCompleted(s: State) {
    forall t: nat | KnownTask(s, t) :: s.tasks[t].observed ==> !Live(s.tasks[t])
  }

  ghost predicate BodyEndsFirst(s: State) {
    forall r: nat | KnownRegion(s, r) && s.regions[r].phase != Open && s.regions[r].reason.NoReason? ::
      KnownTask(s, s.regions[r].body) && !Live(s.tasks[s.regions[r].body])
  }

  ghost predicate LiveIn(s: State, r: nat, t: nat) { KnownTask(s, t) && s.tasks[t].region == r && Live(s.tasks[t]) }

  ghost predicate FinalizingAlone(s: State) {
    && (forall r: nat, t: nat | KnownRegion(s, r) && s.regions[r].phase == RegionPhase.Finalizing && LiveIn(s, r, t) ::
          s.tasks[t].role == Role.Finalizer)
    && (forall r: nat, t: nat, v: nat
          | KnownRegion(s, r) && s.regions[r].phase == RegionPhase.Finalizing && LiveIn(s, r, t) && LiveIn(s, r, v) ::
          t == v)
  }

  // A Body or Child of r that ended Err or Panicked.
  ghost predicate FailedIn(s: State, r: nat, t: nat) {
    KnownTask(s, t) && s.tasks[t].region == r && s.tasks[t].role != Role.Finalizer
    && s.tasks[t].outcome in {Some(Err), Some(Panicked)}
  }

  ghost predicate PastFailedBody(s: State, r: nat) {
    && KnownRegion(s, r) && s.regions[r].phase in {Draining, RegionPhase.Finalizing, Closed}
    && KnownTask(s, s.regions[r].body)
    && var ended := s.tasks[s.regions[r].body].outcome;
    ended.Some? && !ended.value.Ok?
  }

  ghost predicate FailureCancels(s: State) {
    && (forall r: nat, t: nat | KnownRegion(s, r) && s.regions[r].policy == Policy.FailFast && FailedIn(s, r, t) ::
          s.regions[r].reason.Reason? && s.regions[r].trigger != 0)
    && (forall r: nat | PastFailedBody(s, r) :: s.regions[r].reason.Reason?)
  }

  // An end in r that is news: nobody took it, and it is not somebody's deed.
  ghost predicate NewsIn(s: State, r: nat, t: nat) {
    && KnownTask(s, t) && s.tasks[t].region == r && s.tasks[t].outcome.Some? && !s.tasks[t].observed
    && !(s.tasks[t].outcome.value.Cancelled? && s.tasks[t].echo)
  }

  ghost predicate OutcomeCounts(s: State) {
    forall r: nat, t: nat
      | KnownRegion(s, r) && s.regions[r].phase == Closed && s.regions[r].outcome.Some? && NewsIn(s, r, t) ::
      Severity(s.tasks[t].outcome.value) <= Severity(s.regions[r].outcome.value)
  }

  // The part of NoWaitOnFinished that is about regions around.
  ghost predicate NoWaitAround(s: State)
    requires Tree(s)
  {
    forall t: nat | KnownTask(s, t) && s.tasks[t].waits.OnTask? ::
      var other := s.tasks[s.tasks[t].waits.task];
      other.waits.OnRegion? ==> !Inside(s, t, other.waits.region)
  }

  ghost predicate Orderly(s: State) {
    ObservedIsCompleted(s) && BodyEndsFirst(s) && FinalizingAlone(s) && FailureCancels(s) && OutcomeCounts(s)
  }

  // ---- steps ----------------------------------------------------------------------------------------------------

  ghost predicate Acts(s: State, t: nat) { KnownTask(s, t) && TaskActive(s.tasks[t]) && TaskNotWaiting(s.tasks[t]) }
  ghost predicate Runs(s: State, t: nat) { Acts(s, t) && s.tasks[t].phase == Running }
  ghost predicate Completes(s: State, u: State, t: nat) {
    KnownTask(s, t) && KnownTask(u, t) && Live(s.tasks[t]) && !Live(u.tasks[t])
  }

  ghost predicate HolderResolves(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall o | 1 <= o < |u.obligations| ::
      var holder := if o < |s.obligations| then s.obligations[o].holder else u.obligations[o].holder;
      || (o < |s.obligations| && (s.obligations[o].phase == Reserved ==>
            u.obligations[o].phase == Reserved && u.obligations[o].holder == holder))
      || Acts(s, holder) || Completes(s, u, holder)
  }

  ghost predicate MaskDefers(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      s.tasks[t].phase == CancelRequested && u.tasks[t].phase == Cancelling ==> s.tasks[t].mask == 0
  }

  ghost predicate SectionsByActive(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      var x, y := s.tasks[t], u.tasks[t];
      || (y.mask == x.mask && y.depth == x.depth)
      || (y.phase != x.phase && y.phase in {TaskPhase.Finalizing, TaskPhase.Completed})
      || (Acts(s, t) && (y.depth != x.depth || x.phase == CancelRequested))
  }

  ghost predicate SectionsBeginUnasked(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      s.tasks[t].depth == 0 && u.tasks[t].depth != 0 ==> s.tasks[t].phase != CancelRequested
  }

  ghost predicate NoLateFinalizer(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall r | 1 <= r < |s.regions| :: u.regions[r].finalizers > s.regions[r].finalizers ==>
      && s.regions[r].phase in {Open, Closing, Draining}
      && exists t: nat :: Acts(s, t) && s.tasks[t].region == r
  }

  ghost predicate OpenerRunning(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall r | |s.regions| <= r < |u.regions| :: Runs(s, u.regions[r].owner))
    && (forall t | |s.tasks| <= t < |u.tasks| :: u.tasks[t].role == Child ==> exists v: nat :: Runs(s, v))
  }

  ghost predicate UnlimitedStays(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| ::
      var x, y := s.tasks[t], u.tasks[t];
      && (x.polls == Unlimited ==> y.polls == Unlimited)
      && (x.cost == Unlimited ==> y.cost == Unlimited)
      && (x.cleanup == Unlimited && y.reason == x.reason ==> y.cleanup == Unlimited)
  }

  // The reason a body failed with is not asked for by anybody.
  ghost predicate AskedFromInside(s: State, u: State)
    requires Tree(s) && NothingRemoved(s, u)
  {
    forall r: nat | KnownRegion(s, r) && u.regions[r].reason != s.regions[r].reason ::
      || u.regions[r].external
      || (s.regions[r].phase == Closing && u.regions[r].phase == Draining)
      || (exists t: nat :: Acts(s, t) && Inside(s, t, r))
      || (exists t: nat :: Completes(s, u, t) && s.tasks[t].region == r)
  }

  ghost predicate WaitsForOutcome(s: State, u: State)
    requires Tree(s) && Tree(u) && NothingRemoved(s, u)
  {
    forall w: nat | KnownTask(s, w) && u.tasks[w].waits != s.tasks[w].waits ::
      && (u.tasks[w].waits.OnTask? ==>
            Acts(s, w) && KnownTask(s, u.tasks[w].waits.task) && Live(s.tasks[u.tasks[w].waits.task]))
      && (s.tasks[w].waits.OnTask? ==>
            || (s.tasks[w].phase == CancelRequested && u.tasks[w].phase == Cancelling)
            || (var x := u.tasks[s.tasks[w].waits.task]; !Live(x) && x.observed))
  }
}
