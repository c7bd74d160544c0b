// Clean-up allowances (docs/semantics.md, "allowance"; D7). The allowance goes by the root of a reason, strength by
// its head: so a stronger reason may allow more. Here stands what is true instead, and the witness against what is
// not.
include "Algebra.dfy"

module Allowances {
  import opened Algebra

  function Min(a: nat, b: nat): nat { if a <= b then a else b }

  // What cancelTask makes of cleanup(t) when a request turns the reason of t into rho (TightenCleanup).
  function Tighten(cleanup: nat, rho: Reason): nat { Min(cleanup, Allowance(rho)) }

  // cleanup(t) never rises and is never above the allowance of the present reason, whatever was asked (CleanupTight).
  lemma CleanupNeverRises(cleanup: nat, rho: Reason)
    ensures Tighten(cleanup, rho) <= cleanup
    ensures Tighten(cleanup, rho) <= Allowance(rho)
    ensures Tighten(Tighten(cleanup, rho), rho) == Tighten(cleanup, rho)
  {}

  lemma AllowanceBounds(rho: Reason)
    ensures 50 <= Allowance(rho) <= 1000
  {}

  // A strengthened reason allows what one of the two allowed, no more and no less.
  lemma AllowanceOfStrengthen(a: Reason, b: Reason)
    ensures Allowance(Strengthen(a, b)) == Allowance(a) || Allowance(Strengthen(a, b)) == Allowance(b)
  {}

  // Among reasons without a cause the stronger one allows less or the same: there head and root are one.
  lemma AllowanceAntitoneAtRoots(a: Reason, b: Reason)
    requires a.Reason? && b.Reason? && a.cause.NoReason? && b.cause.NoReason? && AtMost(a, b)
    ensures Allowance(b) <= Allowance(a)
  { reveal Strength(); }

  // rho went down from root through n regions.
  ghost predicate Descends(rho: Reason, root: Reason, n: nat) {
    if n == 0 then rho == root && root.Reason? && root.cause.NoReason?
    else rho.Reason? && rho.kind == ParentCancelled && Descends(rho.cause, root, n - 1)
  }

  // The same among reasons that went down equally far from causeless ones: what two requests to one target leave below
  // it.
  lemma AllowanceAntitoneAtEqualDepth(a: Reason, b: Reason, x: Reason, y: Reason, n: nat)
    requires Descends(a, x, n) && Descends(b, y, n) && AtMost(a, b)
    ensures Allowance(b) <= Allowance(a)
  {
    reveal Strength();
    if n == 0 { AllowanceAntitoneAtRoots(a, b); }
    else { AllowanceAntitoneAtEqualDepth(a.cause, b.cause, x, y, n - 1); }
  }

  // Not among all reasons: a user's cancel seen from below is stronger than a timeout, and allows twice as much.
  lemma AllowanceIsNotAntitone() returns (a: Reason, b: Reason)
    ensures AtMost(a, b) && Allowance(a) < Allowance(b)
    ensures Allowance(Strengthen(a, b)) > Allowance(a)
  {
    reveal Strength();
    a := Reason(Timeout, 0, 0, 0, [], NoReason);
    b := Below(Reason(User, 0, 0, 0, [], NoReason), 1, 1);
  }

  // What two requests leave in cleanup(t), one after the other.
  function After(cleanup: nat, first: Reason, second: Reason): nat {
    Tighten(Tighten(cleanup, first), Strengthen(first, second))
  }

  // Hence cleanup(t), unlike reason(t), may depend on the order of two requests. Two requests are not one request with
  // the strengthened reason, nor do they leave the smaller of the two allowances.
  lemma CleanupDependsOnOrder() returns (a: Reason, b: Reason)
    ensures After(2147483647, a, b) == 500 && After(2147483647, b, a) == 1000
    ensures Tighten(2147483647, Strengthen(a, b)) == 1000
    ensures After(2147483647, b, a) != Min(Allowance(a), Allowance(b))
  {
    a := Reason(Timeout, 0, 0, 0, [], NoReason);
    b := Below(Reason(User, 0, 0, 0, [], NoReason), 1, 1);
    StrengthenCommutative(a, b);
    reveal Strength();
  }

  // It does not where the stronger one allows no more: then twice is once, in either order.
  lemma CleanupTwiceIsOnce(cleanup: nat, a: Reason, b: Reason)
    requires AtMost(a, b) && Allowance(b) <= Allowance(a)
    ensures After(cleanup, a, b) == After(cleanup, b, a) == Tighten(cleanup, Strengthen(a, b))
  { StrengthenCommutative(a, b); }

  // Tightening by each reason that was asked, and not by the strongest only, would not depend on the order.
  lemma TighteningByEachCommutes(cleanup: nat, a: Reason, b: Reason)
    ensures Tighten(Tighten(cleanup, a), b) == Tighten(Tighten(cleanup, b), a)
    ensures Tighten(Tighten(cleanup, a), b) <= After(cleanup, a, b)
  {}
}
