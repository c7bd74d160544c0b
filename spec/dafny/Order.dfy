// What the rules share in keeping the properties of OrderProperties.dfy: walks, ends, and changes of one record.
include "Theorems.dfy"
include "OrderProperties.dfy"

module Order {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant
  import opened Walk
  import opened Steps
  import opened Theorems
  import opened OrderProperties

  // ---- what a step does to one record ---------------------------------------------------------------------------

  ghost predicate TaskOrdered(x: Task, y: Task) {
    && y.region == x.region && y.role == x.role
    && (x.phase == CancelRequested && y.phase == Cancelling ==> x.mask == 0)
    && (|| (y.mask == x.mask && y.depth == x.depth)
        || (y.phase != x.phase && y.phase in {TaskPhase.Finalizing, TaskPhase.Completed})
        || (TaskActive(x) && TaskNotWaiting(x) && (y.depth != x.depth || x.phase == CancelRequested)))
    && (x.depth == 0 && y.depth != 0 ==> x.phase != CancelRequested)
    && (x.polls == Unlimited ==> y.polls == Unlimited)
    && (x.cost == Unlimited ==> y.cost == Unlimited)
    && (x.cleanup == Unlimited && y.reason == x.reason ==> y.cleanup == Unlimited)
  }

  ghost predicate TasksOrdered(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    forall t | 1 <= t < |s.tasks| :: TaskOrdered(s.tasks[t], u.tasks[t])
  }

  // What a task has to do with its region stays, but for being taken; it has an outcome as before.
  ghost predicate Same(x: Task, y: Task) {
    && y.region == x.region && y.role == x.role && y.outcome == x.outcome && (y.echo == x.echo || x.outcome.None?)
    && (Live(x) <==> Live(y)) && (x.observed ==> y.observed) && (y.observed ==> !Live(y))
  }

  // A region in a step that leaves its tasks alone: what each rung needs.
  ghost predicate RegionOrdered(s: State, x: Region, y: Region, r: nat) {
    && y.body == x.body && y.policy == x.policy && (x.trigger != 0 ==> y.trigger != 0)
    && (x.reason.Reason? ==> y.reason.Reason?)
    && KnownTask(s, x.body)
    && var body := s.tasks[x.body];
    || (y.phase == x.phase && y.outcome == x.outcome)
    || (x.phase == Open && y.phase == Closing && (y.reason.Reason? || !Live(body)))
    || (x.phase == Closing && y.phase == Draining && (y.reason.Reason? || body.outcome in {None, Some(Ok)}))
    || (x.phase == Draining && y.phase == RegionPhase.Finalizing && forall t: nat :: !LiveIn(s, r, t))
    || (x.phase == RegionPhase.Finalizing && y.phase == Closed && y.outcome.Some?
        && forall t: nat | NewsIn(s, r, t) :: Severity(s.tasks[t].outcome.value) <= Severity(y.outcome.value))
  }

  // A new task has no outcome, and comes to a region that is not Finalizing, or as a finalizer to one in which nothing lives.
  ghost predicate NewOrdered(s: State, u: State, t: nat) {
    && KnownTask(u, t) && u.tasks[t].outcome.None? && !u.tasks[t].observed && KnownRegion(u, u.tasks[t].region)
    && (u.regions[u.tasks[t].region].phase == RegionPhase.Finalizing ==>
          u.tasks[t].role == Role.Finalizer && forall v: nat :: !LiveIn(s, u.tasks[t].region, v))
  }

  ghost predicate Calm(s: State, u: State) {
    && |s.tasks| <= |u.tasks| <= |s.tasks| + 1 && |s.regions| <= |u.regions|
    && (forall t: nat | KnownTask(s, t) :: Same(s.tasks[t], u.tasks[t]))
    && (forall t: nat | |s.tasks| <= t < |u.tasks| :: NewOrdered(s, u, t))
    && (forall r: nat | KnownRegion(s, r) :: RegionOrdered(s, s.regions[r], u.regions[r], r))
    && (forall r: nat | |s.regions| <= r < |u.regions| :: u.regions[r].phase == Open)
    && (forall t: nat | KnownTask(s, t) :: KnownRegion(s, s.tasks[t].region))
    && 1 <= |s.tasks|
  }

  lemma CalmWords(s: State, u: State)
    requires Calm(s, u)
    ensures forall r: nat, t: nat | LiveIn(u, r, t) :: t == |s.tasks| || LiveIn(s, r, t)
    ensures forall r: nat, t: nat | FailedIn(u, r, t) :: FailedIn(s, r, t)
    ensures forall r: nat, t: nat | NewsIn(u, r, t) :: NewsIn(s, r, t)
  {
    forall t: nat | KnownTask(u, t)
      ensures t < |s.tasks| ==> Same(s.tasks[t], u.tasks[t])
      ensures t == |s.tasks| ==> NewOrdered(s, u, t)
    {}
  }

  lemma CalmRegion(s: State, u: State, r: nat)
    requires Calm(s, u) && Orderly(s) && KnownRegion(u, r)
    ensures u.regions[r].phase != Open && u.regions[r].reason.NoReason? ==>
      KnownTask(u, u.regions[r].body) && !Live(u.tasks[u.regions[r].body])
    ensures PastFailedBody(u, r) ==> u.regions[r].reason.Reason?
  {
    if KnownRegion(s, r) {
      assert RegionOrdered(s, s.regions[r], u.regions[r], r);
      var b := s.regions[r].body;
      assert Same(s.tasks[b], u.tasks[b]);
      if PastFailedBody(u, r) && s.regions[r].phase in {Draining, RegionPhase.Finalizing, Closed} {
        assert PastFailedBody(s, r);
      }
    }
  }

  lemma CalmAlone(s: State, u: State, r: nat, t: nat, v: nat)
    requires Calm(s, u) && Orderly(s) && KnownRegion(u, r) && u.regions[r].phase == RegionPhase.Finalizing
    requires LiveIn(u, r, t) && LiveIn(u, r, v)
    ensures u.tasks[t].role == Role.Finalizer && t == v
  {
    CalmWords(s, u);
    assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    if t < |s.tasks| { assert Same(s.tasks[t], u.tasks[t]) && LiveIn(s, r, t); } else { assert NewOrdered(s, u, t); }
    if v < |s.tasks| { assert Same(s.tasks[v], u.tasks[v]) && LiveIn(s, r, v); } else { assert NewOrdered(s, u, v); }
  }

  lemma CalmFailures(s: State, u: State, r: nat, t: nat)
    requires Calm(s, u) && Orderly(s) && KnownRegion(u, r)
    ensures u.regions[r].policy == Policy.FailFast && FailedIn(u, r, t) ==>
      u.regions[r].reason.Reason? && u.regions[r].trigger != 0
    ensures u.regions[r].phase == Closed && u.regions[r].outcome.Some? && NewsIn(u, r, t) ==>
      Severity(u.tasks[t].outcome.value) <= Severity(u.regions[r].outcome.value)
  {
    CalmWords(s, u);
    if FailedIn(u, r, t) || NewsIn(u, r, t) {
      assert KnownTask(s, t) && Same(s.tasks[t], u.tasks[t]) && KnownRegion(s, r);
      assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    }
  }

  lemma OrderlyStays(s: State, u: State)
    requires Orderly(s) && Calm(s, u)
    ensures Orderly(u)
  {
    forall t: nat | KnownTask(u, t) ensures u.tasks[t].observed ==> !Live(u.tasks[t]) {
      if t < |s.tasks| { assert Same(s.tasks[t], u.tasks[t]); } else { assert NewOrdered(s, u, t); }
    }
    forall r: nat | KnownRegion(u, r)
      ensures u.regions[r].phase != Open && u.regions[r].reason.NoReason? ==>
        KnownTask(u, u.regions[r].body) && !Live(u.tasks[u.regions[r].body])
      ensures PastFailedBody(u, r) ==> u.regions[r].reason.Reason?
    { CalmRegion(s, u, r); }
    forall r: nat, t: nat, v: nat | KnownRegion(u, r) && u.regions[r].phase == RegionPhase.Finalizing
      && LiveIn(u, r, t) && LiveIn(u, r, v)
      ensures u.tasks[t].role == Role.Finalizer && t == v
    { CalmAlone(s, u, r, t, v); }
    forall r: nat, t: nat | KnownRegion(u, r)
      ensures u.regions[r].policy == Policy.FailFast && FailedIn(u, r, t) ==>
        u.regions[r].reason.Reason? && u.regions[r].trigger != 0
      ensures u.regions[r].phase == Closed && u.regions[r].outcome.Some? && NewsIn(u, r, t) ==>
        Severity(u.tasks[t].outcome.value) <= Severity(u.regions[r].outcome.value)
    { CalmFailures(s, u, r, t); }
  }

  // Waits for tasks stay or end, and those for regions stay, end, or are for a new one.
  ghost predicate WaitsKept(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall t | 1 <= t < |s.tasks| :: u.tasks[t].region == s.tasks[t].region)
    && (forall r | 1 <= r < |s.regions| :: u.regions[r].owner == s.regions[r].owner)
    && (forall t | 1 <= t < |u.tasks| && u.tasks[t].waits.OnTask? ::
          t < |s.tasks| && u.tasks[t].waits == s.tasks[t].waits)
    && (forall t | 1 <= t < |u.tasks| && u.tasks[t].waits.OnRegion? ::
          t < |s.tasks| && (u.tasks[t].waits == s.tasks[t].waits || u.tasks[t].waits.region >= |s.regions|))
  }

  // The records a rule leaves alone.
  ghost predicate OthersStay(s: State, u: State)
    requires NothingRemoved(s, u)
  {
    && (forall r | 1 <= r < |s.regions| :: u.regions[r].finalizers <= s.regions[r].finalizers)
    && |u.regions| == |s.regions|
    && (forall t | |s.tasks| <= t < |u.tasks| :: u.tasks[t].role != Child)
  }

  ghost predicate Steady(s: State, u: State) {
    && NothingRemoved(s, u) && TasksOrdered(s, u) && u.obligations == s.obligations && OthersStay(s, u)
  }

  lemma SteadyMeans(s: State, u: State)
    requires Steady(s, u)
    ensures HolderResolves(s, u) && NoLateFinalizer(s, u) && OpenerRunning(s, u)
    ensures MaskDefers(s, u) && SectionsByActive(s, u) && SectionsBeginUnasked(s, u) && UnlimitedStays(s, u)
  { TasksMean(s, u); }

  lemma TasksMean(s: State, u: State)
    requires NothingRemoved(s, u) && TasksOrdered(s, u)
    ensures MaskDefers(s, u) && SectionsByActive(s, u) && SectionsBeginUnasked(s, u) && UnlimitedStays(s, u)
  {
    forall t | 1 <= t < |s.tasks| ensures TaskOrdered(s.tasks[t], u.tasks[t]) {}
  }

  ghost predicate Good(s: State) { Inv(s) && Orderly(s) }

  ghost predicate Ordered(s: State, u: State) {
    && Tree(s) && Tree(u) && NothingRemoved(s, u)
    && HolderResolves(s, u) && MaskDefers(s, u) && SectionsByActive(s, u) && SectionsBeginUnasked(s, u)
    && NoLateFinalizer(s, u) && OpenerRunning(s, u) && UnlimitedStays(s, u) && WaitsForOutcome(s, u)
  }

  // ---- walks ----------------------------------------------------------------------------------------------------

  lemma MarkedTask(x: Task, y: Task, t: nat)
    requires TaskOK(x, t) && TaskMarked(x, y) && (x.observed ==> !Live(x))
    ensures TaskOrdered(x, y) && Same(x, y) && y.waits == x.waits
  {}

  lemma WalkIsSteady(s: State, u: State)
    requires Good(s) && Marked(s, u)
    ensures Steady(s, u) && WaitsKept(s, u)
    ensures forall t | 1 <= t < |s.tasks| :: u.tasks[t].waits == s.tasks[t].waits
  {
    forall t | 1 <= t < |s.tasks| ensures TaskOrdered(s.tasks[t], u.tasks[t]) && u.tasks[t].waits == s.tasks[t].waits {
      assert TaskMarked(s.tasks[t], u.tasks[t]);
      MarkedTask(s.tasks[t], u.tasks[t], t);
    }
    forall r | 1 <= r < |s.regions|
      ensures u.regions[r].finalizers <= s.regions[r].finalizers && u.regions[r].owner == s.regions[r].owner
    { assert RegionMarked(s.regions[r], u.regions[r]); }
  }

  lemma WalkIsOrderly(s: State, u: State)
    requires Good(s) && Marked(s, u)
    ensures Orderly(u)
  {
    forall t: nat | KnownTask(s, t) ensures Same(s.tasks[t], u.tasks[t]) {
      assert TaskMarked(s.tasks[t], u.tasks[t]);
      MarkedTask(s.tasks[t], u.tasks[t], t);
    }
    forall r: nat | KnownRegion(s, r) ensures RegionOrdered(s, s.regions[r], u.regions[r], r) {
      assert RegionMarked(s.regions[r], u.regions[r]);
    }
    OrderlyStays(s, u);
  }

  // A region that is asked to cancel has a reason afterwards.
  lemma AskedHasReason(s: State, r: nat, rho: Reason, external: bool)
    requires Inv(s) && KnownRegion(s, r) && rho.Reason? && s.regions[r].phase != Closed
    ensures CancelRegion(s, r, rho, external).regions[r].reason.Reason?
  {
    var x := MarkRegion(s.regions[r], rho, external);
    var s1 := s.(regions := s.regions[r := x]);
    StrengthenGrows(s.regions[r].reason, rho);
    TreeMoves(s, s1);
    CancelTasksWalk(s1, r, 1, {}, {});
    assert RegionMarked(x, CancelRegion(s, r, rho, external).regions[r]);
  }

  lemma WalkHolds(s: State, u: State)
    requires Good(s) && Inv(u) && Marked(s, u)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { WalkIsSteady(s, u); WalkIsOrderly(s, u); SteadyMeans(s, u); }

  // ---- one task -------------------------------------------------------------------------------------------------

  lemma TaskIsOrderly(s: State, t: nat, y: Task)
    requires Tree(s) && Orderly(s) && KnownTask(s, t) && Same(s.tasks[t], y)
    ensures Orderly(s.(tasks := s.tasks[t := y]))
  { OrderlyStays(s, s.(tasks := s.tasks[t := y])); }

  // A task whose waits stay, or end for a reason.
  lemma TaskHolds(s: State, u: State, t: nat, y: Task)
    requires Good(s) && Inv(u) && KnownTask(s, t) && Same(s.tasks[t], y) && TaskOrdered(s.tasks[t], y)
    requires u == s.(tasks := s.tasks[t := y])
    requires var w := s.tasks[t].waits;
      y.waits == w || (y.waits.Nothing? && (w.OnTask? ==>
        (s.tasks[t].phase == CancelRequested && y.phase == Cancelling)
        || (!Live(s.tasks[w.task]) && s.tasks[w.task].observed)))
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    TaskIsOrderly(s, t, y);
    assert Steady(s, u);
    SteadyMeans(s, u);
  }

  // ---- an end ---------------------------------------------------------------------------------------------------

  lemma EndedIsOrdered(s: State, u: State, t: nat, o: Outcome)
    requires Good(s) && Inv(u) && KnownTask(s, t) && MayEnd(s.tasks[t], o) && TaskNotWaiting(s.tasks[t])
    requires NothingRemoved(s, u) && |u.tasks| == |s.tasks| && |u.regions| == |s.regions|
    requires u.obligations == EndTask(s, t, o).obligations && u.tasks[t] == Ended(s.tasks[t], o)
    requires forall v | 1 <= v < |s.tasks| && v != t :: TaskMarked(s.tasks[v], u.tasks[v])
    requires forall r | 1 <= r < |s.regions| ::
      u.regions[r].finalizers == s.regions[r].finalizers && u.regions[r].owner == s.regions[r].owner
    ensures Ordered(s, u) && WaitsKept(s, u)
  {
    forall v | 1 <= v < |s.tasks|
      ensures TaskOrdered(s.tasks[v], u.tasks[v]) && u.tasks[v].waits == s.tasks[v].waits
    { if v != t { MarkedTask(s.tasks[v], u.tasks[v], v); } }
    TasksMean(s, u);
    assert Completes(s, u, t);
    forall i | 1 <= i < |u.obligations| ensures u.obligations[i] == Resolved(s.obligations[i], t, o) {}
    assert HolderResolves(s, u);
  }

  // What an end needs of the regions: of those that change, that they only get a reason, and then close.
  ghost predicate RegionAsked(x: Region, y: Region) {
    && y.body == x.body && y.policy == x.policy && (x.trigger != 0 ==> y.trigger != 0)
    && (x.reason.Reason? ==> y.reason.Reason?)
    && (|| (y.phase == x.phase && y.outcome == x.outcome) || (x.phase == Open && y.phase == Closing && y.reason.Reason?))
  }

  lemma EndedIsOrderly(s: State, u: State, t: nat, o: Outcome)
    requires Good(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    requires |u.tasks| == |s.tasks| && |u.regions| == |s.regions| && u.tasks[t] == Ended(s.tasks[t], o)
    requires forall v: nat | KnownTask(s, v) && v != t :: Same(s.tasks[v], u.tasks[v])
    requires forall r: nat | KnownRegion(s, r) :: RegionAsked(s.regions[r], u.regions[r])
    requires FailsFast(s, t, o) ==>
      u.regions[s.tasks[t].region].reason.Reason? && u.regions[s.tasks[t].region].trigger != 0
    ensures Orderly(u)
  {
    var home := s.tasks[t].region;
    assert s.regions[home].phase != Closed && Live(s.tasks[t]) && !s.tasks[t].observed;
    forall v: nat | KnownTask(u, v) ensures u.tasks[v].observed ==> !Live(u.tasks[v]) {
      if v != t { assert Same(s.tasks[v], u.tasks[v]); }
    }
    forall r: nat | KnownRegion(u, r)
      ensures u.regions[r].phase != Open && u.regions[r].reason.NoReason? ==>
        KnownTask(u, u.regions[r].body) && !Live(u.tasks[u.regions[r].body])
      ensures PastFailedBody(u, r) ==> u.regions[r].reason.Reason?
    {
      assert RegionAsked(s.regions[r], u.regions[r]);
      var b := s.regions[r].body;
      if b != t {
        assert Same(s.tasks[b], u.tasks[b]);
        if PastFailedBody(u, r) { assert PastFailedBody(s, r); }
      }
    }
    forall r: nat, v: nat, w: nat | KnownRegion(u, r) && u.regions[r].phase == RegionPhase.Finalizing
      && LiveIn(u, r, v) && LiveIn(u, r, w)
      ensures u.tasks[v].role == Role.Finalizer && v == w
    {
      assert Same(s.tasks[v], u.tasks[v]) && Same(s.tasks[w], u.tasks[w]) && RegionAsked(s.regions[r], u.regions[r]);
      assert LiveIn(s, r, v) && LiveIn(s, r, w);
    }
    forall r: nat, v: nat | KnownRegion(u, r)
      ensures u.regions[r].policy == Policy.FailFast && FailedIn(u, r, v) ==>
        u.regions[r].reason.Reason? && u.regions[r].trigger != 0
      ensures u.regions[r].phase == Closed && u.regions[r].outcome.Some? && NewsIn(u, r, v) ==>
        Severity(u.tasks[v].outcome.value) <= Severity(u.regions[r].outcome.value)
    {
      assert RegionAsked(s.regions[r], u.regions[r]);
      if v != t && KnownTask(u, v) {
        assert Same(s.tasks[v], u.tasks[v]);
        if FailedIn(u, r, v) { assert FailedIn(s, r, v); }
        if NewsIn(u, r, v) { assert NewsIn(s, r, v); }
      }
    }
  }

  lemma EndHolds(s: State, t: nat, o: Outcome)
    requires Good(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o) && TaskNotWaiting(s.tasks[t])
    ensures var u := CompleteTask(s, t, o); Inv(u) && Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    CompleteTaskKeeps(s, t, o);
    var u := CompleteTask(s, t, o);
    var s1 := EndTask(s, t, o);
    assert s1.tasks == s.tasks[t := Ended(s.tasks[t], o)] && s1.regions == s.regions;
    if FailsFast(s, t, o) {
      FailureHolds(s, t, o);
    } else {
      EndedIsOrdered(s, u, t, o);
      EndedIsOrderly(s, u, t, o);
    }
  }

  lemma FailureHolds(s: State, t: nat, o: Outcome)
    requires Good(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o) && TaskNotWaiting(s.tasks[t]) && FailsFast(s, t, o)
    ensures var u := CompleteTask(s, t, o); Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    CompleteTaskKeeps(s, t, o);
    EndTaskKeeps(s, t, o);
    var u := CompleteTask(s, t, o);
    var s1 := EndTask(s, t, o);
    assert s1.tasks == s.tasks[t := Ended(s.tasks[t], o)] && s1.regions == s.regions;
    var r := s.tasks[t].region;
    TriggerKeeps(s1, t);
    var s2 := SetTrigger(s1, t);
    CancelRegionKeeps(s2, r, Asked(Kind.FailFast, r, t), false);
    AskedHasReason(s2, r, Asked(Kind.FailFast, r, t), false);
    FailureWalks(s, s2, u, t, o);
  }

  lemma FailureWalks(s: State, s2: State, u: State, t: nat, o: Outcome)
    requires Good(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o) && TaskNotWaiting(s.tasks[t])
    requires s2 == SetTrigger(EndTask(s, t, o), t) && Marked(s2, u) && Inv(u) && NothingRemoved(s, u)
    requires u.regions[s.tasks[t].region].reason.Reason?
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    assert s2.tasks == s.tasks[t := Ended(s.tasks[t], o)];
    assert TaskMarked(s2.tasks[t], u.tasks[t]);
    forall v: nat | KnownTask(s, v) && v != t
      ensures TaskMarked(s.tasks[v], u.tasks[v]) && Same(s.tasks[v], u.tasks[v])
    {
      assert TaskMarked(s2.tasks[v], u.tasks[v]);
      MarkedTask(s.tasks[v], u.tasks[v], v);
    }
    forall q: nat | KnownRegion(s, q)
      ensures u.regions[q].finalizers == s.regions[q].finalizers && u.regions[q].owner == s.regions[q].owner
      ensures RegionAsked(s.regions[q], u.regions[q])
    { assert RegionMarked(s2.regions[q], u.regions[q]); }
    EndedIsOrdered(s, u, t, o);
    EndedIsOrderly(s, u, t, o);
  }

  // ---- one region -----------------------------------------------------------------------------------------------

  lemma RegionHolds(s: State, u: State, r: nat)
    requires Good(s) && Inv(u) && KnownRegion(s, r) && NothingRemoved(s, u)
    requires u == s.(regions := s.regions[r := u.regions[r]])
    requires u.regions[r].owner == s.regions[r].owner
    requires u.regions[r].finalizers <= s.regions[r].finalizers
    requires Orderly(u)
    ensures Ordered(s, u) && WaitsKept(s, u)
  {
    assert Steady(s, u);
    SteadyMeans(s, u);
  }

  // The outcome of a region covers every end that is news.
  lemma Covered(s: State, r: nat, n: nat, t: nat)
    requires 1 <= t <= n < |s.tasks| && s.tasks[t].region == r && !s.tasks[t].observed
    requires var o := OutcomeOf(s.tasks[t].outcome); !(o.Cancelled? && s.tasks[t].echo)
    ensures Severity(OutcomeOf(s.tasks[t].outcome)) <= Severity(Unobserved(s, r, n))
  {
    var o := OutcomeOf(s.tasks[n].outcome);
    JoinSeverity(Unobserved(s, r, n - 1), o);
    if t < n { Covered(s, r, n - 1, t); }
  }

  lemma RegionCovers(s: State, r: nat)
    requires Tree(s) && KnownRegion(s, r)
    ensures forall t | 1 <= t < |s.tasks| && s.tasks[t].region == r && s.tasks[t].outcome.Some? ::
      s.tasks[t].observed || (s.tasks[t].outcome.value.Cancelled? && s.tasks[t].echo)
      || Severity(s.tasks[t].outcome.value) <= Severity(RegionOutcome(s, r))
  {
    var x := s.regions[r];
    var all := Unobserved(s, r, |s.tasks| - 1);
    var body := OutcomeOf(s.tasks[x.body].outcome);
    var trigger := if x.trigger != 0 then OutcomeOf(s.tasks[x.trigger].outcome) else Ok;
    var ofBody := if body.Cancelled? && x.trigger != 0 then Ok else body;
    JoinSeverity(all, trigger);
    JoinSeverity(JoinOutcomes(all, trigger), ofBody);
    JoinSeverity(JoinOutcomes(JoinOutcomes(all, trigger), ofBody), Cancelled(x.reason));
    forall t | 1 <= t < |s.tasks| && s.tasks[t].region == r && s.tasks[t].outcome.Some?
      && !s.tasks[t].observed && !(s.tasks[t].outcome.value.Cancelled? && s.tasks[t].echo)
      ensures Severity(s.tasks[t].outcome.value) <= Severity(RegionOutcome(s, r))
    { Covered(s, r, |s.tasks| - 1, t); }
  }

  // ---- the ledger -----------------------------------------------------------------------------------------------

  // Of the ledger nobody but the holder writes, and nothing else changes.
  lemma LedgerHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Acts(s, t) && NothingRemoved(s, u) && u.tasks == s.tasks && u.regions == s.regions
    requires forall o | 1 <= o < |u.obligations| ::
      if o < |s.obligations| then u.obligations[o] == s.obligations[o] || s.obligations[o].holder == t
      else u.obligations[o].holder == t
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    OrderlyStays(s, u);
    assert TasksOrdered(s, u);
    TasksMean(s, u);
    assert HolderResolves(s, u);
  }
}
