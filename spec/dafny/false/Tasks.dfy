// Must be rejected: each Planted lemma has one premise of its rule dropped (false); its Twin keeps it and is accepted.
include "../Theorems.dfy"

module PlantedTasks {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Properties
  import opened Invariant
  import opened Steps
  import opened Rules

  ghost function Put(s: State, t: nat, x: Task): State
    requires KnownTask(s, t)
  { s.(tasks := s.tasks[t := x]) }

  // Start, with TaskCreated on or off.
  ghost predicate Enter(s: State, u: State, t: nat, created: bool) {
    && KnownTask(s, t)
    && (created ==> s.tasks[t].phase == Created)
    && u == Put(s, t, s.tasks[t].(phase := Running, started := true))
  }

  lemma TwinStart(s: State, u: State, t: nat)
    requires Inv(s) && Enter(s, u, t, true)
    ensures NeverStarted(u) && CancelReaches(u) && TaskPhaseGraph(s, u)
  {}

  lemma PlantedNeverStarted(s: State, u: State, t: nat)
    requires Inv(s) && Enter(s, u, t, false)
    ensures NeverStarted(u)
  {}

  lemma PlantedStartCancelReaches(s: State, u: State, t: nat)
    requires Inv(s) && Enter(s, u, t, false)
    ensures CancelReaches(u)
  {}

  lemma PlantedTaskPhaseGraph(s: State, u: State, t: nat)
    requires Inv(s) && Enter(s, u, t, false)
    ensures TaskPhaseGraph(s, u)
  {}

  // MaskEnter and MaskExit, with MaskUnitsInRange, MaskOnlyOutermost and ClearMask on or off.
  function Masked(x: Task, n: nat, outermost: bool): Task {
    x.(depth := x.depth + 1, mask := if !outermost || (x.depth == 0 && x.phase == Running) then n else x.mask)
  }

  ghost predicate MayMask(x: Task, n: nat, range: bool) {
    TaskActive(x) && x.depth < MaskDepth && 1 <= n && (range ==> n <= MaskUnits)
  }

  lemma TwinMaskEnter(s: State, t: nat, n: nat)
    requires Inv(s) && KnownTask(s, t) && MayMask(s.tasks[t], n, true)
    ensures MaskBounded(Put(s, t, Masked(s.tasks[t], n, true)))
    ensures MaskOnlySpent(s, Put(s, t, Masked(s.tasks[t], n, true)))
  {}

  lemma PlantedMaskBounded(s: State, t: nat, n: nat)
    requires Inv(s) && KnownTask(s, t) && MayMask(s.tasks[t], n, false)
    ensures MaskBounded(Put(s, t, Masked(s.tasks[t], n, true)))
  {}

  lemma PlantedMaskOnlySpent(s: State, t: nat, n: nat)
    requires Inv(s) && KnownTask(s, t) && MayMask(s.tasks[t], n, true)
    ensures MaskOnlySpent(s, Put(s, t, Masked(s.tasks[t], n, false)))
  {}

  function Unmasked(x: Task, clear: bool): Task
    requires x.depth > 0
  { x.(depth := x.depth - 1, mask := if x.depth == 1 && clear then 0 else x.mask) }

  lemma TwinMaskExit(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].depth > 0
    ensures MaskBounded(Put(s, t, Unmasked(s.tasks[t], true)))
  {}

  lemma PlantedMaskExit(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].depth > 0
    ensures MaskBounded(Put(s, t, Unmasked(s.tasks[t], false)))
  {}

  // ChargeCost, with CostValid on or off: a charge that is a refund.
  lemma TwinQuotaNeverGrows(s: State, t: nat, n: int)
    requires Inv(s) && KnownTask(s, t) && n >= 1
    ensures QuotaNeverGrows(s, Put(s, t, s.tasks[t].(cost := Max(s.tasks[t].cost - n, 0))))
  {}

  lemma PlantedQuotaNeverGrows(s: State, t: nat, n: int)
    requires Inv(s) && KnownTask(s, t)
    ensures QuotaNeverGrows(s, Put(s, t, s.tasks[t].(cost := Max(s.tasks[t].cost - n, 0))))
  {}

  // The end of a task, with OutcomeFitsPhase on or off; and one that forgets the outcome.
  ghost predicate Fits(x: Task, o: Outcome, on: bool) {
    Live(x) && (on ==> o.Panicked? || o.Cancelled? || x.phase in {Running, CancelRequested})
  }

  lemma TwinAcknowledged(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && Fits(s.tasks[t], o, true)
    ensures AcknowledgedEndsCancelled(s, EndTask(s, t, o)) && OutcomeIffCompleted(EndTask(s, t, o))
  {}

  lemma PlantedAcknowledged(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && Fits(s.tasks[t], o, false)
    ensures AcknowledgedEndsCancelled(s, EndTask(s, t, o))
  {}

  lemma PlantedOutcomeIffCompleted(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && Fits(s.tasks[t], o, true)
    ensures OutcomeIffCompleted(Put(s, t, Ended(s.tasks[t], o).(outcome := None)))
  {}

  // cancelTask, with KeepStrongest and TightenCleanup on or off, and on a task that ended.
  function Mark(x: Task, rho: Reason, strongest: bool, tighten: bool): Task {
    var reason := if strongest then Strengthen(x.reason, rho) else rho;
    x.(reason := reason, cleanup := if tighten then Min(x.cleanup, Allowance(reason)) else x.cleanup,
       phase := if x.phase in {Created, Running} then CancelRequested else x.phase)
  }

  ghost predicate MayMark(s: State, t: nat, rho: Reason) {
    KnownTask(s, t) && rho.Reason? && s.tasks[t].role != Role.Finalizer && Live(s.tasks[t])
  }

  lemma TwinCancelTask(s: State, t: nat, rho: Reason)
    requires Inv(s) && MayMark(s, t, rho)
    ensures var u := Put(s, t, Mark(s.tasks[t], rho, true, true));
      ReasonNeverWeakens(s, u) && CleanupTight(u) && FinalIsFinal(s, u)
  { AtMostReflexive(); StrengthenGrows(s.tasks[t].reason, rho); }

  lemma PlantedReasonNeverWeakens(s: State, t: nat, rho: Reason)
    requires Inv(s) && MayMark(s, t, rho)
    ensures ReasonNeverWeakens(s, Put(s, t, Mark(s.tasks[t], rho, false, true)))
  { AtMostReflexive(); StrengthenGrows(s.tasks[t].reason, rho); }

  lemma PlantedCleanupTight(s: State, t: nat, rho: Reason)
    requires Inv(s) && MayMark(s, t, rho)
    ensures CleanupTight(Put(s, t, Mark(s.tasks[t], rho, true, false)))
  { StrengthenGrows(s.tasks[t].reason, rho); }

  lemma PlantedFinalIsFinal(s: State, t: nat, rho: Reason)
    requires Inv(s) && KnownTask(s, t) && rho.Reason?
    ensures FinalIsFinal(s, Put(s, t, Mark(s.tasks[t], rho, true, true)))
  {}

  // cancelTask without CancelReachesRegions: right for a task that waits for no region, and only there.
  lemma TwinCancelReaches(s: State, t: nat, rho: Reason)
    requires Inv(s) && MayMark(s, t, rho) && !s.tasks[t].waits.OnRegion?
    ensures CancelReaches(Put(s, t, MarkTask(s.tasks[t], rho, true)))
  {}

  lemma PlantedCancelReaches(s: State, t: nat, rho: Reason)
    requires Inv(s) && MayMark(s, t, rho)
    ensures CancelReaches(Put(s, t, MarkTask(s.tasks[t], rho, true)))
  {}

  // cancelRegion, with CancelCloses on or off.
  lemma TwinCancelledRegionNotOpen(s: State, r: nat, rho: Reason)
    requires Inv(s) && KnownRegion(s, r) && rho.Reason?
    ensures CancelledRegionNotOpen(s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, true)]))
  {}

  lemma PlantedCancelledRegionNotOpen(s: State, r: nat, rho: Reason)
    requires Inv(s) && KnownRegion(s, r) && rho.Reason?
    ensures CancelledRegionNotOpen(
      s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, true).(phase := s.regions[r].phase)]))
  {}

  // CheckpointMasked, with SpendMask on or off: what MaskRunsOut adds up.
  lemma TwinSpendMask(s: State, u: State, t: nat)
    requires Inv(s) && CheckpointMasked(s, u, t)
    ensures u.tasks[t].mask < s.tasks[t].mask
  {}

  lemma PlantedSpendMask(s: State, t: nat)
    requires Inv(s) && KnownTask(s, t) && s.tasks[t].phase == CancelRequested && s.tasks[t].mask > 0
    ensures Put(s, t, s.tasks[t]).tasks[t].mask < s.tasks[t].mask
  {}
}
