// The theorems: every property of docs/semantics.md, section 8, holds in every state and of every step of every run,
// however many tasks, regions and obligations there are; and what follows for whole subtrees and whole runs.
include "ProofsTask.dfy"
include "ProofsRegion.dfy"

module Theorems {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant
  import opened Walk
  import opened Steps
  import opened ProofsTask
  import opened ProofsRegion

  // Each of the 25 rules keeps the invariant.
  lemma StepKeeps(s: State, u: State, a: Action)
    requires Inv(s) && Step(s, u, a)
    ensures Keeps(s, u)
  {
    match a
    case ASpawn(t, r, c, given) => SpawnKeeps(s, u, t, r, c, given);
    case AStart(t) => StartKeeps(s, u, t);
    case AComplete(t, o) => CompleteKeeps(s, u, t, o);
    case ACancelRequest(asker, x, rho) => CancelRequestKeeps(s, u, asker, x, rho);
    case ACheckpoint(t) => CheckpointKeeps(s, u, t);
    case ACheckpointMasked(t) => CheckpointMaskedKeeps(s, u, t);
    case AMaskEnter(t, n) => MaskEnterKeeps(s, u, t, n);
    case AMaskExit(t) => MaskExitKeeps(s, u, t);
    case ADrain(t) => DrainKeeps(s, u, t);
    case AFinalize(t) => FinalizeKeeps(s, u, t);
    case AChargePoll(t) => ChargePollKeeps(s, u, t);
    case AChargeCost(t, n) => ChargeCostKeeps(s, u, t, n);
    case AReserve(t, ob, k) => ReserveKeeps(s, u, t, ob, k);
    case ACommit(t, ob) => CommitKeeps(s, u, t, ob);
    case AAbort(t, ob) => AbortKeeps(s, u, t, ob);
    case ATransfer(t, ob, receiver) => TransferKeeps(s, u, t, ob, receiver);
    case AOpenRegion(t, r, b, p, given) => OpenRegionKeeps(s, u, t, r, b, p, given);
    case ADefer(t) => DeferKeeps(s, u, t);
    case ACloseBegin(r) => CloseBeginKeeps(s, u, r);
    case ACloseCancelChildren(r) => CloseCancelChildrenKeeps(s, u, r);
    case ACloseChildrenDone(r) => CloseChildrenDoneKeeps(s, u, r);
    case ACloseRunFinalizer(r, f) => CloseRunFinalizerKeeps(s, u, r, f);
    case ACloseComplete(r) => CloseCompleteKeeps(s, u, r);
    case AJoinBlock(w, t) => JoinBlockKeeps(s, u, w, t);
    case AJoinReady(w, x) => JoinReadyKeeps(s, u, w, x);
  }

  // A run from the initial state. Step is defined on trees only; RunKeeps shows that every state of a run is one, the
  // last one too, so that "Tree" leaves out no run.
  ghost predicate Run(states: seq<State>, actions: seq<Action>) {
    && |states| == |actions| + 1
    && Init(states[0])
    && forall i | 0 <= i < |actions| :: Tree(states[i]) && Step(states[i], states[i + 1], actions[i])
  }

  lemma RunKeeps(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures Inv(states[i])
  {
    if i == 0 { InitEstablishes(states[0]); }
    else { RunKeeps(states, actions, i - 1); StepKeeps(states[i - 1], states[i], actions[i - 1]); }
  }

  // The state invariants of section 8.
  lemma StateTheorem(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |states|
    ensures var s := states[i];
      && Quiescence(s) && OwnershipTree(s) && ReservedHasLiveHolder(s) && CancelReaches(s)
      && CancelledRegionNotOpen(s)
      && MaskBounded(s) && NeverStarted(s) && OutcomeIffCompleted(s) && LeakMeansBug(s) && SingleOwner(s)
      && ExternalNeverOk(s) && CleanupTight(s) && NoWaitOnFinished(s) && BudgetNested(s)
  {
    var s := states[i];
    RunKeeps(states, actions, i);
    InvQuiescence(s); InvOwnershipTree(s); InvReservedHasLiveHolder(s); InvCancelReaches(s);
    InvCancelledRegionNotOpen(s);
    InvMaskBounded(s); InvNeverStarted(s); InvOutcomeIffCompleted(s); InvLeakMeansBug(s); InvSingleOwner(s);
    InvExternalNeverOk(s); InvCleanupTight(s); InvNoWaitOnFinished(s); InvBudgetNested(s);
  }

  // The step properties of section 8.
  lemma StepTheorem(states: seq<State>, actions: seq<Action>, i: nat)
    requires Run(states, actions) && i < |actions|
    ensures NothingRemoved(states[i], states[i + 1])
    ensures var s, u := states[i], states[i + 1];
      && ClosingMonotone(s, u) && TaskPhaseGraph(s, u) && ResolvedOnce(s, u) && ReasonNeverWeakens(s, u)
      && QuotaNeverGrows(s, u) && MaskOnlySpent(s, u) && FinalIsFinal(s, u) && AcknowledgedEndsCancelled(s, u)
  {
    RunKeeps(states, actions, i);
    StepKeeps(states[i], states[i + 1], actions[i]);
    StepMeans(states[i], states[i + 1]);
  }

  // ---- whole subtrees -------------------------------------------------------------------------------------------

  // No orphan: when a region is Closed, nothing lives in it or anywhere below it.
  lemma NoOrphan(s: State, t: nat, r: nat)
    requires Inv(s) && KnownTask(s, t) && KnownRegion(s, r) && Inside(s, t, r) && s.regions[r].phase == Closed
    ensures !Live(s.tasks[t]) && s.regions[s.tasks[t].region].phase == Closed
    decreases s.tasks[t].region
  {
    var q := s.tasks[t].region;
    if q != r { NoOrphan(s, s.regions[q].owner, r); }
  }

  // A cancelled region's tasks are cancelled at every depth, save finalizers.
  lemma CancelReachesDescendants(s: State, t: nat, r: nat)
    requires Inv(s) && KnownTask(s, t) && KnownRegion(s, r) && Inside(s, t, r) && s.regions[r].reason.Reason?
    requires Live(s.tasks[t]) && s.tasks[t].role != Role.Finalizer
    ensures IsCancelled(s.tasks[t])
    decreases s.tasks[t].region
  {
    var q := s.tasks[t].region;
    if q != r {
      var owner := s.regions[q].owner;
      assert s.regions[q].phase != Closed;
      CancelReachesDescendants(s, owner, r);
      assert s.tasks[owner].waits == OnRegion(q);
    }
  }

  // One step covers the whole subtree (D4): right after the request, and for a reason at least as strong as asked.
  lemma RequestCoversSubtree(s: State, u: State, asker: nat, r: nat, rho: Reason)
    requires Inv(s) && CancelRequest(s, u, asker, RegionTarget(r), rho)
    ensures Inv(u) && AtMost(rho, u.regions[r].reason)
    ensures forall t: nat
      | KnownTask(u, t) && Inside(u, t, r) && Live(u.tasks[t]) && u.tasks[t].role != Role.Finalizer ::
      IsCancelled(u.tasks[t])
  {
    CancelRequestKeeps(s, u, asker, RegionTarget(r), rho);
    var external := asker == 0 || !Inside(s, asker, r);
    var x := MarkRegion(s.regions[r], rho, external);
    var s1 := s.(regions := s.regions[r := x]);
    StrengthenGrows(s.regions[r].reason, rho);
    TreeMoves(s, s1);
    CancelTasksWalk(s1, r, 1, {}, {});
    assert RegionMarked(x, u.regions[r]);
    Total(x.reason, x.reason);
    Transitive(rho, x.reason, u.regions[r].reason);
    forall t: nat | KnownTask(u, t) && Inside(u, t, r) && Live(u.tasks[t]) && u.tasks[t].role != Role.Finalizer
      ensures IsCancelled(u.tasks[t])
    { CancelReachesDescendants(u, t, r); }
  }

  // ---- whole runs -----------------------------------------------------------------------------------------------

  // Resolved once and for all; a reason, a quota and a rung never go back, however many steps later.
  lemma ForGood(states: seq<State>, actions: seq<Action>, i: nat, j: nat)
    requires Run(states, actions) && i <= j < |states|
    ensures NothingRemoved(states[i], states[j])
    ensures forall o | 1 <= o < |states[i].obligations| && states[i].obligations[o].phase != Reserved ::
      states[j].obligations[o] == states[i].obligations[o]
    ensures forall t | 1 <= t < |states[i].tasks| ::
      AtMost(states[i].tasks[t].reason, states[j].tasks[t].reason)
      && states[j].tasks[t].cleanup <= states[i].tasks[t].cleanup
    ensures forall r | 1 <= r < |states[i].regions| ::
      Rung(states[i].regions[r].phase) <= Rung(states[j].regions[r].phase)
  {
    if i == j { AtMostReflexive(); }
    else {
      ForGood(states, actions, i, j - 1);
      StepTheorem(states, actions, j - 1);
      forall t | 1 <= t < |states[i].tasks| ensures AtMost(states[i].tasks[t].reason, states[j].tasks[t].reason) {
        Transitive(states[i].tasks[t].reason, states[j - 1].tasks[t].reason, states[j].tasks[t].reason);
      }
    }
  }

  // The theorems speak of something: there is an initial state.
  lemma InitExists() returns (s: State)
    ensures Init(s)
  {
    var b := Budget(NoDeadline, Unlimited, Unlimited, 0);
    var region, task := NewRegion(0, 1, Policy.FailFast, b), NewTask(1, Body, b);
    s := State([region, region], [task, task], [Obligation(Ack, 0, Committed)]);
  }
}
