// Every rule keeps Flow; hence a request reaches every depth undiminished, and the same request again changes nothing
// (D21).
include "Flow.dfy"

module FlowTheorems {
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
  import opened Flows

  lemma InitFlows(s: State)
    requires Init(s)
    ensures Tree(s) && Flow(s)
  { NoReasonLeast(); }

  lemma CompleteTaskFlows(s: State, t: nat, o: Outcome)
    requires Inv(s) && Flow(s) && KnownTask(s, t) && MayEnd(s.tasks[t], o)
    ensures Flow(CompleteTask(s, t, o))
  {
    var s1 := EndTask(s, t, o);
    EndTaskKeeps(s, t, o);
    CalmFlows(s, s1);
    if FailsFast(s, t, o) {
      assert s1.tasks[t] == Ended(s.tasks[t], o) && s1.regions == s.regions;
      var s2 := SetTrigger(s1, t);
      TriggerKeeps(s1, t);
      CalmFlows(s1, s2);
      RegionRequestFlows(s2, s.tasks[t].region, Asked(Kind.FailFast, s.tasks[t].region, t), false);
    }
  }

  lemma CloseCancelChildrenFlows(s: State, u: State, r: nat)
    requires Inv(s) && Flow(s) && CloseCancelChildren(s, u, r)
    ensures Tree(u) && Flow(u)
  {
    var b := s.regions[r].body;
    var s1 := MoveTo(s, r, Draining);
    RegionKeeps(s, r, s1.regions[r]);
    CalmFlows(s, s1);
    if u != s1 { RegionRequestFlows(s1, r, FailureReason(s.tasks[b].outcome.value, r, b), false); }
  }

  lemma ChargePollFlows(s: State, u: State, t: nat)
    requires Inv(s) && Flow(s) && ChargePoll(s, u, t) && Tree(u)
    ensures Flow(u)
  {
    var x := s.tasks[t];
    if (if x.phase == Cancelling then x.cleanup else x.polls) <= 0 {
      TaskRequestFlows(s, t, Asked(PollQuota, x.region, t), false);
    } else { CalmFlows(s, u); }
  }

  lemma ChargeCostFlows(s: State, u: State, t: nat, n: int)
    requires Inv(s) && Flow(s) && ChargeCost(s, u, t, n) && Tree(u)
    ensures Flow(u)
  {
    var s1 := Paid(s, t, n);
    QuietKeeps(s, t, s1.tasks[t]);
    CalmFlows(s, s1);
    if u != s1 { TaskRequestFlows(s1, t, Asked(CostBudget, s.tasks[t].region, t), false); }
  }

  // The rules without a walk: on one task, on the ledger, on one region, and those that add a task.
  lemma TaskRulesFlow(s: State, u: State, a: Action)
    requires Inv(s) && Flow(s) && Step(s, u, a) && Tree(u)
    requires a.AStart? || a.ACheckpoint? || a.ACheckpointMasked? || a.AMaskEnter? || a.AMaskExit? || a.ADrain?
             || a.AJoinBlock? || a.AJoinReady?
    ensures Flow(u)
  { CalmFlows(s, u); }

  lemma LedgerRulesFlow(s: State, u: State, a: Action)
    requires Inv(s) && Flow(s) && Step(s, u, a) && Tree(u)
    requires a.AReserve? || a.ACommit? || a.AAbort? || a.ATransfer?
    ensures Flow(u)
  { CalmFlows(s, u); }

  lemma RegionRulesFlow(s: State, u: State, a: Action)
    requires Inv(s) && Flow(s) && Step(s, u, a) && Tree(u)
    requires a.ADefer? || a.ACloseBegin? || a.ACloseChildrenDone? || a.ACloseComplete?
    ensures Flow(u)
  { CalmFlows(s, u); }

  lemma NewTaskRulesFlow(s: State, u: State, a: Action)
    requires Inv(s) && Flow(s) && Step(s, u, a) && Tree(u)
    requires a.ASpawn? || a.AOpenRegion? || a.ACloseRunFinalizer?
    ensures Flow(u)
  { CalmFlows(s, u); }

  lemma StepFlows(s: State, u: State, a: Action)
    requires Inv(s) && Flow(s) && Step(s, u, a)
    ensures Inv(u) && Flow(u)
  {
    StepKeeps(s, u, a);
    match a
    case AComplete(t, o) => CompleteTaskFlows(s, t, o);
    case AFinalize(t) => CompleteTaskFlows(s, t, Cancelled(s.tasks[t].reason));
    case ACancelRequest(asker, x, rho) =>
      match x {
        case TaskTarget(t) => TaskRequestFlows(s, t, rho, asker != 0);
        case RegionTarget(r) => RegionRequestFlows(s, r, rho, asker == 0 || !Inside(s, asker, r));
      }
    case AChargePoll(t) => ChargePollFlows(s, u, t);
    case AChargeCost(t, n) => ChargeCostFlows(s, u, t, n);
    case ACloseCancelChildren(r) => CloseCancelChildrenFlows(s, u, r);
    case ASpawn(_, _, _, _) => NewTaskRulesFlow(s, u, a);
    case AOpenRegion(_, _, _, _, _) => NewTaskRulesFlow(s, u, a);
    case ACloseRunFinalizer(_, _) => NewTaskRulesFlow(s, u, a);
    case ADefer(_) => RegionRulesFlow(s, u, a);
    case ACloseBegin(_) => RegionRulesFlow(s, u, a);
    case ACloseChildrenDone(_) => RegionRulesFlow(s, u, a);
    case ACloseComplete(_) => RegionRulesFlow(s, u, a);
    case AReserve(_, _, _) => LedgerRulesFlow(s, u, a);
    case ACommit(_, _) => LedgerRulesFlow(s, u, a);
    case AAbort(_, _) => LedgerRulesFlow(s, u, a);
    case ATransfer(_, _, _) => LedgerRulesFlow(s, u, a);
    case _ => TaskRulesFlow(s, u, a);
  }

  lemma RunFlows(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures Inv(states[i]) && Flow(states[i])
  {
    if i == 0 { InitEstablishes(states[0]); InitFlows(states[0]); }
    else { RunFlows(states, actions, i - 1); StepFlows(states[i - 1], states[i], actions[i - 1]); }
  }

  // ---- the same request again -----------------------------------------------------------------------------------

  lemma NothingToStrengthen(a: Reason, rho: Reason)
    requires AtMost(rho, a)
    ensures Strengthen(a, rho) == a
  { StrengthOrder(a, rho); }

  lemma CancelTaskAgain(s: State, t: nat, rho: Reason, echo: bool)
    requires Inv(s) && Flow(s) && KnownTask(s, t) && rho.Reason? && AtMost(rho, s.tasks[t].reason)
    ensures CancelTask(s, t, rho, echo) == s
    decreases |s.regions| - s.tasks[t].region, 0
  {
    var x := s.tasks[t];
    if Live(x) && x.role != Role.Finalizer {
      NothingToStrengthen(x.reason, rho);
      NoReasonLeast();
      assert x.reason.Reason? by { StrengthenGrows(rho, x.reason); }
      assert IsCancelled(x);
      assert MarkTask(x, rho, echo) == x;
      assert s.(tasks := s.tasks[t := x]) == s;
      if x.waits.OnRegion? {
        var r := x.waits.region;
        var below := Below(x.reason, x.region, t);
        if s.regions[r].phase != Closed {
          assert RegionFlows(s, t, s.regions[r].reason, s.regions[r].external);
          CancelRegionAgain(s, r, below, true);
        }
      }
    }
  }

  lemma CancelRegionAgain(s: State, r: nat, rho: Reason, external: bool)
    requires Inv(s) && Flow(s) && KnownRegion(s, r) && rho.Reason? && s.regions[r].phase != Closed
    requires AtMost(rho, s.regions[r].reason) && (external ==> s.regions[r].external)
    ensures CancelRegion(s, r, rho, external) == s
    decreases |s.regions| - r, |s.tasks| + 2
  {
    NothingToStrengthen(s.regions[r].reason, rho);
    StrengthenGrows(s.regions[r].reason, rho);
    assert MarkRegion(s.regions[r], rho, external) == s.regions[r];
    assert s.(regions := s.regions[r := s.regions[r]]) == s;
    CancelTasksAgain(s, r, 1);
  }

  lemma CancelTasksAgain(s: State, r: nat, t: nat)
    requires Inv(s) && Flow(s) && KnownRegion(s, r) && 1 <= t <= |s.tasks| && s.regions[r].reason.Reason?
    ensures CancelTasksFrom(s, r, t) == s
    decreases |s.regions| - r, |s.tasks| + 1 - t
  {
    if t < |s.tasks| {
      if s.tasks[t].region == r && Live(s.tasks[t]) && s.tasks[t].role != Role.Finalizer {
        assert TaskFlows(s, t);
        CancelTaskAgain(s, t, s.regions[r].reason, true);
      }
      CancelTasksAgain(s, r, t + 1);
    }
  }

  // Cancelling twice for one reason is cancelling once, down to the last record, if the second request comes from the
  // same side as the first or from inside. In a chain of requests the reason is the strongest; cleanup is not (see
  // Allowance.dfy).
  lemma RepeatChangesNothing(s: State, u: State, v: State, first: nat, second: nat, x: Target, rho: Reason)
    requires Inv(s) && Flow(s) && CancelRequest(s, u, first, x, rho)
    requires Tree(u) && CancelRequest(u, v, second, x, rho)
    requires x.RegionTarget? && (second == 0 || !Inside(u, second, x.region)) ==> u.regions[x.region].external
    ensures v == u
  {
    StepFlows(s, u, ACancelRequest(first, x, rho));
    match x
    case TaskTarget(t) =>
      var y := MarkTask(s.tasks[t], rho, first != 0);
      var s1 := s.(tasks := s.tasks[t := y]);
      StrengthenGrows(s.tasks[t].reason, rho);
      TreeMoves(s, s1);
      if y.waits.OnRegion? {
        CancelRegionWalk(s1, y.waits.region, Below(y.reason, y.region, t), true, {}, {});
        assert TaskMarked(y, u.tasks[t]);
      }
      Total(y.reason, y.reason);
      Transitive(rho, y.reason, u.tasks[t].reason);
      CancelTaskAgain(u, t, rho, second != 0);
    case RegionTarget(r) =>
      RequestCoversSubtree(s, u, first, r, rho);
      CancelRegionAgain(u, r, rho, second == 0 || !Inside(u, second, r));
  }
}
