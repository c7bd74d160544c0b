// Must be rejected: each Planted lemma is false, each Twin beside it is the true one.
include "../Allowance.dfy"
include "../Budgets.dfy"

module PlantedAlgebra {
  import opened Algebra
  import opened Allowances
  import B = Budgets

  lemma TwinAllowance(a: Reason, b: Reason)
    requires a.Reason? && b.Reason? && a.cause.NoReason? && b.cause.NoReason? && AtMost(a, b)
    ensures Allowance(b) <= Allowance(a)
  { reveal Strength(); }

  // A stronger reason may allow more: the order sees the head, the allowance the root.
  lemma PlantedAllowance(a: Reason, b: Reason)
    requires a.Reason? && b.Reason? && AtMost(a, b)
    ensures Allowance(b) <= Allowance(a)
  { reveal Strength(); }

  // Time before cause, where the document has cause before time (D3).
  function TimeFirst(a: Reason, b: Reason, causeFirst: bool): Sign {
    if a.NoReason? || b.NoReason? then (if a == b then 0 else if a.NoReason? then -1 else 1)
    else
      var cause := TimeFirst(a.cause, b.cause, causeFirst);
      var detail := CompareDetail(a, b);
      Or(Compare(Position(a.kind), Position(b.kind)), if causeFirst then Or(cause, detail) else Or(detail, cause))
  }

  lemma TwinBelowMonotone(a: Reason, b: Reason, r: nat, t: nat)
    requires a.Reason? && b.Reason? && TimeFirst(a, b, true) < 0
    ensures TimeFirst(Below(a, r, t), Below(b, r, t), true) < 0
  {}

  lemma PlantedBelowMonotone(a: Reason, b: Reason, r: nat, t: nat)
    requires a.Reason? && b.Reason? && TimeFirst(a, b, false) < 0
    ensures TimeFirst(Below(a, r, t), Below(b, r, t), false) < 0
  {}

  // A tie that keeps the left one.
  function KeepLeft(a: Reason, b: Reason): Reason
    requires a.Reason? && b.Reason?
  { if Tier(a.kind) >= Tier(b.kind) then a else b }

  lemma PlantedStrengthenCommutative(a: Reason, b: Reason)
    requires a.Reason? && b.Reason?
    ensures KeepLeft(a, b) == KeepLeft(b, a)
  {}

  lemma PlantedCleanupOrder(cleanup: nat, a: Reason, b: Reason)
    ensures After(cleanup, a, b) == After(cleanup, b, a)
  { StrengthenCommutative(a, b); }

  // The error of a fail-fast region is not the least: Cancelled outranks it.
  lemma PlantedErrOutranks(a: Outcome)
    requires !a.Panicked?
    ensures JoinOutcomes(Err, a) == Err
  {}

  lemma PlantedMeetTakesLowerPriority(a: B.Budget, b: B.Budget)
    ensures B.Meet(a, b).priority <= a.priority
  {}

  // Distribution holds one way only.
  lemma PlantedMeetOverAndThen(a: B.Budget, b: B.Budget, c: B.Budget)
    ensures B.Meet(a, B.AndThen(b, c)) == B.AndThen(B.Meet(a, b), B.Meet(a, c))
  {}

  // Without saturation "no limit" does not absorb.
  function Add(saturate: bool, cap: nat, a: nat, b: nat): nat { if saturate then B.Sum(cap, a, b) else a + b }

  lemma TwinSaturation(cap: nat, a: nat)
    ensures Add(true, cap, a, cap) == cap
  {}

  lemma PlantedSaturation(cap: nat, a: nat)
    ensures Add(false, cap, a, cap) == cap
  {}
}
