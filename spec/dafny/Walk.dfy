// What one request does to the whole state, proved by induction over the walk of cancelTask and cancelRegion: first
// what it leaves alone (Marked), then that it reaches everything (CancelReaches).
include "Kernel.dfy"
include "Invariant.dfy"

module Walk {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Properties
  import opened Invariant

  // A task that a request may have passed: untouched, or cancelled for a reason that only grew.
  ghost predicate TaskMarked(x: Task, y: Task) {
    y == x || (
      && y == x.(reason := y.reason, cleanup := y.cleanup, phase := y.phase, echo := y.echo)
      && Live(x) && x.role != Role.Finalizer
      && ((y.phase == x.phase && y.echo == x.echo) || (x.phase in {Created, Running} && y.phase == CancelRequested))
      && IsCancelled(y)
      && y.reason.Reason? && AtMost(x.reason, y.reason)
      && 0 <= y.cleanup <= x.cleanup && y.cleanup <= Allowance(y.reason))
  }

  ghost predicate RegionMarked(x: Region, y: Region) {
    y == x || (
      && y == x.(reason := y.reason, external := y.external, phase := y.phase)
      && x.phase != Closed
      && y.phase == (if x.phase == Open then Closing else x.phase)
      && (x.external ==> y.external)
      && y.reason.Reason? && AtMost(x.reason, y.reason))
  }

  ghost predicate Marked(s: State, u: State) {
    && |s.regions| == |u.regions| && |s.tasks| == |u.tasks| && s.obligations == u.obligations
    && (forall t | 1 <= t < |s.tasks| :: TaskMarked(s.tasks[t], u.tasks[t]))
    && (forall r | 1 <= r < |s.regions| :: RegionMarked(s.regions[r], u.regions[r]))
  }

  lemma MarkedThen(s: State, u: State, v: State)
    requires Marked(s, u) && Marked(u, v)
    ensures Marked(s, v)
  {
    forall t | 1 <= t < |s.tasks| ensures TaskMarked(s.tasks[t], v.tasks[t]) {
      var x, y, z := s.tasks[t], u.tasks[t], v.tasks[t];
      assert TaskMarked(x, y) && TaskMarked(y, z);
      if y != x && z != y { Transitive(x.reason, y.reason, z.reason); }
    }
    forall r | 1 <= r < |s.regions| ensures RegionMarked(s.regions[r], v.regions[r]) {
      var x, y, z := s.regions[r], u.regions[r], v.regions[r];
      assert RegionMarked(x, y) && RegionMarked(y, z);
      if y != x && z != y { Transitive(x.reason, y.reason, z.reason); }
    }
  }

  lemma MarkTaskMarks(x: Task, rho: Reason, echo: bool)
    requires rho.Reason? && Live(x) && x.role != Role.Finalizer && x.cleanup >= 0
    ensures TaskMarked(x, MarkTask(x, rho, echo))
    ensures IsCancelled(MarkTask(x, rho, echo))
  { StrengthenGrows(x.reason, rho); }

  lemma MarkRegionMarks(x: Region, rho: Reason, external: bool)
    requires rho.Reason? && x.phase != Closed
    ensures RegionMarked(x, MarkRegion(x, rho, external))
  { StrengthenGrows(x.reason, rho); }

  ghost predicate CleanupsValid(s: State) { forall t | 1 <= t < |s.tasks| :: s.tasks[t].cleanup >= 0 }

  // Every region below the tasks in question has a reason or is reached by the walk: (todoT, todoR) is what it still
  // owes.
  lemma CancelTaskWalk(s: State, t: nat, rho: Reason, echo: bool, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownTask(s, t) && rho.Reason? && CleanupsValid(s)
    ensures Marked(s, CancelTask(s, t, rho, echo))
    ensures ReachesTasks(s, todoT + {t}) && ReachesRegions(s, todoR) ==>
              ReachesTasks(CancelTask(s, t, rho, echo), todoT) && ReachesRegions(CancelTask(s, t, rho, echo), todoR)
    decreases |s.regions| - s.tasks[t].region, 0
  {
    var x := s.tasks[t];
    if Live(x) && x.role != Role.Finalizer {
      StrengthenGrows(x.reason, rho);
      MarkTaskMarks(x, rho, echo);
      var y := MarkTask(x, rho, echo);
      var s1 := s.(tasks := s.tasks[t := y]);
      assert SameTree(s, s1);
      TreeMoves(s, s1);
      assert Marked(s, s1);
      if x.waits.OnRegion? {
        var r := x.waits.region;
        var below := Below(y.reason, x.region, t);
        if ReachesTasks(s, todoT + {t}) && ReachesRegions(s, todoR) {
          assert ReachesTasks(s1, todoT);
          assert ReachesRegions(s1, todoR + {r});
        }
        CancelRegionWalk(s1, r, below, true, todoT, todoR);
        MarkedThen(s, s1, CancelRegion(s1, r, below, true));
      }
    }
  }

  lemma CancelRegionWalk(s: State, r: nat, rho: Reason, external: bool, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason? && CleanupsValid(s)
    ensures Marked(s, CancelRegion(s, r, rho, external))
    ensures ReachesTasks(s, todoT) && ReachesRegions(s, todoR + {r}) ==>
              ReachesTasks(CancelRegion(s, r, rho, external), todoT)
              && ReachesRegions(CancelRegion(s, r, rho, external), todoR)
    decreases |s.regions| - r, |s.tasks| + 2
  {
    if s.regions[r].phase != Closed {
      StrengthenGrows(s.regions[r].reason, rho);
      MarkRegionMarks(s.regions[r], rho, external);
      var s1 := s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, external)]);
      assert SameTree(s, s1);
      TreeMoves(s, s1);
      assert Marked(s, s1);
      if ReachesTasks(s, todoT) && ReachesRegions(s, todoR + {r}) {
        assert ReachesTasks(s1, todoT + TasksFrom(s1, r, 1));
        assert ReachesRegions(s1, todoR);
      }
      CancelTasksWalk(s1, r, 1, todoT, todoR);
      MarkedThen(s, s1, CancelTasksFrom(s1, r, 1));
    }
  }

  ghost function TasksFrom(s: State, r: nat, t: nat): set<nat> {
    set n: nat | t <= n < |s.tasks| && s.tasks[n].region == r
  }

  lemma CancelTasksWalk(s: State, r: nat, t: nat, todoT: set<nat>, todoR: set<nat>)
    requires Tree(s) && KnownRegion(s, r) && 1 <= t <= |s.tasks| && s.regions[r].reason.Reason? && CleanupsValid(s)
    ensures Marked(s, CancelTasksFrom(s, r, t))
    ensures ReachesTasks(s, todoT + TasksFrom(s, r, t)) && ReachesRegions(s, todoR) ==>
              ReachesTasks(CancelTasksFrom(s, r, t), todoT) && ReachesRegions(CancelTasksFrom(s, r, t), todoR)
    decreases |s.regions| - r, |s.tasks| + 1 - t
  {
    if t == |s.tasks| {
      assert todoT + TasksFrom(s, r, t) == todoT;
    } else if s.tasks[t].region != r {
      assert TasksFrom(s, r, t) == TasksFrom(s, r, t + 1);
      CancelTasksWalk(s, r, t + 1, todoT, todoR);
    } else {
      var s1 := CancelTask(s, t, s.regions[r].reason, true);
      var rest := todoT + TasksFrom(s, r, t + 1);
      CancelTaskWalk(s, t, s.regions[r].reason, true, rest, todoR);
      assert rest + {t} == todoT + TasksFrom(s, r, t);
      assert TasksFrom(s, r, t + 1) == TasksFrom(s1, r, t + 1);
      CancelTasksWalk(s1, r, t + 1, todoT, todoR);
      MarkedThen(s, s1, CancelTasksFrom(s1, r, t + 1));
    }
  }

  // ---- a walk keeps the invariant -------------------------------------------------------------------------------

  lemma MarkedKeepsSound(s: State, u: State)
    requires Sound(s) && Marked(s, u)
    ensures Sound(u)
  {
    assert forall t | 1 <= t < |s.tasks| :: TaskMarked(s.tasks[t], u.tasks[t]);
    assert forall r | 1 <= r < |s.regions| :: RegionMarked(s.regions[r], u.regions[r]);
  }

  lemma CancelTaskKeeps(s: State, t: nat, rho: Reason, echo: bool)
    requires Inv(s) && KnownTask(s, t) && rho.Reason?
    ensures Inv(CancelTask(s, t, rho, echo)) && Marked(s, CancelTask(s, t, rho, echo))
  {
    CancelTaskWalk(s, t, rho, echo, {}, {});
    MarkedKeepsSound(s, CancelTask(s, t, rho, echo));
  }

  lemma CancelRegionKeeps(s: State, r: nat, rho: Reason, external: bool)
    requires Inv(s) && KnownRegion(s, r) && rho.Reason?
    ensures Inv(CancelRegion(s, r, rho, external)) && Marked(s, CancelRegion(s, r, rho, external))
  {
    CancelRegionWalk(s, r, rho, external, {}, {});
    MarkedKeepsSound(s, CancelRegion(s, r, rho, external));
  }
}
