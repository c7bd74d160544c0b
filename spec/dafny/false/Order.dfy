// Must be rejected: each Planted lemma has one premise of its rule dropped; its Twin keeps it and is accepted.
include "../Order.dfy"

module PlantedOrder {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened OrderProperties
  import opened Order

  ghost function Put(s: State, t: nat, x: Task): State
    requires KnownTask(s, t)
  { s.(tasks := s.tasks[t := x]) }

  // ---- states ---------------------------------------------------------------------------------------------------

  // JoinReady, with TargetFinished on or off.
  lemma TwinObservedIsCompleted(s: State, t: nat)
    requires ObservedIsCompleted(s) && KnownTask(s, t) && !Live(s.tasks[t])
    ensures ObservedIsCompleted(Put(s, t, s.tasks[t].(observed := true)))
  {}

  lemma PlantedObservedIsCompleted(s: State, t: nat)
    requires ObservedIsCompleted(s) && KnownTask(s, t)
    ensures ObservedIsCompleted(Put(s, t, s.tasks[t].(observed := true)))
  {}

  // CloseBegin, with BodyCompleted on or off.
  lemma TwinBodyEndsFirst(s: State, r: nat)
    requires Tree(s) && BodyEndsFirst(s) && KnownRegion(s, r) && !Live(s.tasks[s.regions[r].body])
    ensures BodyEndsFirst(MoveTo(s, r, Closing))
  {}

  lemma PlantedBodyEndsFirst(s: State, r: nat)
    requires Tree(s) && BodyEndsFirst(s) && KnownRegion(s, r)
    ensures BodyEndsFirst(MoveTo(s, r, Closing))
  {}

  // CloseChildrenDone, with ChildrenCompleted on or off.
  lemma TwinFinalizingAlone(s: State, r: nat)
    requires Tree(s) && FinalizingAlone(s) && KnownRegion(s, r) && forall t: nat :: !LiveIn(s, r, t)
    ensures FinalizingAlone(MoveTo(s, r, RegionPhase.Finalizing))
  {
    var u := MoveTo(s, r, RegionPhase.Finalizing);
    forall q: nat, t: nat ensures LiveIn(u, q, t) ==> LiveIn(s, q, t) {}
  }

  lemma PlantedFinalizingAlone(s: State, r: nat)
    requires Tree(s) && FinalizingAlone(s) && KnownRegion(s, r)
    ensures FinalizingAlone(MoveTo(s, r, RegionPhase.Finalizing))
  {
    var u := MoveTo(s, r, RegionPhase.Finalizing);
    forall q: nat, t: nat ensures LiveIn(u, q, t) ==> LiveIn(s, q, t) {}
  }

  // complete(t, o), with and without FailFastCancels.
  lemma PlantedFailureCancels(s: State, t: nat, o: Outcome)
    requires FailureCancels(s) && KnownTask(s, t)
    ensures FailureCancels(Put(s, t, Ended(s.tasks[t], o)))
  {}

  // A region's outcome without CountUnobserved.
  lemma PlantedOutcomeCounts(s: State, r: nat)
    requires OutcomeCounts(s) && KnownRegion(s, r)
    ensures OutcomeCounts(s.(regions := s.regions[r := s.regions[r].(phase := Closed, outcome := Some(Ok))]))
  {}

  // JoinBlock without NotAncestor.
  lemma PlantedNoWaitAround(s: State, u: State, w: nat, t: nat)
    requires Tree(s) && Tree(u) && NoWaitAround(s) && KnownTask(s, w) && KnownTask(s, t) && t != w
    requires u == Put(s, w, s.tasks[w].(waits := OnTask(t)))
    ensures NoWaitAround(u)
  {}

  // ---- steps ----------------------------------------------------------------------------------------------------

  // Commit, with IsHolder on or off.
  ghost predicate CommitBy(s: State, u: State, t: nat, o: nat, holder: bool) {
    && Acts(s, t) && KnownObligation(s, o) && (holder ==> s.obligations[o].holder == t)
    && u == s.(obligations := s.obligations[o := s.obligations[o].(phase := Committed)])
  }

  lemma TwinHolderResolves(s: State, u: State, t: nat, o: nat)
    requires CommitBy(s, u, t, o, true)
    ensures HolderResolves(s, u)
  {}

  lemma PlantedHolderResolves(s: State, u: State, t: nat, o: nat)
    requires CommitBy(s, u, t, o, false)
    ensures HolderResolves(s, u)
  {}

  // Checkpoint, with NotMasked on or off.
  lemma TwinMaskDefers(s: State, t: nat)
    requires KnownTask(s, t) && s.tasks[t].mask == 0
    ensures MaskDefers(s, Put(s, t, s.tasks[t].(phase := Cancelling)))
  {}

  lemma PlantedMaskDefers(s: State, t: nat)
    requires KnownTask(s, t)
    ensures MaskDefers(s, Put(s, t, s.tasks[t].(phase := Cancelling)))
  {}

  // MaskExit, with TaskNotWaiting on or off.
  lemma TwinSectionsByActive(s: State, t: nat)
    requires KnownTask(s, t) && TaskActive(s.tasks[t]) && TaskNotWaiting(s.tasks[t]) && s.tasks[t].depth > 0
    ensures SectionsByActive(s, Put(s, t, s.tasks[t].(depth := s.tasks[t].depth - 1)))
  {}

  lemma PlantedSectionsByActive(s: State, t: nat)
    requires KnownTask(s, t) && TaskActive(s.tasks[t]) && s.tasks[t].depth > 0
    ensures SectionsByActive(s, Put(s, t, s.tasks[t].(depth := s.tasks[t].depth - 1)))
  {}

  // MaskEnter, with NoPendingCancel on or off.
  lemma TwinSectionsBeginUnasked(s: State, t: nat)
    requires KnownTask(s, t) && !(s.tasks[t].phase == CancelRequested && s.tasks[t].depth == 0)
    ensures SectionsBeginUnasked(s, Put(s, t, s.tasks[t].(depth := s.tasks[t].depth + 1)))
  {}

  lemma PlantedSectionsBeginUnasked(s: State, t: nat)
    requires KnownTask(s, t)
    ensures SectionsBeginUnasked(s, Put(s, t, s.tasks[t].(depth := s.tasks[t].depth + 1)))
  {}

  // Defer, with AcceptsFinalizers on or off.
  ghost predicate DeferIn(s: State, u: State, t: nat, accepts: bool) {
    && Acts(s, t) && KnownRegion(s, s.tasks[t].region)
    && var r := s.tasks[t].region;
    && (accepts ==> s.regions[r].phase in {Open, Closing, Draining})
    && u == s.(regions := s.regions[r := s.regions[r].(finalizers := s.regions[r].finalizers + 1)])
  }

  lemma TwinNoLateFinalizer(s: State, u: State, t: nat)
    requires DeferIn(s, u, t, true)
    ensures NoLateFinalizer(s, u)
  {}

  lemma PlantedNoLateFinalizer(s: State, u: State, t: nat)
    requires DeferIn(s, u, t, false)
    ensures NoLateFinalizer(s, u)
  {}

  // Spawn, with SpawnerRunning on or off.
  lemma TwinOpenerRunning(s: State, t: nat, r: nat, b: Budget)
    requires Acts(s, t) && s.tasks[t].phase == Running
    ensures OpenerRunning(s, s.(tasks := s.tasks + [NewTask(r, Child, b)]))
  { assert Runs(s, t); }

  lemma PlantedOpenerRunning(s: State, t: nat, r: nat, b: Budget)
    requires Acts(s, t)
    ensures OpenerRunning(s, s.(tasks := s.tasks + [NewTask(r, Child, b)]))
  {}

  // ChargePoll, with QuotaLimited on or off.
  lemma TwinUnlimitedStays(s: State, t: nat)
    requires KnownTask(s, t) && s.tasks[t].polls != Unlimited
    ensures UnlimitedStays(s, Put(s, t, s.tasks[t].(polls := s.tasks[t].polls - 1)))
  {}

  lemma PlantedUnlimitedStays(s: State, t: nat)
    requires KnownTask(s, t)
    ensures UnlimitedStays(s, Put(s, t, s.tasks[t].(polls := s.tasks[t].polls - 1)))
  {}

  // A request from the environment, with RememberExternal on or off.
  lemma TwinAskedFromInside(s: State, r: nat, rho: Reason)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason?
    ensures AskedFromInside(s, s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, true)]))
  {}

  lemma PlantedAskedFromInside(s: State, r: nat, rho: Reason)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason?
    ensures AskedFromInside(s, s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, false)]))
  {}

  // JoinReady, with MarkObserved on or off, of a task that waits.
  ghost predicate Woken(s: State, u: State, w: nat, t: nat, mark: bool) {
    && Tree(s) && Tree(u) && KnownTask(s, w) && KnownTask(s, t) && w != t
    && s.tasks[w].waits == OnTask(t) && !Live(s.tasks[t])
    && u == s.(tasks := s.tasks[w := s.tasks[w].(waits := Nothing)]
                                [t := s.tasks[t].(observed := s.tasks[t].observed || mark)])
  }

  lemma TwinWaitsForOutcome(s: State, u: State, w: nat, t: nat)
    requires Woken(s, u, w, t, true)
    ensures WaitsForOutcome(s, u)
  {}

  lemma PlantedWaitsForOutcome(s: State, u: State, w: nat, t: nat)
    requires Woken(s, u, w, t, false)
    ensures WaitsForOutcome(s, u)
  {}
}
