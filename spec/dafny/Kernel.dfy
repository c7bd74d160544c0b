// cancelTask, cancelRegion, resolveHeld and complete of docs/semantics.md, as functions from state to state. The walk
// of a request is the recursion of the document; that it ends is a proof obligation, met by owners standing above what
// they own.
include "State.dfy"

module Kernel {
  import opened Algebra
  import opened States

  // ---- cancelTask, cancelRegion, complete -----------------------------------------------------------------------

  // The part of cancelTask that concerns the task alone.
  function MarkTask(x: Task, rho: Reason, echo: bool): Task {
    var reason := Strengthen(x.reason, rho);
    var y := x.(reason := reason, cleanup := Min(x.cleanup, Allowance(reason)));
    if x.phase in {Created, Running} then y.(phase := CancelRequested, echo := echo) else y
  }

  // The part of cancelRegion that concerns the region alone.
  function MarkRegion(x: Region, rho: Reason, external: bool): Region {
    x.(reason := Strengthen(x.reason, rho), external := x.external || external,
       phase := if x.phase == Open then Closing else x.phase)
  }

  // cancelTask(t, rho, echo)
  ghost function CancelTask(s: State, t: nat, rho: Reason, echo: bool): (u: State)
    requires Tree(s) && KnownTask(s, t) && rho.Reason?
    ensures Tree(u) && SameTree(s, u)
    decreases |s.regions| - s.tasks[t].region, 0
  {
    var x := s.tasks[t];
    if !Live(x) || x.role == Finalizer then s
    else
      StrengthenGrows(x.reason, rho);
      var y := MarkTask(x, rho, echo);
      var s1 := s.(tasks := s.tasks[t := y]);
      assert Tree(s1) by { TreeMoves(s, s1); }
      if x.waits.OnRegion?
      then CancelRegion(s1, x.waits.region, Below(y.reason, x.region, t), true)
      else s1
  }

  // cancelRegion(r, rho, external)
  ghost function CancelRegion(s: State, r: nat, rho: Reason, external: bool): (u: State)
    requires Tree(s) && KnownRegion(s, r) && rho.Reason?
    ensures Tree(u) && SameTree(s, u)
    decreases |s.regions| - r, |s.tasks| + 2
  {
    if s.regions[r].phase == Closed then s
    else
      StrengthenGrows(s.regions[r].reason, rho);
      var s1 := s.(regions := s.regions[r := MarkRegion(s.regions[r], rho, external)]);
      assert Tree(s1) by { TreeMoves(s, s1); }
      CancelTasksFrom(s1, r, 1)
  }

  // "every task of r", by identifier, from t on.
  ghost function CancelTasksFrom(s: State, r: nat, t: nat): (u: State)
    requires Tree(s) && KnownRegion(s, r) && 1 <= t <= |s.tasks| && s.regions[r].reason.Reason?
    ensures Tree(u) && SameTree(s, u)
    decreases |s.regions| - r, |s.tasks| + 1 - t
  {
    if t == |s.tasks| then s
    else if s.tasks[t].region != r then CancelTasksFrom(s, r, t + 1)
    else
      var s1 := CancelTask(s, t, s.regions[r].reason, true);
      CancelTasksFrom(s1, r, t + 1)
  }

  // Leak(o) and the kernel's Abort(o) are consequences: what becomes of one obligation when its holder t ends with o.
  function Resolved(x: Obligation, t: nat, o: Outcome): Obligation {
    if x.holder != t || x.phase != Reserved then x
    else if o.Ok? || o.Err? then x.(phase := Leaked)
    else x.(phase := Aborted)
  }

  // resolveHeld(t, o)
  function ResolveHeld(s: State, t: nat, o: Outcome): State {
    s.(obligations := seq(|s.obligations|, i requires 0 <= i < |s.obligations| => Resolved(s.obligations[i], t, o)))
  }

  // The record of a task that ended.
  function Ended(x: Task, o: Outcome): Task {
    x.(phase := TaskPhase.Completed, outcome := Some(o), waits := Nothing, mask := 0, depth := 0)
  }

  // complete(t, o) without FailFastCancels.
  ghost function EndTask(s: State, t: nat, o: Outcome): (u: State)
    requires Tree(s) && KnownTask(s, t)
    ensures Tree(u)
  {
    ResolveHeld(s.(tasks := s.tasks[t := Ended(s.tasks[t], o)]), t, o)
  }

  // Where trigger(region(t)) becomes t if it was 0.
  ghost function SetTrigger(s: State, t: nat): (u: State)
    requires Tree(s) && KnownTask(s, t)
    ensures Tree(u)
  {
    var r := s.tasks[t].region;
    var x := s.regions[r];
    s.(regions := s.regions[r := x.(trigger := if x.trigger == 0 then t else x.trigger)])
  }

  ghost predicate FailsFast(s: State, t: nat, o: Outcome)
    requires Tree(s) && KnownTask(s, t)
  {
    s.tasks[t].role != Role.Finalizer && (o.Err? || o.Panicked?)
    && s.regions[s.tasks[t].region].policy == Policy.FailFast
  }

  // complete(t, o)
  ghost function CompleteTask(s: State, t: nat, o: Outcome): (u: State)
    requires Tree(s) && KnownTask(s, t)
    ensures Tree(u)
  {
    var r := s.tasks[t].region;
    var s1 := EndTask(s, t, o);
    if FailsFast(s, t, o) then CancelRegion(SetTrigger(s1, t), r, Asked(Kind.FailFast, r, t), false) else s1
  }
}
