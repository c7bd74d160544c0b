// Every rule of chapters 2 to 5 keeps the invariant and the step properties.
include "Steps.dfy"
include "Rules.dfy"

module ProofsTask {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened Properties
  import opened Invariant
  import opened Walk
  import opened Steps

  lemma SpawnKeeps(s: State, u: State, t: nat, r: nat, c: nat, given: Budget)
    requires Inv(s) && Spawn(s, u, t, r, c, given)
    ensures Keeps(s, u)
  {
    AtMostReflexive();
    assert Tree(u);
    assert TaskOK(u.tasks[c], c);
    assert Sound(u);
    assert CancelReaches(u);
  }

  lemma StartKeeps(s: State, u: State, t: nat)
    requires Inv(s) && Start(s, u, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma CompleteKeeps(s: State, u: State, t: nat, o: Outcome)
    requires Inv(s) && Complete(s, u, t, o)
    ensures Keeps(s, u)
  { CompleteTaskKeeps(s, t, o); }

  lemma CancelRequestKeeps(s: State, u: State, asker: nat, x: Target, rho: Reason)
    requires Inv(s) && CancelRequest(s, u, asker, x, rho)
    ensures Keeps(s, u)
  {
    match x
    case TaskTarget(t) => CancelTaskKeeps(s, t, rho, asker != 0); MarkedIsStep(s, u);
    case RegionTarget(r) =>
      var external := asker == 0 || !Inside(s, asker, r);
      CancelRegionKeeps(s, r, rho, external); MarkedIsStep(s, u);
  }

  lemma CheckpointKeeps(s: State, u: State, t: nat)
    requires Inv(s) && Checkpoint(s, u, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma CheckpointMaskedKeeps(s: State, u: State, t: nat)
    requires Inv(s) && CheckpointMasked(s, u, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma MaskEnterKeeps(s: State, u: State, t: nat, n: nat)
    requires Inv(s) && MaskEnter(s, u, t, n)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma MaskExitKeeps(s: State, u: State, t: nat)
    requires Inv(s) && MaskExit(s, u, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma DrainKeeps(s: State, u: State, t: nat)
    requires Inv(s) && Drain(s, u, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, t, u.tasks[t]); }

  lemma FinalizeKeeps(s: State, u: State, t: nat)
    requires Inv(s) && Finalize(s, u, t)
    ensures Keeps(s, u)
  { CompleteTaskKeeps(s, t, Cancelled(s.tasks[t].reason)); }

  lemma ChargePollKeeps(s: State, u: State, t: nat)
    requires Inv(s) && ChargePoll(s, u, t)
    ensures Keeps(s, u)
  {
    var x := s.tasks[t];
    var quota := if x.phase == Cancelling then x.cleanup else x.polls;
    if quota <= 0 {
      CancelTaskKeeps(s, t, Asked(PollQuota, x.region, t), false);
      MarkedIsStep(s, u);
    } else {
      QuietKeeps(s, t, u.tasks[t]);
    }
  }

  lemma ChargeCostKeeps(s: State, u: State, t: nat, n: int)
    requires Inv(s) && ChargeCost(s, u, t, n)
    ensures Keeps(s, u)
  {
    var x := s.tasks[t];
    var s1 := Paid(s, t, n);
    QuietKeeps(s, t, s1.tasks[t]);
    if n > x.cost && x.phase == Running && x.role != Role.Finalizer {
      CancelTaskKeeps(s1, t, Asked(CostBudget, x.region, t), false);
      StepThenWalk(s, s1, u);
    }
  }

  lemma ReserveKeeps(s: State, u: State, t: nat, o: nat, k: ObligationKind)
    requires Inv(s) && Reserve(s, u, t, o, k)
    ensures Keeps(s, u)
  { AtMostReflexive(); assert Tree(u); assert Sound(u); assert CancelReaches(u); }

  // Commit, Abort and Transfer: one Reserved obligation gets another phase or holder.
  lemma LedgerKeeps(s: State, o: nat, y: Obligation)
    requires Inv(s) && KnownObligation(s, o) && s.obligations[o].phase == Reserved && KnownTask(s, y.holder)
    requires y.phase != Leaked && (y.phase == Reserved ==> Live(s.tasks[y.holder]))
    ensures Keeps(s, s.(obligations := s.obligations[o := y]))
  {
    AtMostReflexive();
    var u := s.(obligations := s.obligations[o := y]);
    assert Tree(u); assert Sound(u); assert CancelReaches(u);
  }

  lemma CommitKeeps(s: State, u: State, t: nat, o: nat)
    requires Inv(s) && Commit(s, u, t, o)
    ensures Keeps(s, u)
  { LedgerKeeps(s, o, u.obligations[o]); }

  lemma AbortKeeps(s: State, u: State, t: nat, o: nat)
    requires Inv(s) && Abort(s, u, t, o)
    ensures Keeps(s, u)
  { LedgerKeeps(s, o, u.obligations[o]); }

  lemma TransferKeeps(s: State, u: State, t: nat, o: nat, receiver: nat)
    requires Inv(s) && Transfer(s, u, t, o, receiver)
    ensures Keeps(s, u)
  { LedgerKeeps(s, o, u.obligations[o]); }
}
