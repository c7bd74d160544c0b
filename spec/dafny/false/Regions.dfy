// Must be rejected: each Planted lemma has one premise of its rule dropped (false); its Twin keeps it and is accepted.
// Where the whole invariant would make the search long, the lemmas ask for the part of it that the property needs.
include "../Theorems.dfy"

module PlantedRegions {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant

  // CloseComplete, with ChildrenCompleted and FinalizersRun on or off.
  ghost predicate Close(s: State, u: State, r: nat, children: bool, finalizers: bool)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && s.regions[r].phase == RegionPhase.Finalizing
    && (children ==> ChildrenCompleted(s, r))
    && (finalizers ==> s.regions[r].finalizers == 0)
    && u == s.(regions := s.regions[r := s.regions[r].(phase := Closed, outcome := Some(RegionOutcome(s, r)))])
  }

  lemma TwinQuiescence(s: State, u: State, r: nat)
    requires Sound(s) && Close(s, u, r, true, true)
    ensures Homes(u) && RegionOK(u.regions[r])
  {}

  lemma PlantedQuiescence(s: State, u: State, r: nat)
    requires Sound(s) && Close(s, u, r, false, true)
    ensures Homes(u)
  {}

  lemma PlantedQuiescenceFinalizers(s: State, u: State, r: nat)
    requires Sound(s) && Close(s, u, r, true, false)
    ensures RegionOK(u.regions[r])
  {}

  // Spawn, with RegionOpen, MeetBudget or the role Child on or off.
  ghost predicate Add(s: State, u: State, t: nat, r: nat, given: Budget, open: bool, meet: bool, role: Role)
    requires Tree(s)
  {
    && KnownTask(s, t) && KnownRegion(s, r) && BudgetValid(given)
    && TaskActive(s.tasks[t]) && TaskNotWaiting(s.tasks[t]) && s.tasks[t].phase == Running
    && (open ==> s.regions[r].phase == Open)
    && u == s.(tasks := s.tasks + [NewTask(r, role, if meet then Meet(s.regions[r].budget, given) else given)])
  }

  lemma TwinSpawnQuiescence(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && Homes(s) && Add(s, u, t, r, given, true, true, Child)
    ensures Homes(u)
  {}

  lemma PlantedSpawnQuiescence(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && Homes(s) && Add(s, u, t, r, given, false, true, Child)
    ensures Homes(u)
  {}

  lemma TwinSpawnCancelReaches(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && CancelReaches(s) && CancelledRegionNotOpen(s) && Add(s, u, t, r, given, true, true, Child)
    ensures CancelReaches(u)
  {}

  lemma PlantedSpawnCancelReaches(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && CancelReaches(s) && CancelledRegionNotOpen(s) && Add(s, u, t, r, given, false, true, Child)
    ensures CancelReaches(u)
  {}

  lemma TwinBudgetNested(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && BudgetNested(s) && Add(s, u, t, r, given, true, true, Child)
    ensures BudgetNested(u)
  {}

  lemma PlantedBudgetNested(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && BudgetNested(s) && Add(s, u, t, r, given, true, false, Child)
    ensures BudgetNested(u)
  {}

  lemma TwinSingleOwner(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && SingleOwner(s) && Add(s, u, t, r, given, true, true, Child)
    ensures SingleOwner(u)
  {}

  lemma PlantedSingleOwner(s: State, u: State, t: nat, r: nat, given: Budget)
    requires Tree(s) && SingleOwner(s) && Add(s, u, t, r, given, true, true, Body)
    ensures SingleOwner(u)
  {}

  // The end of a task, with TaskNotWaiting on or off.
  lemma TwinOwnershipTree(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && TaskActive(s.tasks[t]) && !s.tasks[t].waits.OnRegion?
    ensures OwnershipTree(EndTask(s, t, o))
  {}

  lemma PlantedOwnershipTree(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && TaskActive(s.tasks[t])
    ensures OwnershipTree(EndTask(s, t, o))
  {}

  // OpenRegion, with OwnerWaits on or off.
  ghost predicate OpenUp(s: State, u: State, t: nat, p: Policy, given: Budget, wait: bool)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x, r := s.tasks[t], |s.regions|;
    && TaskActive(x) && TaskNotWaiting(x) && x.phase == Running && s.regions[x.region].phase == Open
    && u == s.(regions := s.regions + [NewRegion(t, |s.tasks|, p, given)],
               tasks := s.tasks[t := if wait then x.(waits := OnRegion(r)) else x] + [NewTask(r, Body, given)])
  }

  lemma TwinOpenRegion(s: State, u: State, t: nat, p: Policy, given: Budget)
    requires Inv(s) && OpenUp(s, u, t, p, given, true)
    ensures OwnershipTree(u)
  {}

  lemma PlantedOpenRegion(s: State, u: State, t: nat, p: Policy, given: Budget)
    requires Inv(s) && OpenUp(s, u, t, p, given, false)
    ensures OwnershipTree(u)
  {}

  // Checkpoint, with WaitInterruptible on or off.
  lemma TwinCheckpoint(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].phase == CancelRequested && !s.tasks[t].waits.OnRegion?
    ensures OwnershipTree(s.(tasks := s.tasks[t := s.tasks[t].(phase := Cancelling, waits := Nothing)]))
  {}

  lemma PlantedCheckpoint(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].phase == CancelRequested
    ensures OwnershipTree(s.(tasks := s.tasks[t := s.tasks[t].(phase := Cancelling, waits := Nothing)]))
  {}

  // The closing ladder, with RegionDraining on or off.
  lemma TwinClosingMonotone(s: State, r: nat)
    requires Inv(s) && KnownRegion(s, r) && s.regions[r].phase == Draining
    ensures ClosingMonotone(s, MoveTo(s, r, RegionPhase.Finalizing))
  {}

  lemma PlantedClosingMonotone(s: State, r: nat)
    requires Inv(s) && KnownRegion(s, r) && s.regions[r].phase != Closed
    ensures ClosingMonotone(s, MoveTo(s, r, RegionPhase.Finalizing))
  {}

  // The outcome of a region, with ExternalFloor on or off.
  lemma TwinExternalNeverOk(s: State, r: nat)
    requires Inv(s) && KnownRegion(s, r) && s.regions[r].external
    ensures Severity(RegionOutcome(s, r)) >= 2
  {}

  lemma PlantedExternalNeverOk(s: State, r: nat)
    requires Inv(s) && KnownRegion(s, r) && s.regions[r].external
    ensures Severity(RegionOutcome(s.(regions := s.regions[r := s.regions[r].(external := false)]), r)) >= 2
  {}

  // JoinBlock, with NotAncestor on or off.
  lemma TwinNoWaitOnFinished(s: State, w: nat, t: nat)
    requires Inv(s) && KnownTask(s, w) && KnownTask(s, t) && TaskActive(s.tasks[w]) && Live(s.tasks[t]) && t != w
    ensures NoWaitOnFinished(s.(tasks := s.tasks[w := s.tasks[w].(waits := OnTask(t))]))
  {}

  lemma PlantedNoWaitOnFinished(s: State, w: nat, t: nat)
    requires Inv(s) && KnownTask(s, w) && KnownTask(s, t) && TaskActive(s.tasks[w]) && Live(s.tasks[t])
    ensures NoWaitOnFinished(s.(tasks := s.tasks[w := s.tasks[w].(waits := OnTask(t))]))
  {}
}
