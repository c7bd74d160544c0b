// The properties of OrderProperties.dfy hold in every state and of every step of every run: one lemma for each rule.
include "Order.dfy"

module OrderTheorems {
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
  import opened Order

  // ---- every rule -----------------------------------------------------------------------------------------------

  lemma StartHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Start(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma CheckpointHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Checkpoint(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma CheckpointMaskedHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && CheckpointMasked(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma MaskEnterHolds(s: State, u: State, t: nat, n: nat)
    requires Good(s) && Inv(u) && MaskEnter(s, u, t, n)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma MaskExitHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && MaskExit(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma DrainHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Drain(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { TaskHolds(s, u, t, u.tasks[t]); }

  lemma CompleteHolds(s: State, u: State, t: nat, o: Outcome)
    requires Good(s) && Inv(u) && Complete(s, u, t, o)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { EndHolds(s, t, o); }

  lemma FinalizeHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Finalize(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { EndHolds(s, t, Cancelled(s.tasks[t].reason)); }

  lemma CancelRequestHolds(s: State, u: State, asker: nat, x: Target, rho: Reason)
    requires Good(s) && Inv(u) && CancelRequest(s, u, asker, x, rho)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    match x
    case TaskTarget(t) => CancelTaskKeeps(s, t, rho, asker != 0); WalkHolds(s, u);
    case RegionTarget(r) => CancelRegionKeeps(s, r, rho, asker == 0 || !Inside(s, asker, r)); WalkHolds(s, u);
  }

  lemma ChargePollHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && ChargePoll(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    var x := s.tasks[t];
    if (if x.phase == Cancelling then x.cleanup else x.polls) <= 0 {
      CancelTaskKeeps(s, t, Asked(PollQuota, x.region, t), false);
      WalkHolds(s, u);
    } else {
      TaskHolds(s, u, t, u.tasks[t]);
    }
  }

  lemma ChargeCostHolds(s: State, u: State, t: nat, n: int)
    requires Good(s) && Inv(u) && ChargeCost(s, u, t, n)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    var x := s.tasks[t];
    var s1 := Paid(s, t, n);
    QuietKeeps(s, t, s1.tasks[t]);
    TaskHolds(s, s1, t, s1.tasks[t]);
    if n > x.cost && x.phase == Running && x.role != Role.Finalizer {
      CancelTaskKeeps(s1, t, Asked(CostBudget, x.region, t), false);
      PaidThenWalk(s, s1, u, t, n);
    }
  }

  lemma PaidThenWalk(s: State, s1: State, u: State, t: nat, n: int)
    requires Good(s) && KnownTask(s, t) && s.tasks[t].cost != Unlimited && s1 == Paid(s, t, n)
    requires Good(s1) && Inv(u) && Marked(s1, u)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    WalkHolds(s1, u);
    forall v | 1 <= v < |s.tasks| ensures TaskOrdered(s.tasks[v], u.tasks[v]) && u.tasks[v].waits == s.tasks[v].waits {
      assert TaskMarked(s1.tasks[v], u.tasks[v]);
      MarkedTask(s1.tasks[v], u.tasks[v], v);
    }
    forall r | 1 <= r < |s.regions|
      ensures u.regions[r].finalizers <= s.regions[r].finalizers && u.regions[r].owner == s.regions[r].owner
    { assert RegionMarked(s1.regions[r], u.regions[r]); }
    assert Steady(s, u);
    SteadyMeans(s, u);
  }

  lemma ReserveHolds(s: State, u: State, t: nat, o: nat, k: ObligationKind)
    requires Good(s) && Inv(u) && Reserve(s, u, t, o, k)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { LedgerHolds(s, u, t); }

  lemma CommitHolds(s: State, u: State, t: nat, o: nat)
    requires Good(s) && Inv(u) && Commit(s, u, t, o)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { LedgerHolds(s, u, t); }

  lemma AbortHolds(s: State, u: State, t: nat, o: nat)
    requires Good(s) && Inv(u) && Abort(s, u, t, o)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { LedgerHolds(s, u, t); }

  lemma TransferHolds(s: State, u: State, t: nat, o: nat, receiver: nat)
    requires Good(s) && Inv(u) && Transfer(s, u, t, o, receiver)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { LedgerHolds(s, u, t); }

  lemma SpawnHolds(s: State, u: State, t: nat, r: nat, c: nat, given: Budget)
    requires Good(s) && Inv(u) && Spawn(s, u, t, r, c, given)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    assert Runs(s, t);
    forall v | 1 <= v < |s.tasks| ensures u.tasks[v] == s.tasks[v] {}
    assert TasksOrdered(s, u);
    TasksMean(s, u);
    SpawnIsOrderly(s, u, t, r, c, given);
  }

  lemma SpawnIsOrderly(s: State, u: State, t: nat, r: nat, c: nat, given: Budget)
    requires Good(s) && Spawn(s, u, t, r, c, given)
    ensures Orderly(u)
  {
    assert u.tasks[c] == NewTask(r, Child, Meet(s.regions[r].budget, given)) && u.regions == s.regions;
    assert NewOrdered(s, u, c);
    OrderlyStays(s, u);
  }

  lemma OpenRegionHolds(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Good(s) && Inv(u) && OpenRegion(s, u, t, r, b, p, given)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    assert Runs(s, t) && u.regions[r].owner == t;
    forall v | 1 <= v < |s.tasks| && v != t ensures u.tasks[v] == s.tasks[v] {}
    assert u.tasks[t] == s.tasks[t].(waits := OnRegion(r));
    forall q | 1 <= q < |s.regions| ensures u.regions[q] == s.regions[q] {}
    assert TasksOrdered(s, u);
    TasksMean(s, u);
    OpenRegionIsOrderly(s, u, t, r, b, p, given);
  }

  lemma OpenRegionIsOrderly(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Good(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures Orderly(u)
  {
    assert u.tasks[t] == s.tasks[t].(waits := OnRegion(r)) && u.regions[r].phase == Open;
    assert NewOrdered(s, u, b);
    OrderlyStays(s, u);
  }

  lemma DeferHolds(s: State, u: State, t: nat)
    requires Good(s) && Inv(u) && Defer(s, u, t)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    var r := s.tasks[t].region;
    assert Acts(s, t);
    forall q | 1 <= q < |s.regions| && q != r ensures u.regions[q] == s.regions[q] {}
    assert TasksOrdered(s, u);
    TasksMean(s, u);
    DeferIsOrderly(s, u, t);
  }

  lemma DeferIsOrderly(s: State, u: State, t: nat)
    requires Good(s) && Defer(s, u, t)
    ensures Orderly(u)
  {
    OrderlyStays(s, u);
  }

  lemma CloseBeginHolds(s: State, u: State, r: nat)
    requires Good(s) && Inv(u) && CloseBegin(s, u, r)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { CloseBeginIsOrderly(s, u, r); RegionHolds(s, u, r); }

  lemma CloseBeginIsOrderly(s: State, u: State, r: nat)
    requires Good(s) && CloseBegin(s, u, r)
    ensures Orderly(u)
  {
    assert u.tasks == s.tasks && u.regions[r] == s.regions[r].(phase := u.regions[r].phase);
    assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    OrderlyStays(s, u);
  }

  lemma CloseChildrenDoneHolds(s: State, u: State, r: nat)
    requires Good(s) && Inv(u) && CloseChildrenDone(s, u, r)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  { CloseChildrenDoneIsOrderly(s, u, r); RegionHolds(s, u, r); }

  lemma CloseChildrenDoneIsOrderly(s: State, u: State, r: nat)
    requires Good(s) && CloseChildrenDone(s, u, r)
    ensures Orderly(u)
  {
    assert u.tasks == s.tasks && u.regions[r] == s.regions[r].(phase := u.regions[r].phase);
    assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    OrderlyStays(s, u);
  }

  lemma CloseCancelChildrenHolds(s: State, u: State, r: nat)
    requires Good(s) && Inv(u) && CloseCancelChildren(s, u, r)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    var b := s.regions[r].body;
    var ended := s.tasks[b].outcome;
    var s1 := MoveTo(s, r, Draining);
    RegionKeeps(s, r, s1.regions[r]);
    if s.regions[r].reason.NoReason? && !Live(s.tasks[b]) && ended.Some? && !ended.value.Ok? {
      CancelRegionKeeps(s1, r, FailureReason(ended.value, r, b), false);
      AskedHasReason(s1, r, FailureReason(ended.value, r, b), false);
      MovedThenWalk(s, s1, u, r);
    } else {
      MovedIsOrderly(s, u, r);
      RegionHolds(s, u, r);
    }
  }

  lemma MovedIsOrderly(s: State, u: State, r: nat)
    requires Good(s) && KnownRegion(s, r) && s.regions[r].phase == Closing && u == MoveTo(s, r, Draining)
    requires s.regions[r].reason.Reason? || Live(s.tasks[s.regions[r].body])
             || s.tasks[s.regions[r].body].outcome in {None, Some(Ok)}
    ensures Orderly(u)
  {
    assert u.tasks == s.tasks && u.regions[r] == s.regions[r].(phase := Draining);
    assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    OrderlyStays(s, u);
  }

  lemma MovedThenWalk(s: State, s1: State, u: State, r: nat)
    requires Good(s) && KnownRegion(s, r) && s.regions[r].phase == Closing && s1 == MoveTo(s, r, Draining)
    requires Inv(s1) && Inv(u) && Marked(s1, u) && u.regions[r].reason.Reason?
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    forall v: nat | KnownTask(s, v)
      ensures TaskOrdered(s.tasks[v], u.tasks[v]) && u.tasks[v].waits == s.tasks[v].waits
      ensures Same(s.tasks[v], u.tasks[v])
    {
      assert TaskMarked(s1.tasks[v], u.tasks[v]);
      MarkedTask(s1.tasks[v], u.tasks[v], v);
    }
    forall q: nat | KnownRegion(s, q)
      ensures u.regions[q].finalizers <= s.regions[q].finalizers && u.regions[q].owner == s.regions[q].owner
      ensures RegionOrdered(s, s.regions[q], u.regions[q], q)
    { assert RegionMarked(s1.regions[q], u.regions[q]); }
    OrderlyStays(s, u);
    assert Steady(s, u);
    SteadyMeans(s, u);
  }

  lemma CloseRunFinalizerHolds(s: State, u: State, r: nat, f: nat)
    requires Good(s) && Inv(u) && CloseRunFinalizer(s, u, r, f)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    forall v | 1 <= v < |s.tasks| ensures u.tasks[v] == s.tasks[v] {}
    forall q | 1 <= q < |s.regions| && q != r ensures u.regions[q] == s.regions[q] {}
    assert u.tasks[f].role == Role.Finalizer;
    assert Steady(s, u);
    SteadyMeans(s, u);
    CloseRunFinalizerIsOrderly(s, u, r, f);
  }

  lemma CloseRunFinalizerIsOrderly(s: State, u: State, r: nat, f: nat)
    requires Good(s) && CloseRunFinalizer(s, u, r, f)
    ensures Orderly(u)
  {
    assert u.regions[r] == s.regions[r].(finalizers := u.regions[r].finalizers);
    assert NewOrdered(s, u, f);
    OrderlyStays(s, u);
  }

  lemma CloseCompleteHolds(s: State, u: State, r: nat)
    requires Good(s) && Inv(u) && CloseComplete(s, u, r)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    CloseCompleteIsOrderly(s, u, r);
    RegionHolds(s, u, r);
  }

  lemma CloseCompleteIsOrderly(s: State, u: State, r: nat)
    requires Good(s) && CloseComplete(s, u, r)
    ensures Orderly(u)
  {
    RegionCovers(s, r);
    assert u.tasks == s.tasks;
    assert u.regions[r] == s.regions[r].(phase := Closed, outcome := Some(RegionOutcome(s, r)));
    assert RegionOrdered(s, s.regions[r], u.regions[r], r);
    OrderlyStays(s, u);
  }

  lemma JoinBlockHolds(s: State, u: State, w: nat, t: nat)
    requires Good(s) && Inv(u) && JoinBlock(s, u, w, t)
    ensures Orderly(u) && Ordered(s, u)
  {
    TaskIsOrderly(s, w, u.tasks[w]);
    assert Acts(s, w);
    assert Steady(s, u);
    SteadyMeans(s, u);
  }

  lemma JoinReadyHolds(s: State, u: State, w: nat, x: Target)
    requires Good(s) && Inv(u) && JoinReady(s, u, w, x)
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    match x
    case TaskTarget(t) =>
      assert w != t;
      TakenIsOrderly(s, u, w, t);
      TakenIsSteady(s, u, w, t);
      SteadyMeans(s, u);
    case RegionTarget(r) => TaskHolds(s, u, w, u.tasks[w]);
  }

  lemma TakenIsOrderly(s: State, u: State, w: nat, t: nat)
    requires Tree(s) && Tree(u) && Orderly(s) && KnownTask(s, w) && KnownTask(s, t) && w != t && !Live(s.tasks[t])
    requires u == s.(tasks := s.tasks[w := s.tasks[w].(waits := Nothing)][t := s.tasks[t].(observed := true)])
    ensures Orderly(u)
  {
    forall v: nat | KnownTask(s, v) ensures Same(s.tasks[v], u.tasks[v]) {
      assert s.tasks[v].observed ==> !Live(s.tasks[v]);
    }
    forall r: nat | KnownRegion(s, r) ensures RegionOrdered(s, s.regions[r], u.regions[r], r) {
      assert u.regions[r] == s.regions[r];
    }
    OrderlyStays(s, u);
  }

  lemma TakenIsSteady(s: State, u: State, w: nat, t: nat)
    requires Tree(s) && Tree(u) && KnownTask(s, w) && KnownTask(s, t) && w != t && !Live(s.tasks[t])
    requires s.tasks[w].waits in {OnTask(t), Nothing} && s.tasks[t].waits.Nothing?
    requires u == s.(tasks := s.tasks[w := s.tasks[w].(waits := Nothing)][t := s.tasks[t].(observed := true)])
    ensures Steady(s, u) && WaitsKept(s, u) && WaitsForOutcome(s, u)
  {}

  // ---- waits and the tree ---------------------------------------------------------------------------------------

  lemma InsideIsKnown(s: State, t: nat, r: nat)
    requires Tree(s) && KnownTask(s, t) && Inside(s, t, r)
    ensures r < |s.regions|
    decreases s.tasks[t].region
  {
    var q := s.tasks[t].region;
    if q != r { InsideIsKnown(s, s.regions[q].owner, r); }
  }

  lemma InsideStays(s: State, u: State, t: nat, r: nat)
    requires Tree(s) && Tree(u) && NothingRemoved(s, u) && KnownTask(s, t)
    requires forall v | 1 <= v < |s.tasks| :: u.tasks[v].region == s.tasks[v].region
    requires forall q | 1 <= q < |s.regions| :: u.regions[q].owner == s.regions[q].owner
    ensures Inside(u, t, r) == Inside(s, t, r)
    decreases s.tasks[t].region
  {
    var q := s.tasks[t].region;
    if q != r && q > 1 { InsideStays(s, u, s.regions[q].owner, r); }
  }

  lemma AroundStays(s: State, u: State)
    requires Tree(s) && Tree(u) && NothingRemoved(s, u) && WaitsKept(s, u) && NoWaitAround(s)
    ensures NoWaitAround(u)
  {
    forall t: nat | KnownTask(u, t) && u.tasks[t].waits.OnTask? && u.tasks[u.tasks[t].waits.task].waits.OnRegion?
      ensures !Inside(u, t, u.tasks[u.tasks[t].waits.task].waits.region)
    {
      var v := u.tasks[t].waits.task;
      var r := u.tasks[v].waits.region;
      InsideStays(s, u, t, r);
      if r >= |s.regions| && Inside(s, t, r) { InsideIsKnown(s, t, r); }
    }
  }

  // NotAncestor is what a new wait needs; and whoever waits for the waiter waits for a task.
  lemma JoinBlockAround(s: State, u: State, w: nat, t: nat)
    requires Tree(s) && Tree(u) && NoWaitAround(s) && JoinBlock(s, u, w, t)
    ensures NoWaitAround(u)
  {
    assert u.tasks[w].waits == OnTask(t);
    forall v: nat | KnownTask(u, v) && u.tasks[v].waits.OnTask? && u.tasks[u.tasks[v].waits.task].waits.OnRegion?
      ensures !Inside(u, v, u.tasks[u.tasks[v].waits.task].waits.region)
    {
      var x := u.tasks[v].waits.task;
      var r := u.tasks[x].waits.region;
      assert x != w && u.tasks[x] == s.tasks[x];
      InsideStays(s, u, v, r);
      if v == w { assert x == t; } else { assert u.tasks[v] == s.tasks[v]; }
    }
  }

  // ---- who asked ------------------------------------------------------------------------------------------------

  // A walk asks every region but the one it was asked for from outside.
  ghost predicate FromOutside(s: State, u: State, but: nat) {
    |s.regions| == |u.regions|
    && forall q: nat | KnownRegion(s, q) && q != but :: u.regions[q] == s.regions[q] || u.regions[q].external
  }

  lemma CancelTaskOutside(s: State, t: nat, rho: Reason, echo: bool)
    requires Tree(s) && KnownTask(s, t) && rho.Reason?
    ensures FromOutside(s, CancelTask(s, t, rho, echo), 0)
    decreases |s.regions| - s.tasks[t].region, 0
  {
    var x := s.tasks[t];
    if Live(x) && x.role != Role.Finalizer && x.waits.OnRegion? {
      StrengthenGrows(x.reason, rho);
      var y := MarkTask(x, rho, echo);
      var s1 := s.(tasks := s.tasks[t := y]);
      TreeMoves(s, s1);
      var r := x.waits.region;
      var below := Below(y.reason, x.region, t);
      CancelRegionOutside(s1, r, below, true);
    }
  }

  lemma CancelRegionOutside(s: State, r: nat, rho: Reason, external: bool)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason?
    ensures FromOutside(s, CancelRegion(s, r, rho, external), r)
    ensures external && s.regions[r].phase != Closed ==>
      var y := CancelRegion(s, r, rho, external).regions[r]; y.external
    decreases |s.regions| - r, |s.tasks| + 2
  {
    if s.regions[r].phase != Closed {
      StrengthenGrows(s.regions[r].reason, rho);
      var s1 := s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, external)]);
      TreeMoves(s, s1);
      CancelTasksOutside(s1, r, 1);
    }
  }

  lemma CancelTasksOutside(s: State, r: nat, t: nat)
    requires Tree(s) && KnownRegion(s, r) && 1 <= t <= |s.tasks| && s.regions[r].reason.Reason?
    ensures FromOutside(s, CancelTasksFrom(s, r, t), 0)
    decreases |s.regions| - r, |s.tasks| + 1 - t
  {
    if t < |s.tasks| {
      if s.tasks[t].region != r {
        CancelTasksOutside(s, r, t + 1);
      } else {
        CancelTaskOutside(s, t, s.regions[r].reason, true);
        CancelTasksOutside(CancelTask(s, t, s.regions[r].reason, true), r, t + 1);
      }
    }
  }

  lemma StepAsks(s: State, u: State, a: Action)
    requires Inv(s) && NothingRemoved(s, u) && Step(s, u, a)
    ensures AskedFromInside(s, u)
  {
    match a
    case AComplete(t, o) => EndAsks(s, u, t, o);
    case AFinalize(t) => EndAsks(s, u, t, Cancelled(s.tasks[t].reason));
    case ACancelRequest(asker, x, rho) => RequestAsks(s, u, asker, x, rho);
    case AChargePoll(t) =>
      if u.regions != s.regions { CancelTaskOutside(s, t, Asked(PollQuota, s.tasks[t].region, t), false); }
    case AChargeCost(t, n) =>
      if u.regions != s.regions {
        CancelTaskOutside(Paid(s, t, n), t, Asked(CostBudget, s.tasks[t].region, t), false);
      }
    case ACloseCancelChildren(r) => BodyAsks(s, u, r);
    case _ => forall r: nat | KnownRegion(s, r) ensures u.regions[r].reason == s.regions[r].reason {}
  }

  lemma RequestAsks(s: State, u: State, asker: nat, x: Target, rho: Reason)
    requires Tree(s) && NothingRemoved(s, u) && CancelRequest(s, u, asker, x, rho)
    ensures AskedFromInside(s, u)
  {
    match x
    case TaskTarget(t) => CancelTaskOutside(s, t, rho, asker != 0);
    case RegionTarget(r) =>
      CancelRegionOutside(s, r, rho, asker == 0 || !Inside(s, asker, r));
      if asker != 0 && Inside(s, asker, r) { assert Acts(s, asker) && Inside(s, asker, r); }
  }

  lemma EndAsks(s: State, u: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o) && u == CompleteTask(s, t, o) && NothingRemoved(s, u)
    ensures AskedFromInside(s, u)
  {
    CompleteTaskKeeps(s, t, o);
    EndTaskKeeps(s, t, o);
    var s1 := EndTask(s, t, o);
    assert s1.tasks == s.tasks[t := Ended(s.tasks[t], o)] && s1.regions == s.regions;
    if FailsFast(s, t, o) {
      var r := s.tasks[t].region;
      var s2 := SetTrigger(s1, t);
      TriggerKeeps(s1, t);
      CancelRegionKeeps(s2, r, Asked(Kind.FailFast, r, t), false);
      CancelRegionOutside(s2, r, Asked(Kind.FailFast, r, t), false);
      assert TaskMarked(s2.tasks[t], u.tasks[t]);
      assert Completes(s, u, t) && s.tasks[t].region == r;
    }
  }

  lemma BodyAsks(s: State, u: State, r: nat)
    requires Inv(s) && NothingRemoved(s, u) && CloseCancelChildren(s, u, r)
    ensures AskedFromInside(s, u)
  {
    var b := s.regions[r].body;
    var s1 := MoveTo(s, r, Draining);
    if u != s1 {
      var rho := FailureReason(s.tasks[b].outcome.value, r, b);
      CancelRegionOutside(s1, r, rho, false);
      RegionKeeps(s, r, s1.regions[r]);
      CancelRegionKeeps(s1, r, rho, false);
      assert RegionMarked(s1.regions[r], u.regions[r]);
    }
  }

  // ---- theorems -------------------------------------------------------------------------------------------------

  lemma StepHolds(s: State, u: State, a: Action)
    requires Good(s) && NoWaitAround(s) && Step(s, u, a)
    ensures Good(u) && NoWaitAround(u) && Ordered(s, u)
  {
    StepKeeps(s, u, a);
    if a.AJoinBlock? {
      JoinBlockHolds(s, u, a.w, a.t);
      JoinBlockAround(s, u, a.w, a.t);
    } else {
      OtherHolds(s, u, a);
      AroundStays(s, u);
    }
  }

  lemma OtherHolds(s: State, u: State, a: Action)
    requires Good(s) && Inv(u) && Step(s, u, a) && !a.AJoinBlock?
    ensures Orderly(u) && Ordered(s, u) && WaitsKept(s, u)
  {
    match a
    case ASpawn(t, r, c, given) => SpawnHolds(s, u, t, r, c, given);
    case AStart(t) => StartHolds(s, u, t);
    case AComplete(t, o) => CompleteHolds(s, u, t, o);
    case ACancelRequest(asker, x, rho) => CancelRequestHolds(s, u, asker, x, rho);
    case ACheckpoint(t) => CheckpointHolds(s, u, t);
    case ACheckpointMasked(t) => CheckpointMaskedHolds(s, u, t);
    case AMaskEnter(t, n) => MaskEnterHolds(s, u, t, n);
    case AMaskExit(t) => MaskExitHolds(s, u, t);
    case ADrain(t) => DrainHolds(s, u, t);
    case AFinalize(t) => FinalizeHolds(s, u, t);
    case AChargePoll(t) => ChargePollHolds(s, u, t);
    case AChargeCost(t, n) => ChargeCostHolds(s, u, t, n);
    case AReserve(t, ob, k) => ReserveHolds(s, u, t, ob, k);
    case ACommit(t, ob) => CommitHolds(s, u, t, ob);
    case AAbort(t, ob) => AbortHolds(s, u, t, ob);
    case ATransfer(t, ob, receiver) => TransferHolds(s, u, t, ob, receiver);
    case AOpenRegion(t, r, b, p, given) => OpenRegionHolds(s, u, t, r, b, p, given);
    case ADefer(t) => DeferHolds(s, u, t);
    case ACloseBegin(r) => CloseBeginHolds(s, u, r);
    case ACloseCancelChildren(r) => CloseCancelChildrenHolds(s, u, r);
    case ACloseChildrenDone(r) => CloseChildrenDoneHolds(s, u, r);
    case ACloseRunFinalizer(r, f) => CloseRunFinalizerHolds(s, u, r, f);
    case ACloseComplete(r) => CloseCompleteHolds(s, u, r);
    case AJoinReady(w, x) => JoinReadyHolds(s, u, w, x);
  }

  lemma RunIsOrderly(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures Good(states[i]) && NoWaitAround(states[i])
  {
    RunKeeps(states, actions, i);
    if i > 0 {
      RunIsOrderly(states, actions, i - 1);
      StepHolds(states[i - 1], states[i], actions[i - 1]);
    }
  }

  // In every state of every run.
  lemma OrderStates(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures Tree(states[i])
    ensures var s := states[i];
      && ObservedIsCompleted(s) && BodyEndsFirst(s) && FinalizingAlone(s) && FailureCancels(s) && OutcomeCounts(s)
      && NoWaitAround(s)
  { RunIsOrderly(states, actions, i); }

  // Of every step of every run.
  lemma OrderSteps(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |actions|
    ensures Tree(states[i]) && Tree(states[i + 1]) && NothingRemoved(states[i], states[i + 1])
    ensures var s, u := states[i], states[i + 1];
      && HolderResolves(s, u) && MaskDefers(s, u) && SectionsByActive(s, u) && SectionsBeginUnasked(s, u)
      && NoLateFinalizer(s, u) && OpenerRunning(s, u) && UnlimitedStays(s, u) && WaitsForOutcome(s, u)
      && AskedFromInside(s, u)
  {
    RunIsOrderly(states, actions, i);
    StepHolds(states[i], states[i + 1], actions[i]);
    StepAsks(states[i], states[i + 1], actions[i]);
  }
}
