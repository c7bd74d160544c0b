// The rules of docs/semantics.md, chapters 6 and 7, and the step relation over all of them.
include "Rules.dfy"

module RulesRegion {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules

  // ---- Region ---------------------------------------------------------------------------------------------------

  ghost predicate OpenRegion(s: State, u: State, t: nat, r: nat, b: nat, p: Policy, given: Budget)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && r == |s.regions| && b == |s.tasks|                          // FreshId
    && BudgetValid(given)
    && var x := s.tasks[t];
    && TaskActive(x)
    && TaskNotWaiting(x)
    && x.phase == Running                                          // SpawnerRunning
    && s.regions[x.region].phase == Open                           // RegionOpen
    && var budget := Meet(BudgetOf(x), given);
    && u == s.(regions := s.regions + [NewRegion(t, b, p, budget)],
               tasks := s.tasks[t := x.(waits := OnRegion(r))] + [NewTask(r, Body, budget)])
  }

  ghost predicate Defer(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && TaskActive(s.tasks[t])
    && TaskNotWaiting(s.tasks[t])
    && var r := s.tasks[t].region;
    && s.regions[r].phase in {Open, Closing, Draining}             // AcceptsFinalizers
    && u == s.(regions := s.regions[r := s.regions[r].(finalizers := s.regions[r].finalizers + 1)])
  }

  // One rung up the closing ladder.
  ghost function MoveTo(s: State, r: nat, phase: RegionPhase): (u: State)
    requires Tree(s) && KnownRegion(s, r)
    ensures Tree(u)
  {
    s.(regions := s.regions[r := s.regions[r].(phase := phase)])
  }

  ghost predicate CloseBegin(s: State, u: State, r: nat)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && s.regions[r].phase == Open                                  // RegionOpen
    && !Live(s.tasks[s.regions[r].body])                           // BodyCompleted
    && u == MoveTo(s, r, Closing)
  }

  ghost predicate CloseCancelChildren(s: State, u: State, r: nat)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && s.regions[r].phase == Closing                               // RegionClosing
    && var b := s.regions[r].body;
    && var ended := s.tasks[b].outcome;
    && var s1 := MoveTo(s, r, Draining);
    && u == if s.regions[r].reason.NoReason? && !Live(s.tasks[b]) && ended.Some? && !ended.value.Ok?
            then CancelRegion(s1, r, FailureReason(ended.value, r, b), false) else s1
  }

  // The reason in the body's outcome if that is Cancelled, else FailFast.
  function FailureReason(o: Outcome, r: nat, b: nat): (rho: Reason)
    ensures rho.Reason?
  {
    if o.Cancelled? && o.reason.Reason? then o.reason else Asked(Kind.FailFast, r, b)
  }

  ghost predicate CloseChildrenDone(s: State, u: State, r: nat)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && s.regions[r].phase == Draining                              // RegionDraining
    && ChildrenCompleted(s, r)
    && u == MoveTo(s, r, RegionPhase.Finalizing)
  }

  ghost predicate CloseRunFinalizer(s: State, u: State, r: nat, f: nat)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && f == |s.tasks|                                              // FreshId
    && s.regions[r].phase == RegionPhase.Finalizing                // RegionFinalizing
    && ChildrenCompleted(s, r)
    && s.regions[r].finalizers > 0                                 // FinalizersLeft
    && u == s.(regions := s.regions[r := s.regions[r].(finalizers := s.regions[r].finalizers - 1)],
               tasks := s.tasks + [NewTask(r, Role.Finalizer, Budget(NoDeadline, FinalizerPolls, Unlimited, 0))])
  }

  function OutcomeOf(o: Option<Outcome>): Outcome { if o.Some? then o.value else Ok }

  // The join over tasks 1 to n of r that nobody awaited and whose end is news (CountUnobserved).
  ghost function Unobserved(s: State, r: nat, n: nat): Outcome
    requires n < |s.tasks|
  {
    if n == 0 then Ok
    else
      var x := s.tasks[n];
      var o := OutcomeOf(x.outcome);
      var rest := Unobserved(s, r, n - 1);
      if x.region == r && !x.observed && !(o.Cancelled? && x.echo) then JoinOutcomes(rest, o) else rest
  }

  ghost function RegionOutcome(s: State, r: nat): Outcome
    requires Tree(s) && KnownRegion(s, r)
  {
    var x := s.regions[r];
    var body := OutcomeOf(s.tasks[x.body].outcome);
    var scoped := JoinOutcomes(JoinOutcomes(
        Unobserved(s, r, |s.tasks| - 1),
        if x.trigger != 0 then OutcomeOf(s.tasks[x.trigger].outcome) else Ok),
        if body.Cancelled? && x.trigger != 0 then Ok else body);
    if x.external then JoinOutcomes(scoped, Cancelled(x.reason)) else scoped  // ExternalFloor
  }

  ghost predicate CloseComplete(s: State, u: State, r: nat)
    requires Tree(s)
  {
    && KnownRegion(s, r)
    && s.regions[r].phase == RegionPhase.Finalizing                // RegionFinalizing
    && ChildrenCompleted(s, r)
    && s.regions[r].finalizers == 0                                // FinalizersRun
    && u == s.(regions := s.regions[r := s.regions[r].(phase := Closed, outcome := Some(RegionOutcome(s, r)))])
  }

  // ---- Join -----------------------------------------------------------------------------------------------------

  ghost predicate JoinBlock(s: State, u: State, w: nat, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, w) && KnownTask(s, t)
    && TaskActive(s.tasks[w])
    && TaskNotWaiting(s.tasks[w])
    && Live(s.tasks[t])                                            // TargetNotFinished
    && t != w && !(s.tasks[t].waits.OnRegion? && Inside(s, w, s.tasks[t].waits.region))  // NotAncestor
    && u == s.(tasks := s.tasks[w := s.tasks[w].(waits := OnTask(t))])
  }

  ghost predicate JoinReady(s: State, u: State, w: nat, x: Target)
    requires Tree(s)
  {
    && KnownTask(s, w)
    && var woken := s.tasks[w := s.tasks[w].(waits := Nothing)];
    && match x {
         case TaskTarget(t) =>
           && KnownTask(s, t)
           && !Live(s.tasks[t])                                    // TargetFinished
           && (s.tasks[w].waits == OnTask(t) ||                    // WaitingForIt
               (!s.tasks[t].observed && TaskActive(s.tasks[w]) && TaskNotWaiting(s.tasks[w])))
           && u == s.(tasks := woken[t := woken[t].(observed := true)])
         case RegionTarget(r) =>
           && KnownRegion(s, r)
           && s.regions[r].phase == Closed                         // TargetFinished
           && s.tasks[w].waits == OnRegion(r)                      // WaitingForIt
           && u == s.(tasks := woken)
       }
  }

  // ---- every step -----------------------------------------------------------------------------------------------

  datatype Action =
    | ASpawn(t: nat, r: nat, c: nat, given: Budget) | AStart(t: nat) | AComplete(t: nat, o: Outcome)
    | ACancelRequest(asker: nat, x: Target, rho: Reason) | ACheckpoint(t: nat) | ACheckpointMasked(t: nat)
    | AMaskEnter(t: nat, n: nat) | AMaskExit(t: nat) | ADrain(t: nat) | AFinalize(t: nat) | AChargePoll(t: nat)
    | AChargeCost(t: nat, cost: int) | AReserve(t: nat, ob: nat, k: ObligationKind) | ACommit(t: nat, ob: nat)
    | AAbort(t: nat, ob: nat) | ATransfer(t: nat, ob: nat, receiver: nat)
    | AOpenRegion(t: nat, r: nat, b: nat, p: Policy, given: Budget) | ADefer(t: nat) | ACloseBegin(r: nat)
    | ACloseCancelChildren(r: nat) | ACloseChildrenDone(r: nat) | ACloseRunFinalizer(r: nat, f: nat)
    | ACloseComplete(r: nat) | AJoinBlock(w: nat, t: nat) | AJoinReady(w: nat, x: Target)

  ghost predicate Step(s: State, u: State, a: Action)
    requires Tree(s)
  {
    match a
    case ASpawn(t, r, c, given) => Spawn(s, u, t, r, c, given)
    case AStart(t) => Start(s, u, t)
    case AComplete(t, o) => Complete(s, u, t, o)
    case ACancelRequest(asker, x, rho) => CancelRequest(s, u, asker, x, rho)
    case ACheckpoint(t) => Checkpoint(s, u, t)
    case ACheckpointMasked(t) => CheckpointMasked(s, u, t)
    case AMaskEnter(t, n) => MaskEnter(s, u, t, n)
    case AMaskExit(t) => MaskExit(s, u, t)
    case ADrain(t) => Drain(s, u, t)
    case AFinalize(t) => Finalize(s, u, t)
    case AChargePoll(t) => ChargePoll(s, u, t)
    case AChargeCost(t, n) => ChargeCost(s, u, t, n)
    case AReserve(t, ob, k) => Reserve(s, u, t, ob, k)
    case ACommit(t, ob) => Commit(s, u, t, ob)
    case AAbort(t, ob) => Abort(s, u, t, ob)
    case ATransfer(t, ob, receiver) => Transfer(s, u, t, ob, receiver)
    case AOpenRegion(t, r, b, p, given) => OpenRegion(s, u, t, r, b, p, given)
    case ADefer(t) => Defer(s, u, t)
    case ACloseBegin(r) => CloseBegin(s, u, r)
    case ACloseCancelChildren(r) => CloseCancelChildren(s, u, r)
    case ACloseChildrenDone(r) => CloseChildrenDone(s, u, r)
    case ACloseRunFinalizer(r, f) => CloseRunFinalizer(s, u, r, f)
    case ACloseComplete(r) => CloseComplete(s, u, r)
    case AJoinBlock(w, t) => JoinBlock(s, u, w, t)
    case AJoinReady(w, x) => JoinReady(s, u, w, x)
  }
}
