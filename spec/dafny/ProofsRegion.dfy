// Every rule of chapters 6 and 7 keeps the invariant and the step properties.
include "Steps.dfy"
include "RulesRegion.dfy"

module ProofsRegion {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant
  import opened Walk
  import opened Steps

  // OpenRegion changes most at once: a region, its body and its owner. Hence in parts.
  lemma OpenRegionKeepsTree(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Sound(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures Tree(u)
  {}

  lemma OpenRegionKeepsLinks(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Sound(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures Tree(u) && Bodies(u) && OwnersWait(u) && Triggers(u) && Held(u) && Homes(u)
  { OpenRegionKeepsTree(s, u, t, r, b, p, given); }

  lemma OpenRegionKeepsSound(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Sound(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures Sound(u)
  {
    OpenRegionKeepsLinks(s, u, t, r, b, p, given);
    OpenRegionKeepsBudgets(s, u, t, r, b, p, given);
  }

  lemma OpenRegionKeepsBudgets(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Sound(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures BudgetNested(u)
  { assert s.tasks[t].role != Role.Finalizer; }

  lemma OpenRegionIsStep(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Tree(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures StepOK(s, u)
  { AtMostReflexive(); }

  lemma OpenRegionKeeps(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Inv(s) && OpenRegion(s, u, t, r, b, p, given)
    ensures Keeps(s, u)
  {
    OpenRegionKeepsSound(s, u, t, r, b, p, given);
    OpenRegionIsStep(s, u, t, r, b, p, given);
  }

  lemma DeferKeeps(s: State, u: State, t: nat)
    requires Inv(s) && Defer(s, u, t)
    ensures Keeps(s, u)
  { RegionKeeps(s, s.tasks[t].region, u.regions[s.tasks[t].region]); }

  lemma CloseBeginKeeps(s: State, u: State, r: nat)
    requires Inv(s) && CloseBegin(s, u, r)
    ensures Keeps(s, u)
  { RegionKeeps(s, r, u.regions[r]); }

  lemma CloseCancelChildrenKeeps(s: State, u: State, r: nat)
    requires Inv(s) && CloseCancelChildren(s, u, r)
    ensures Keeps(s, u)
  {
    var b := s.regions[r].body;
    var ended := s.tasks[b].outcome;
    var s1 := MoveTo(s, r, Draining);
    RegionKeeps(s, r, s1.regions[r]);
    if s.regions[r].reason.NoReason? && !Live(s.tasks[b]) && ended.Some? && !ended.value.Ok? {
      CancelRegionKeeps(s1, r, FailureReason(ended.value, r, b), false);
      StepThenWalk(s, s1, u);
    }
  }

  // The reason is the one in the body's outcome: FailureReason never falls back for a body that ended Cancelled.
  lemma CancelledBodyHasReason(s: State, r: nat)
    requires Inv(s) && KnownRegion(s, r)
    ensures var o := s.tasks[s.regions[r].body].outcome; o.Some? && o.value.Cancelled? ==> o.value.reason.Reason?
  {}

  lemma CloseChildrenDoneKeeps(s: State, u: State, r: nat)
    requires Inv(s) && CloseChildrenDone(s, u, r)
    ensures Keeps(s, u)
  { RegionKeeps(s, r, u.regions[r]); }

  lemma CloseRunFinalizerKeepsLinks(s: State, u: State, r: nat, f: nat)
    requires Sound(s) && CloseRunFinalizer(s, u, r, f)
    ensures Tree(u) && Bodies(u) && OwnersWait(u) && Triggers(u) && Held(u) && Homes(u)
  {}

  lemma CloseRunFinalizerKeeps(s: State, u: State, r: nat, f: nat)
    requires Inv(s) && CloseRunFinalizer(s, u, r, f)
    ensures Keeps(s, u)
  {
    AtMostReflexive();
    CloseRunFinalizerKeepsLinks(s, u, r, f);
    assert BudgetNested(u);
    assert CancelReaches(u);
  }

  lemma CloseCompleteKeeps(s: State, u: State, r: nat)
    requires Inv(s) && CloseComplete(s, u, r)
    ensures Keeps(s, u)
  {
    ghost var x := u.regions[r];
    if x.external { assert Severity(x.outcome.value) >= 2; }
    RegionKeeps(s, r, x);
  }

  lemma JoinBlockKeeps(s: State, u: State, w: nat, t: nat)
    requires Inv(s) && JoinBlock(s, u, w, t)
    ensures Keeps(s, u)
  { QuietKeeps(s, w, u.tasks[w]); }

  lemma JoinReadyKeeps(s: State, u: State, w: nat, x: Target)
    requires Inv(s) && JoinReady(s, u, w, x)
    ensures Keeps(s, u)
  {
    match x
    case TaskTarget(t) =>
      var y := s.tasks[w].(waits := Nothing);
      var s1 := s.(tasks := s.tasks[w := y]);
      QuietKeeps(s, w, y);
      assert w != t;
      QuietKeeps(s1, t, s1.tasks[t].(observed := true));
      AtMostReflexive();
    case RegionTarget(r) => QuietKeeps(s, w, u.tasks[w]);
  }
}
