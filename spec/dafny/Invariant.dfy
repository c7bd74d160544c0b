// The inductive invariant behind the properties, and that it implies every one of them. It is made of what holds of a
// record by itself, and of what holds between records.
include "Properties.dfy"

module Invariant {
  import opened Algebra
  import opened States
  import opened Properties

  ghost predicate TaskOK(x: Task, t: nat) {
    && (x.phase == Created ==> !x.started)
    && (x.phase == Running ==> x.started)
    && (!x.started && x.outcome.Some? ==> x.outcome.value.Cancelled?)
    && (x.phase in {Created, Running} ==> x.reason.NoReason?)
    && (IsCancelled(x) ==> x.reason.Reason?)
    && (x.role == Role.Finalizer ==> x.reason.NoReason?)
    && (x.reason.Reason? ==> x.cleanup <= Allowance(x.reason))
    && (x.outcome.Some? <==> !Live(x))
    && (x.outcome.Some? && x.outcome.value.Cancelled? ==> x.outcome.value.reason.Reason?)
    && x.mask <= MaskUnits && x.depth <= MaskDepth && (x.depth == 0 ==> x.mask == 0)
    && (!TaskNotWaiting(x) ==> TaskActive(x) && x.waits != OnTask(t))
    && x.polls >= 0 && x.cost >= 0 && x.cleanup >= 0
  }

  ghost predicate RegionOK(x: Region) {
    && (x.reason.Reason? ==> x.phase != Open)
    && (x.external ==> x.reason.Reason?)
    && (x.outcome.Some? <==> x.phase == Closed)
    && (x.phase == Closed ==> x.finalizers == 0)
    && (x.phase == Closed && x.external ==> Severity(x.outcome.value) >= 2)
    && x.budget.polls >= 0 && x.budget.cost >= 0
  }

  ghost predicate Bodies(s: State)
    requires Tree(s)
  {
    && (forall r | 1 <= r < |s.regions| ::
          s.tasks[s.regions[r].body].region == r && s.tasks[s.regions[r].body].role == Body)
    && (forall t | 1 <= t < |s.tasks| :: s.tasks[t].role == Body ==> s.regions[s.tasks[t].region].body == t)
  }

  // The owner of a region that is not Closed lives and waits for it. No finalizer ever opened one.
  ghost predicate OwnersWait(s: State)
    requires Tree(s)
  {
    forall r | 1 < r < |s.regions| ::
      var owner := s.tasks[s.regions[r].owner];
      owner.role != Role.Finalizer && (s.regions[r].phase != Closed ==> Live(owner) && owner.waits == OnRegion(r))
  }

  // What a task may be, seen from its region.
  ghost predicate Homes(s: State)
    requires Tree(s)
  {
    forall t | 1 <= t < |s.tasks| ::
      var x, home := s.tasks[t], s.regions[s.tasks[t].region];
      && (home.phase == Closed ==> !Live(x))
      && (x.role == Role.Finalizer ==> home.phase in {RegionPhase.Finalizing, Closed})
  }

  ghost predicate Held(s: State)
    requires Tree(s)
  {
    forall o | 1 <= o < |s.obligations| ::
      var x, holder := s.obligations[o], s.tasks[s.obligations[o].holder];
      && (x.phase == Reserved ==> Live(holder))
      && (x.phase == Leaked ==> holder.outcome in {Some(Ok), Some(Err)})
  }

  // A trigger is a failure of the region's own.
  ghost predicate Triggers(s: State)
    requires Tree(s)
  {
    forall r | 1 <= r < |s.regions| && s.regions[r].trigger != 0 ::
      var x := s.tasks[s.regions[r].trigger];
      x.region == r && x.outcome in {Some(Err), Some(Panicked)}
  }

  // Everything but CancelReaches.
  ghost predicate Sound(s: State) {
    && Tree(s)
    && (forall t | 1 <= t < |s.tasks| :: TaskOK(s.tasks[t], t))
    && (forall r | 1 <= r < |s.regions| :: RegionOK(s.regions[r]))
    && Bodies(s) && OwnersWait(s) && Homes(s) && Held(s) && Triggers(s) && BudgetNested(s)
  }

  ghost predicate Inv(s: State) { Sound(s) && CancelReaches(s) }

  lemma InitEstablishes(s: State)
    requires Init(s)
    ensures Inv(s)
  {}

  // ---- Inv implies the properties of section 8 ------------------------------------------------------------------

  lemma InvQuiescence(s: State) requires Inv(s) ensures Quiescence(s) {
    forall q | 1 <= q < |s.regions| && 1 <= s.regions[q].owner < |s.tasks|
      && s.regions[s.tasks[s.regions[q].owner].region].phase == Closed
      ensures s.regions[q].phase == Closed
    {
      assert !Live(s.tasks[s.regions[q].owner]);
    }
  }
  lemma InvOwnershipTree(s: State) requires Inv(s) ensures OwnershipTree(s) {}
  lemma InvReservedHasLiveHolder(s: State) requires Inv(s) ensures ReservedHasLiveHolder(s) {}
  lemma InvCancelReaches(s: State) requires Inv(s) ensures CancelReaches(s) {}
  lemma InvCancelledRegionNotOpen(s: State) requires Inv(s) ensures CancelledRegionNotOpen(s) {}
  lemma InvMaskBounded(s: State) requires Inv(s) ensures MaskBounded(s) {}
  lemma InvNeverStarted(s: State) requires Inv(s) ensures NeverStarted(s) {}
  lemma InvOutcomeIffCompleted(s: State) requires Inv(s) ensures OutcomeIffCompleted(s) {}
  lemma InvLeakMeansBug(s: State) requires Inv(s) ensures LeakMeansBug(s) {}
  lemma InvSingleOwner(s: State) requires Inv(s) ensures SingleOwner(s) {}
  lemma InvExternalNeverOk(s: State) requires Inv(s) ensures ExternalNeverOk(s) {}
  lemma InvCleanupTight(s: State) requires Inv(s) ensures CleanupTight(s) {}
  lemma InvNoWaitOnFinished(s: State) requires Inv(s) ensures NoWaitOnFinished(s) {}
  lemma InvBudgetNested(s: State) requires Inv(s) ensures BudgetNested(s) {}
}
