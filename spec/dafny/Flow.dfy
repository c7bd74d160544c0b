// How strong a request is further down: a second inductive invariant, Flow. Whatever lives in a region is cancelled
// for a reason at least as strong as the region's, and a region at least as strongly as what its owner's reason is
// below (D3).
include "Theorems.dfy"

module Flows {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant
  import opened Walk
  import opened Steps

  ghost predicate TaskFlows(s: State, t: nat)
    requires Tree(s) && KnownTask(s, t)
  {
    AtMost(s.regions[s.tasks[t].region].reason, s.tasks[t].reason)
  }

  // Of a task with a reason that waits for a region: the region has the reason below it, or a stronger one, from
  // outside.
  ghost predicate RegionFlows(s: State, t: nat, rho: Reason, external: bool)
    requires Tree(s) && KnownTask(s, t) && s.tasks[t].reason.Reason?
  {
    AtMost(Below(s.tasks[t].reason, s.tasks[t].region, t), rho) && external
  }

  ghost predicate FlowsTasks(s: State, todo: set<nat>)
    requires Tree(s)
  {
    forall t: nat | 1 <= t < |s.tasks| ::
      Live(s.tasks[t]) && s.tasks[t].role != Role.Finalizer && t !in todo ==> TaskFlows(s, t)
  }

  ghost predicate FlowsRegions(s: State, todo: set<nat>)
    requires Tree(s)
  {
    forall t: nat | 1 <= t < |s.tasks| ::
      var w := s.tasks[t].waits;
      w.OnRegion? && s.tasks[t].reason.Reason? && s.regions[w.region].phase != Closed && w.region !in todo ==>
        RegionFlows(s, t, s.regions[w.region].reason, s.regions[w.region].external)
  }

  ghost predicate Flow(s: State)
    requires Tree(s)
  {
    FlowsTasks(s, {}) && FlowsRegions(s, {})
  }

  lemma NoReasonLeast()
    ensures forall a: Reason :: AtMost(NoReason, a)
  {
    forall a: Reason ensures AtMost(NoReason, a) { StrengthenUnit(a); Total(a, a); reveal Strength(); }
  }

  // What the walk owes region r is paid by a request for rho: its owner's reason is not above rho.
  ghost predicate Pays(s: State, r: nat, rho: Reason, external: bool)
    requires Tree(s) && KnownRegion(s, r)
  {
    var t := s.regions[r].owner;
    r > 1 && s.tasks[t].waits == OnRegion(r) && s.tasks[t].reason.Reason? ==>
      RegionFlows(s, t, rho, external) || RegionFlows(s, t, s.regions[r].reason, s.regions[r].external)
  }

  lemma CancelTaskFlows(s: State, t: nat, rho: Reason, echo: bool, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownTask(s, t) && rho.Reason?
    requires FlowsTasks(s, todoT + {t}) && FlowsRegions(s, todoR)
    requires TaskFlows(s, t) || AtMost(s.regions[s.tasks[t].region].reason, rho)
    ensures FlowsTasks(CancelTask(s, t, rho, echo), todoT) && FlowsRegions(CancelTask(s, t, rho, echo), todoR)
    decreases |s.regions| - s.tasks[t].region, 0
  {
    var x := s.tasks[t];
    if Live(x) && x.role != Role.Finalizer {
      StrengthenGrows(x.reason, rho);
      var y := MarkTask(x, rho, echo);
      var s1 := s.(tasks := s.tasks[t := y]);
      assert SameTree(s, s1);
      TreeMoves(s, s1);
      var home := s.regions[x.region].reason;
      if TaskFlows(s, t) { Transitive(home, x.reason, y.reason); } else { Transitive(home, rho, y.reason); }
      assert FlowsTasks(s1, todoT);
      if x.waits.OnRegion? {
        var r := x.waits.region;
        var below := Below(y.reason, x.region, t);
        assert FlowsRegions(s1, todoR + {r});
        Total(below, below);
        CancelRegionFlows(s1, r, below, true, todoT, todoR);
      }
    }
  }

  lemma CancelRegionFlows(s: State, r: nat, rho: Reason, external: bool, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason?
    requires FlowsTasks(s, todoT) && FlowsRegions(s, todoR + {r}) && Pays(s, r, rho, external)
    ensures FlowsTasks(CancelRegion(s, r, rho, external), todoT)
    ensures FlowsRegions(CancelRegion(s, r, rho, external), todoR)
    decreases |s.regions| - r, |s.tasks| + 2
  {
    if s.regions[r].phase != Closed {
      var x := s.regions[r];
      StrengthenGrows(x.reason, rho);
      var y := MarkRegion(x, rho, external);
      var s1 := s.(regions := s.regions[r := y]);
      assert SameTree(s, s1);
      TreeMoves(s, s1);
      assert FlowsTasks(s1, todoT + TasksFrom(s1, r, 1));
      forall t: nat | 1 <= t < |s.tasks| && s.tasks[t].waits == OnRegion(r) && s.tasks[t].reason.Reason?
        ensures RegionFlows(s1, t, y.reason, y.external)
      {
        var below := Below(s.tasks[t].reason, s.tasks[t].region, t);
        assert s.regions[r].owner == t;
        if RegionFlows(s, t, rho, external) { Transitive(below, rho, y.reason); }
        else { Transitive(below, x.reason, y.reason); }
      }
      assert FlowsRegions(s1, todoR);
      CancelTasksFlow(s1, r, 1, todoT, todoR);
    }
  }

  lemma CancelTasksFlow(s: State, r: nat, t: nat, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownRegion(s, r) && 1 <= t <= |s.tasks| && s.regions[r].reason.Reason?
    requires FlowsTasks(s, todoT + TasksFrom(s, r, t)) && FlowsRegions(s, todoR)
    ensures FlowsTasks(CancelTasksFrom(s, r, t), todoT) && FlowsRegions(CancelTasksFrom(s, r, t), todoR)
    decreases |s.regions| - r, |s.tasks| + 1 - t
  {
    if t == |s.tasks| {
      assert todoT + TasksFrom(s, r, t) == todoT;
    } else if s.tasks[t].region != r {
      assert TasksFrom(s, r, t) == TasksFrom(s, r, t + 1);
      CancelTasksFlow(s, r, t + 1, todoT, todoR);
    } else {
      var rho := s.regions[r].reason;
      var s1 := CancelTask(s, t, rho, true);
      var rest := todoT + TasksFrom(s, r, t + 1);
      assert rest + {t} == todoT + TasksFrom(s, r, t);
      Total(rho, rho);
      CancelTaskFlows(s, t, rho, true, rest, todoR);
      assert TasksFrom(s, r, t + 1) == TasksFrom(s1, r, t + 1);
      CancelTasksFlow(s1, r, t + 1, todoT, todoR);
    }
  }

  lemma TaskRequestFlows(s: State, t: nat, rho: Reason, echo: bool)
    requires Inv(s) && Flow(s) && KnownTask(s, t) && rho.Reason?
    ensures Flow(CancelTask(s, t, rho, echo))
  {
    if Live(s.tasks[t]) && s.tasks[t].role != Role.Finalizer { CancelTaskFlows(s, t, rho, echo, {}, {}); }
  }

  lemma RegionRequestFlows(s: State, r: nat, rho: Reason, external: bool)
    requires Inv(s) && Flow(s) && KnownRegion(s, r) && rho.Reason?
    ensures Flow(CancelRegion(s, r, rho, external))
  {
    if s.regions[r].phase != Closed { CancelRegionFlows(s, r, rho, external, {}, {}); }
  }

  // A step in which no reason and no region wait comes up: all rules without a walk.
  lemma CalmFlows(s: State, u: State)
    requires Tree(s) && Tree(u) && Flow(s) && NothingRemoved(s, u)
    requires forall r | 1 <= r < |s.regions| ::
      u.regions[r].reason == s.regions[r].reason && u.regions[r].external == s.regions[r].external
      && (s.regions[r].phase == Closed ==> u.regions[r].phase == Closed)
    requires forall t | 1 <= t < |s.tasks| ::
      var x, y := s.tasks[t], u.tasks[t];
      && y.reason == x.reason && y.region == x.region && y.role == x.role && (Live(y) ==> Live(x))
      && (y.waits.OnRegion? ==> y.waits == x.waits || x.reason.NoReason?)
    requires forall t | |s.tasks| <= t < |u.tasks| ::
      var y := u.tasks[t];
      && y.waits.Nothing? && (y.role == Role.Finalizer || u.regions[y.region].reason.NoReason?)
    ensures Flow(u)
  {
    NoReasonLeast();
    forall t: nat | 1 <= t < |u.tasks| && Live(u.tasks[t]) && u.tasks[t].role != Role.Finalizer
      ensures TaskFlows(u, t)
    { if t < |s.tasks| { assert TaskFlows(s, t); } }
    forall t: nat | 1 <= t < |u.tasks| && u.tasks[t].waits.OnRegion? && u.tasks[t].reason.Reason?
      && u.regions[u.tasks[t].waits.region].phase != Closed
      ensures var q := u.regions[u.tasks[t].waits.region]; RegionFlows(u, t, q.reason, q.external)
    {
      assert t < |s.tasks| && u.tasks[t].waits == s.tasks[t].waits;
      var q := s.regions[s.tasks[t].waits.region];
      assert RegionFlows(s, t, q.reason, q.external);
    }
  }
}
