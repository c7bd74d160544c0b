// The rules of docs/semantics.md, chapters 2 to 5, by their names: Rule(s, u, ...) says that s steps to u by that
// rule. A guard stands in the order of the document, with its name behind it. Effects and labels are the driver's and
// not modelled.
include "Kernel.dfy"

module Rules {
  import opened Algebra
  import opened States
  import opened Kernel

  // ---- Task -----------------------------------------------------------------------------------------------------

  ghost predicate Spawn(s: State, u: State, t: nat, r: nat, c: nat, given: Budget)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && KnownRegion(s, r)
    && c == |s.tasks|                                              // FreshId
    && BudgetValid(given)
    && TaskActive(s.tasks[t])
    && TaskNotWaiting(s.tasks[t])
    && s.tasks[t].phase == Running                                 // SpawnerRunning
    && s.regions[r].phase == Open                                  // RegionOpen
    && u == s.(tasks := s.tasks + [NewTask(r, Child, Meet(s.regions[r].budget, given))])
  }

  ghost predicate Start(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && s.tasks[t].phase == Created                                 // TaskCreated
    && u == s.(tasks := s.tasks[t := s.tasks[t].(phase := Running, started := true)])
  }

  ghost predicate Complete(s: State, u: State, t: nat, o: Outcome)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && (o.Cancelled? ==> o.reason.Reason?)
    && var x := s.tasks[t];
    && (TaskActive(x) || (x.started && x.phase == TaskPhase.Finalizing && o.Panicked?))
    && TaskNotWaiting(x)
    && (o.Panicked? || x.phase == Running || x.phase == CancelRequested)  // OutcomeFitsPhase
    && u == CompleteTask(s, t, o)
  }

  // ---- Cancel ---------------------------------------------------------------------------------------------------

  datatype Target = TaskTarget(task: nat) | RegionTarget(region: nat)

  // asker 0 is the environment.
  ghost predicate CancelRequest(s: State, u: State, asker: nat, x: Target, rho: Reason)
    requires Tree(s)
  {
    && rho.Reason?
    && (x.TaskTarget? ==> KnownTask(s, x.task))
    && (x.RegionTarget? ==> KnownRegion(s, x.region))
    && (asker == 0 ||                                              // AskerActive
        (KnownTask(s, asker) && TaskActive(s.tasks[asker]) && TaskNotWaiting(s.tasks[asker])))
    && match x {                                                   // TargetNotFinished
         case TaskTarget(t) =>
           && Live(s.tasks[t]) && s.tasks[t].role != Role.Finalizer
           && u == CancelTask(s, t, rho, asker != 0)
         case RegionTarget(r) =>
           && s.regions[r].phase != Closed
           && u == CancelRegion(s, r, rho, asker == 0 || !Inside(s, asker, r))
       }
  }

  ghost predicate Checkpoint(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && x.phase == CancelRequested                                  // CancelPending
    && x.mask == 0                                                 // NotMasked
    && !x.waits.OnRegion?                                          // WaitInterruptible
    && u == s.(tasks := s.tasks[t := x.(phase := Cancelling, waits := Nothing)])
  }

  ghost predicate CheckpointMasked(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && TaskActive(x)
    && TaskNotWaiting(x)
    && x.phase == CancelRequested                                  // CancelPending
    && x.mask > 0                                                  // MaskLeft
    && u == s.(tasks := s.tasks[t := x.(mask := x.mask - 1)])
  }

  ghost predicate MaskEnter(s: State, u: State, t: nat, n: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && TaskActive(x)
    && TaskNotWaiting(x)
    && 1 <= n <= MaskUnits                                         // MaskUnitsInRange
    && x.depth < MaskDepth                                         // MaskDepthLeft
    && !(x.phase == CancelRequested && x.depth == 0)               // NoPendingCancel
    && u == s.(tasks := s.tasks[t := x.(depth := x.depth + 1,
                                        mask := if x.depth == 0 && x.phase == Running then n else x.mask)])
  }

  ghost predicate MaskExit(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && TaskActive(x)
    && TaskNotWaiting(x)
    && x.depth > 0                                                 // InsideMask
    && u == s.(tasks := s.tasks[t := x.(depth := x.depth - 1, mask := if x.depth == 1 then 0 else x.mask)])
  }

  ghost predicate Drain(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && x.phase == Cancelling                                       // Acknowledged
    && TaskNotWaiting(x)
    && u == s.(tasks := s.tasks[t := x.(phase := TaskPhase.Finalizing, mask := 0, depth := 0)])
  }

  ghost predicate Finalize(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && s.tasks[t].phase == TaskPhase.Finalizing                    // Drained
    && u == CompleteTask(s, t, Cancelled(s.tasks[t].reason))
  }

  ghost predicate ChargePoll(s: State, u: State, t: nat)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && var quota := if x.phase == Cancelling then x.cleanup else x.polls;
    && TaskActive(x)
    && quota != Unlimited                                          // QuotaLimited
    && (quota > 0 || (x.phase == Running && x.role != Role.Finalizer))  // QuotaLeft
    && u == if quota <= 0 then CancelTask(s, t, Asked(PollQuota, x.region, t), false)
            else if x.phase == Cancelling then s.(tasks := s.tasks[t := x.(cleanup := quota - 1)])
            else s.(tasks := s.tasks[t := x.(polls := quota - 1)])
  }

  ghost predicate ChargeCost(s: State, u: State, t: nat, n: int)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && var x := s.tasks[t];
    && TaskActive(x)
    && n >= 1                                                      // CostValid
    && x.cost != Unlimited                                         // QuotaLimited
    && var s1 := Paid(s, t, n);
    && u == if n > x.cost && x.phase == Running && x.role != Role.Finalizer
            then CancelTask(s1, t, Asked(CostBudget, x.region, t), false) else s1
  }

  ghost function Paid(s: State, t: nat, n: int): (u: State)
    requires Tree(s) && KnownTask(s, t)
    ensures Tree(u)
  {
    s.(tasks := s.tasks[t := s.tasks[t].(cost := Max(s.tasks[t].cost - n, 0))])
  }

  // ---- Obligation -----------------------------------------------------------------------------------------------

  ghost predicate Reserve(s: State, u: State, t: nat, o: nat, k: ObligationKind)
    requires Tree(s)
  {
    && KnownTask(s, t)
    && o == |s.obligations|                                        // FreshId
    && TaskActive(s.tasks[t])
    && TaskNotWaiting(s.tasks[t])
    && u == s.(obligations := s.obligations + [Obligation(k, t, Reserved)])
  }

  // What Commit, Abort and Transfer ask of the holder.
  ghost predicate MayResolve(s: State, t: nat, o: nat) {
    && KnownTask(s, t)
    && KnownObligation(s, o)
    && s.obligations[o].phase == Reserved                          // IsReserved
    && s.obligations[o].holder == t                                // IsHolder
    && TaskActive(s.tasks[t])
    && TaskNotWaiting(s.tasks[t])
  }

  ghost predicate Commit(s: State, u: State, t: nat, o: nat)
    requires Tree(s)
  {
    MayResolve(s, t, o) && u == s.(obligations := s.obligations[o := s.obligations[o].(phase := Committed)])
  }

  ghost predicate Abort(s: State, u: State, t: nat, o: nat)
    requires Tree(s)
  {
    MayResolve(s, t, o) && u == s.(obligations := s.obligations[o := s.obligations[o].(phase := Aborted)])
  }

  ghost predicate Transfer(s: State, u: State, t: nat, o: nat, to: nat)
    requires Tree(s)
  {
    && KnownTask(s, to)
    && MayResolve(s, t, o)
    && s.tasks[to].phase !in {TaskPhase.Completed, TaskPhase.Finalizing}  // ReceiverLive
    && to != t                                                     // ReceiverDiffers
    && u == s.(obligations := s.obligations[o := s.obligations[o].(holder := to)])
  }
}
