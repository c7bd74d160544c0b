// Must be rejected: each Planted lemma has one premise of its rule dropped; its Twin keeps it and is accepted.
include "../Scheduler.dfy"

module PlantedScheduler {
  import opened Scheduler

  // The policy, with one of its clauses on or off.
  datatype Clauses = Clauses(cancelLimit: bool, timedLimit: bool, readyRestarts: bool, timedFirst: bool)
  const All := Clauses(true, true, true, true)

  function ChosenWith(k: Limits, s: State, c: Clauses): Turn {
    if s.cancel != [] && (c.cancelLimit ==> s.cancels < k.cancel) then Turn(Cancel, s.cancels + 1, s.timeds)
    else if s.timed != {} && (c.timedLimit ==> s.timeds < k.timed) then Turn(Timed, s.cancels, s.timeds + 1)
    else if s.ready != [] then (if c.readyRestarts then Turn(Ready, 0, 0) else Turn(Ready, s.cancels, s.timeds))
    else if s.timed != {} && (c.timedFirst || s.cancel == []) then Turn(Timed, 0, 1)
    else if s.cancel != [] then Turn(Cancel, 1, 0)
    else Turn(None, s.cancels, s.timeds)
  }

  ghost predicate Serve(k: Limits, s: State, u: State, t: nat, c: Clauses) {
    && LaneOf(s, t) != None
    && LaneOf(s, t) == ChosenWith(k, s, c).lane
    && u == Served(s, t, LaneOf(s, t), ChosenWith(k, s, c))
  }

  lemma TwinServe(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    ensures NonCancelWithin(k, u) && ReadyWithin(k, u) && CancelWithin(k, u) && TimedWithin(k, u) && CycleWithin(k, u)
  { WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready); }

  lemma PlantedNonCancelWithin(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All.(cancelLimit := false))
    ensures NonCancelWithin(k, u)
  {}

  lemma PlantedReadyWithin(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All.(timedLimit := false))
    ensures ReadyWithin(k, u)
  {}

  lemma PlantedCycleWithin(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All.(timedLimit := false))
    ensures CycleWithin(k, u)
  {}

  // Two more bounds need several turns to break; the first of them breaks the invariant behind the bound.
  lemma TwinCycleStarts(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    ensures u.cancelWait <= (if u.cancels == k.cancel then u.timeds else k.timed + 1)
    ensures u.nonCancelWait <= u.cancels
  {}

  lemma PlantedCancelWithin(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All.(readyRestarts := false))
    ensures u.cancelWait <= (if u.cancels == k.cancel then u.timeds else k.timed + 1)
  {}

  lemma PlantedTimedFirst(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All.(timedFirst := false))
    ensures u.nonCancelWait <= u.cancels
  {}

  // One less than the bound of the document does not follow.
  lemma PlantedTighterReady(k: Limits, s: State)
    requires Valid(k) && Inv(k, s)
    ensures s.readyWait < k.cancel + k.timed
  {}

  lemma PlantedTighterTimed(k: Limits, s: State)
    requires Valid(k) && Inv(k, s)
    ensures s.timedWait <= 2 * k.cancel
  {}

  // Limits may be 0.
  lemma PlantedNoLimit(k: Limits, s: State, u: State, t: nat)
    requires CycleWithin(k, s) && Serve(k, s, u, t, All)
    ensures CycleWithin(k, u)
  {}

  lemma TwinNoLimit(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && CycleWithin(k, s) && Serve(k, s, u, t, All)
    ensures CycleWithin(k, u)
  {}

  // FirstInLane let go: the second of two is served, and then the first waits longer than its place allows.
  lemma PlantedReadyPosition(k: Limits, s: State, u: State)
    requires Valid(k) && Inv(k, s) && s.ready == [1, 2] && Serve(k, s, u, 2, All)
    ensures Inv(k, u)
  { WithoutMembers(2, s.ready); }

  lemma TwinReadyPosition(k: Limits, s: State, u: State)
    requires Valid(k) && Inv(k, s) && s.ready == [1, 2] && Serve(k, s, u, 1, All)
    ensures Inv(k, u)
  { DispatchKeeps(k, s, u, 1); }

  // A wake that leaves the old place as it was, with LeaveOldPlace off.
  lemma TwinAtMostOnceQueued(k: Limits, s: State, t: nat)
    requires AtMostOnceQueued(s) && Enqueue(k, s, Entered(k, s, t, Cancel), t, Cancel)
    ensures AtMostOnceQueued(Entered(k, s, t, Cancel))
  { LanesAfterEnqueue(k, s, Entered(k, s, t, Cancel), t, Cancel); }

  lemma PlantedAtMostOnceQueued(k: Limits, s: State, t: nat)
    requires AtMostOnceQueued(s) && Enqueue(k, s, Entered(k, s, t, Cancel), t, Cancel)
    ensures AtMostOnceQueued(s.(cancel := s.cancel + [t]))
  { LanesAfterEnqueue(k, s, Entered(k, s, t, Cancel), t, Cancel); }

  // MoreUrgent let go.
  lemma TwinLaneNeverFalls(k: Limits, s: State, t: nat, l: Lane)
    requires AtMostOnceQueued(s) && l != None && Urgency(LaneOf(s, t)) < Urgency(l)
    ensures LaneNeverFalls(s, Entered(k, s, t, l))
  { LanesAfterEnqueue(k, s, Entered(k, s, t, l), t, l); }

  lemma PlantedLaneNeverFalls(k: Limits, s: State, t: nat, l: Lane)
    requires AtMostOnceQueued(s) && l != None
    ensures LaneNeverFalls(s, Entered(k, s, t, l))
  { WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready); }

  // EarliestDeadline let go.
  lemma PlantedEarliestTimed(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    ensures EarliestTimed(k, s, u)
  { WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready); }

  lemma TwinEarliestTimed(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    requires t in s.timed ==> forall o | o in s.timed && o != t :: Before(k, t, o)
    ensures EarliestTimed(k, s, u)
  { WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready); }

  // LeaveLane let go.
  lemma PlantedDispatchRemoves(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    ensures DispatchRemoves(s, u.(cancel := s.cancel, timed := s.timed, ready := s.ready))
  { WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready); }

  lemma TwinDispatchRemoves(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Serve(k, s, u, t, All)
    ensures DispatchRemoves(s, u)
  {
    WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready);
    assert LaneOf(s, t) != None && LaneOf(u, t) == None;
  }
}
