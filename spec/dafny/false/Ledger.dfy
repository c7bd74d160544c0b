// Must be rejected: each Planted lemma has one premise of its rule dropped; its Twin keeps it and is accepted.
include "../Theorems.dfy"

module PlantedLedger {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Properties
  import opened Invariant

  // Commit, with IsReserved on or off.
  ghost predicate Settle(s: State, u: State, t: nat, o: nat, reserved: bool)
    requires Tree(s)
  {
    && KnownTask(s, t) && KnownObligation(s, o)
    && (reserved ==> s.obligations[o].phase == Reserved)
    && s.obligations[o].holder == t && TaskActive(s.tasks[t])
    && u == s.(obligations := s.obligations[o := s.obligations[o].(phase := Committed)])
  }

  lemma TwinResolvedOnce(s: State, u: State, t: nat, o: nat)
    requires Inv(s) && Settle(s, u, t, o, true)
    ensures ResolvedOnce(s, u)
  {}

  lemma PlantedResolvedOnce(s: State, u: State, t: nat, o: nat)
    requires Inv(s) && Settle(s, u, t, o, false)
    ensures ResolvedOnce(s, u)
  {}

  // Transfer, with ReceiverLive on or off.
  ghost predicate Give(s: State, u: State, t: nat, o: nat, to: nat, receiver: bool)
    requires Tree(s)
  {
    && KnownTask(s, to) && KnownTask(s, t) && KnownObligation(s, o)
    && s.obligations[o].phase == Reserved && s.obligations[o].holder == t && TaskActive(s.tasks[t])
    && (receiver ==> Live(s.tasks[to]))
    && u == s.(obligations := s.obligations[o := s.obligations[o].(holder := to)])
  }

  lemma TwinTransfer(s: State, u: State, t: nat, o: nat, to: nat)
    requires Inv(s) && Give(s, u, t, o, to, true)
    ensures ReservedHasLiveHolder(u)
  {}

  lemma PlantedTransfer(s: State, u: State, t: nat, o: nat, to: nat)
    requires Inv(s) && Give(s, u, t, o, to, false)
    ensures ReservedHasLiveHolder(u)
  {}

  // The end of a task, with ResolveHeld on or off.
  lemma TwinResolveHeld(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && Live(s.tasks[t])
    ensures ReservedHasLiveHolder(EndTask(s, t, o))
  {}

  lemma PlantedResolveHeld(s: State, t: nat, o: Outcome)
    requires Inv(s) && KnownTask(s, t) && Live(s.tasks[t])
    ensures ReservedHasLiveHolder(s.(tasks := s.tasks[t := Ended(s.tasks[t], o)]))
  {}

  // A kernel that leaks what a cancelled task held.
  function Leaks(x: Obligation, t: nat, o: Outcome, aborts: bool): Obligation {
    if aborts then Resolved(x, t, o)
    else if x.holder == t && x.phase == Reserved then x.(phase := Leaked) else x
  }

  lemma TwinLeakMeansBug(s: State, t: nat, o: Outcome, n: nat)
    requires Inv(s) && KnownTask(s, t) && Live(s.tasks[t]) && KnownObligation(s, n)
    ensures LeakMeansBug(s.(tasks := s.tasks[t := Ended(s.tasks[t], o)],
                            obligations := s.obligations[n := Leaks(s.obligations[n], t, o, true)]))
  {}

  lemma PlantedLeakMeansBug(s: State, t: nat, o: Outcome, n: nat)
    requires Inv(s) && KnownTask(s, t) && Live(s.tasks[t]) && KnownObligation(s, n)
    ensures LeakMeansBug(s.(tasks := s.tasks[t := Ended(s.tasks[t], o)],
                            obligations := s.obligations[n := Leaks(s.obligations[n], t, o, false)]))
  {}
}
