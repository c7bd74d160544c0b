// The theorems are not empty: a run from the initial state, by eight rules, in which a request of the environment
// reaches the root's body, the body cleans up and ends, and the root closes with the reason that was asked.
include "Theorems.dfy"

module Witness {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Theorems

  ghost function Only(r: Region, t: Task): State { State([r, r], [t, t], [Obligation(Ack, 0, Committed)]) }

  lemma AWholeLife(rho: Reason) returns (states: seq<State>, actions: seq<Action>)
    requires rho.Reason?
    ensures Run(states, actions) && |actions| == 8
    ensures var end := states[8];
      |end.regions| == 2 && end.regions[1].phase == Closed && end.regions[1].outcome == Some(Cancelled(rho))
  {
    StrengthenUnit(rho);
    StrengthenIdempotent(rho);
    var b := Budget(NoDeadline, Unlimited, Unlimited, 0);
    var r0, t0 := NewRegion(0, 1, Policy.FailFast, b), NewTask(1, Body, b);
    var t1 := t0.(phase := Running, started := true);
    var r2, t2 := MarkRegion(r0, rho, true), MarkTask(t1, rho, true);
    var t3 := t2.(phase := Cancelling);
    var t4 := t3.(phase := TaskPhase.Finalizing);
    var t5 := Ended(t4, Cancelled(rho));
    var r6 := r2.(phase := Draining);
    var r7 := r2.(phase := RegionPhase.Finalizing);
    var r8 := r2.(phase := Closed, outcome := Some(Cancelled(rho)));

    // Position 0 is read by nothing, so that it may keep what it had.
    var s0 := Only(r0, t0);
    var s1 := s0.(tasks := [t0, t1]);
    var s2 := s1.(regions := [r0, r2], tasks := [t0, t2]);
    var s3 := s2.(tasks := [t0, t3]);
    var s4 := s3.(tasks := [t0, t4]);
    var s5 := s4.(tasks := [t0, t5]);
    var s6 := s5.(regions := [r0, r6]);
    var s7 := s6.(regions := [r0, r7]);
    var s8 := s7.(regions := [r0, r8]);

    assert Init(s0);
    assert Step(s0, s1, AStart(1));
    Requested(s1, s2, rho);
    assert Step(s2, s3, ACheckpoint(1));
    assert Step(s3, s4, ADrain(1));
    assert Step(s4, s5, AFinalize(1)) by {
      assert ResolveHeld(s5, 1, Cancelled(rho)).obligations == s5.obligations;
      assert EndTask(s4, 1, Cancelled(rho)) == s5;
    }
    assert Step(s5, s6, ACloseCancelChildren(1));
    assert Step(s6, s7, ACloseChildrenDone(1));
    assert RegionOutcome(s7, 1) == Cancelled(rho) by { assert Unobserved(s7, 1, 1) == Unobserved(s7, 1, 0) == Ok; }
    assert Step(s7, s8, ACloseComplete(1));
    states := [s0, s1, s2, s3, s4, s5, s6, s7, s8];
    actions := [AStart(1), ACancelRequest(0, RegionTarget(1), rho), ACheckpoint(1), ADrain(1), AFinalize(1),
                ACloseCancelChildren(1), ACloseChildrenDone(1), ACloseComplete(1)];
  }

  // The walk over a region with one task.
  lemma Requested(s: State, u: State, rho: Reason)
    requires Tree(s) && |s.regions| == 2 && |s.tasks| == 2 && rho.Reason?
    requires s.regions[1].phase == Open && s.regions[1].reason.NoReason?
    requires s.tasks[1].phase == Running && s.tasks[1].reason.NoReason? && s.tasks[1].role == Body
    requires s.tasks[1].waits.Nothing? && s.tasks[1].region == 1
    requires u == s.(regions := s.regions[1 := MarkRegion(s.regions[1], rho, true)],
                     tasks := s.tasks[1 := MarkTask(s.tasks[1], rho, true)])
    ensures Step(s, u, ACancelRequest(0, RegionTarget(1), rho))
  {
    StrengthenUnit(rho);
    var s1 := s.(regions := s.regions[1 := MarkRegion(s.regions[1], rho, true)]);
    TreeMoves(s, s1);
    assert CancelTask(s1, 1, rho, true) == u;
    assert CancelTasksFrom(u, 1, 2) == u;
    assert CancelTasksFrom(s1, 1, 1) == u;
  }
}
