// Cancel reasons and outcomes (docs/semantics.md, sections "Outcome" and "Cancel reason"): a total order of reasons,
// the join it gives, and what is and is not true of clean-up allowances. Every law holds for chains of any length.
module Algebra {

  datatype Kind =
    | User | Timeout | Deadline | PollQuota | CostBudget | FailFast | RaceLost | LinkedExit
    | ParentCancelled | ResourceUnavailable | Shutdown

  function Tier(k: Kind): nat {
    match k
    case User => 0
    case Timeout | Deadline => 1
    case PollQuota | CostBudget => 2
    case FailFast | RaceLost | LinkedExit => 3
    case ParentCancelled | ResourceUnavailable => 4
    case Shutdown => 5
  }

  // The kind order: the order of the document's table.
  function Position(k: Kind): nat {
    match k
    case User => 0
    case Timeout => 1
    case Deadline => 2
    case PollQuota => 3
    case CostBudget => 4
    case FailFast => 5
    case RaceLost => 6
    case LinkedExit => 7
    case ParentCancelled => 8
    case ResourceUnavailable => 9
    case Shutdown => 10
  }

  function CleanupPolls(k: Kind): nat {
    match Tier(k)
    case 0 => 1000
    case 1 => 500
    case 2 => 300
    case 5 => 50
    case _ => 200
  }

  // A message is the sequence of its character codes; time is any integer.
  datatype Reason =
    | NoReason
    | Reason(kind: Kind, region: nat, task: nat, time: int, message: seq<nat>, cause: Reason)

  // -1, 0 or 1: the left one is weaker, equal, stronger.
  type Sign = x: int | -1 <= x <= 1

  function Compare(a: int, b: int): Sign { if a < b then -1 else if a > b then 1 else 0 }

  // What decides first, unless it is a tie.
  function Or(first: Sign, second: Sign): Sign { if first != 0 then first else second }

  // Messages in ordinal order.
  function CompareWords(a: seq<nat>, b: seq<nat>): Sign {
    if |a| == 0 || |b| == 0 then Compare(|a|, |b|)
    else Or(Compare(a[0], b[0]), CompareWords(a[1..], b[1..]))
  }

  // Earlier and smaller is stronger: the arguments are swapped.
  function CompareDetail(a: Reason, b: Reason): Sign
    requires a.Reason? && b.Reason?
  {
    Or(Compare(b.time, a.time),
       Or(Compare(b.region, a.region), Or(Compare(b.task, a.task), CompareWords(b.message, a.message))))
  }

  opaque function Strength(a: Reason, b: Reason): Sign {
    if a.NoReason? || b.NoReason? then (if a == b then 0 else if a.NoReason? then -1 else 1)
    else
      Or(Compare(Tier(a.kind), Tier(b.kind)),
         Or(Compare(Position(a.kind), Position(b.kind)),
            Or(Strength(a.cause, b.cause), CompareDetail(a, b))))
  }

  ghost predicate AtMost(a: Reason, b: Reason) { Strength(a, b) <= 0 }

  function Strengthen(a: Reason, b: Reason): Reason { if Strength(a, b) <= 0 then b else a }

  function Below(rho: Reason, region: nat, task: nat): Reason
    requires rho.Reason?
  {
    Reason(ParentCancelled, region, task, rho.time, [], rho)
  }

  function Root(rho: Reason): Reason
    requires rho.Reason?
    ensures Root(rho).Reason?
  {
    if rho.cause.NoReason? then rho else Root(rho.cause)
  }

  // Of no reason it is never asked by a rule; 1000 is then the largest there is.
  function Allowance(rho: Reason): nat { if rho.NoReason? then 1000 else CleanupPolls(Root(rho).kind) }

  // ---- the order is total ---------------------------------------------------------------------------------------

  lemma WordsOrder(a: seq<nat>, b: seq<nat>)
    ensures CompareWords(a, b) == -CompareWords(b, a)
    ensures CompareWords(a, b) == 0 <==> a == b
  {
    if |a| != 0 && |b| != 0 {
      WordsOrder(a[1..], b[1..]);
      assert a == [a[0]] + a[1..] && b == [b[0]] + b[1..];
    }
  }

  lemma WordsTransitive(a: seq<nat>, b: seq<nat>, c: seq<nat>)
    requires CompareWords(a, b) <= 0 && CompareWords(b, c) <= 0
    ensures CompareWords(a, c) <= 0
  {
    WordsOrder(a, b); WordsOrder(b, c);
    if |a| != 0 && |b| != 0 && |c| != 0 && a[0] == b[0] == c[0] {
      WordsTransitive(a[1..], b[1..], c[1..]);
    }
  }

  lemma StrengthOrder(a: Reason, b: Reason)
    ensures Strength(a, b) == -Strength(b, a)
    ensures Strength(a, b) == 0 <==> a == b
  {
    reveal Strength();
    if a.Reason? && b.Reason? {
      StrengthOrder(a.cause, b.cause);
      WordsOrder(b.message, a.message);
    }
  }

  lemma Antisymmetric(a: Reason, b: Reason)
    requires AtMost(a, b) && AtMost(b, a)
    ensures a == b
  { StrengthOrder(a, b); }

  lemma Total(a: Reason, b: Reason)
    ensures AtMost(a, b) || AtMost(b, a)
    ensures AtMost(a, a)
  { StrengthOrder(a, b); StrengthOrder(a, a); }

  lemma Transitive(a: Reason, b: Reason, c: Reason)
    requires AtMost(a, b) && AtMost(b, c)
    ensures AtMost(a, c)
  {
    reveal Strength();
    if a.Reason? && b.Reason? && c.Reason? && a.kind == b.kind == c.kind {
      StrengthOrder(a.cause, b.cause); StrengthOrder(b.cause, c.cause); StrengthOrder(a.cause, c.cause);
      Transitive(a.cause, b.cause, c.cause);
      if a.cause == b.cause == c.cause
        && CompareWords(c.message, b.message) <= 0 && CompareWords(b.message, a.message) <= 0 {
        WordsTransitive(c.message, b.message, a.message);
      }
      WordsOrder(b.message, a.message); WordsOrder(c.message, b.message); WordsOrder(c.message, a.message);
    }
  }

  // ---- strengthen -----------------------------------------------------------------------------------------------

  lemma StrengthenIdempotent(a: Reason)
    ensures Strengthen(a, a) == a
  {}

  lemma StrengthenCommutative(a: Reason, b: Reason)
    ensures Strengthen(a, b) == Strengthen(b, a)
  { StrengthOrder(a, b); }

  // It is an upper bound, and the least one.
  lemma StrengthenGrows(a: Reason, b: Reason)
    ensures AtMost(a, Strengthen(a, b)) && AtMost(b, Strengthen(a, b))
    ensures Strengthen(a, b) == a || Strengthen(a, b) == b
    ensures a.Reason? || b.Reason? ==> Strengthen(a, b).Reason?
  { StrengthOrder(a, b); Total(a, a); Total(b, b); reveal Strength(); }

  lemma StrengthenLeast(a: Reason, b: Reason, bound: Reason)
    requires AtMost(a, bound) && AtMost(b, bound)
    ensures AtMost(Strengthen(a, b), bound)
  {}

  lemma StrengthenMonotone(a: Reason, b: Reason, c: Reason)
    requires AtMost(a, b)
    ensures AtMost(Strengthen(a, c), Strengthen(b, c))
  {
    StrengthenGrows(b, c);
    Transitive(a, b, Strengthen(b, c));
    StrengthenLeast(a, c, Strengthen(b, c));
  }

  lemma StrengthenAssociative(a: Reason, b: Reason, c: Reason)
    ensures Strengthen(Strengthen(a, b), c) == Strengthen(a, Strengthen(b, c))
  {
    var left, right := Strengthen(Strengthen(a, b), c), Strengthen(a, Strengthen(b, c));
    StrengthenGrows(a, b); StrengthenGrows(b, c);
    StrengthenGrows(Strengthen(a, b), c); StrengthenGrows(a, Strengthen(b, c));
    Transitive(a, Strengthen(a, b), left); Transitive(b, Strengthen(a, b), left);
    Transitive(b, Strengthen(b, c), right); Transitive(c, Strengthen(b, c), right);
    StrengthenLeast(b, c, left); StrengthenLeast(a, Strengthen(b, c), left);
    StrengthenLeast(a, b, right); StrengthenLeast(Strengthen(a, b), c, right);
    Antisymmetric(left, right);
  }

  lemma StrengthenUnit(a: Reason)
    ensures Strengthen(NoReason, a) == a == Strengthen(a, NoReason)
  { reveal Strength(); }

  // ---- below ----------------------------------------------------------------------------------------------------

  lemma BelowMonotone(a: Reason, b: Reason, region: nat, task: nat)
    requires a.Reason? && b.Reason? && AtMost(a, b)
    ensures AtMost(Below(a, region, task), Below(b, region, task))
  { reveal Strength(); StrengthOrder(a, b); }

  // A strictly stronger reason is so below too, whichever way it went.
  lemma BelowStrict(a: Reason, b: Reason, r: nat, t: nat, s: nat, u: nat)
    requires a.Reason? && b.Reason? && Strength(a, b) < 0
    ensures Strength(Below(a, r, t), Below(b, s, u)) < 0
  { reveal Strength(); }

  // Strengthening above and then going down is the same as going down and then strengthening.
  lemma BelowOfStrengthen(a: Reason, b: Reason, region: nat, task: nat)
    requires a.Reason? && b.Reason?
    ensures Strengthen(a, b).Reason?
    ensures Below(Strengthen(a, b), region, task) == Strengthen(Below(a, region, task), Below(b, region, task))
  {
    StrengthenGrows(a, b);
    StrengthOrder(a, b);
    if AtMost(a, b) { BelowMonotone(a, b, region, task); }
    else { BelowStrict(b, a, region, task, region, task);
           StrengthOrder(Below(a, region, task), Below(b, region, task)); }
  }

  // Going down keeps the allowance (D7).
  lemma AllowanceOfBelow(rho: Reason, region: nat, task: nat)
    requires rho.Reason?
    ensures Allowance(Below(rho, region, task)) == Allowance(rho)
  {}

  // ---- outcomes -------------------------------------------------------------------------------------------------

  datatype Outcome = Ok | Err | Cancelled(reason: Reason) | Panicked

  function Severity(o: Outcome): nat {
    match o
    case Ok => 0
    case Err => 1
    case Cancelled(_) => 2
    case Panicked => 3
  }

  function JoinOutcomes(a: Outcome, b: Outcome): Outcome {
    if Severity(a) > Severity(b) then a
    else if Severity(a) < Severity(b) then b
    else if a.Cancelled? then Cancelled(Strengthen(a.reason, b.reason))
    else a
  }

  ghost predicate NoWorse(a: Outcome, b: Outcome) {
    Severity(a) < Severity(b) || (Severity(a) == Severity(b) && (a.Cancelled? ==> AtMost(a.reason, b.reason)))
  }

  lemma JoinIdempotent(a: Outcome)
    ensures JoinOutcomes(a, a) == a
  {}

  lemma JoinCommutative(a: Outcome, b: Outcome)
    ensures JoinOutcomes(a, b) == JoinOutcomes(b, a)
  { if a.Cancelled? && b.Cancelled? { StrengthenCommutative(a.reason, b.reason); } }

  lemma JoinAssociative(a: Outcome, b: Outcome, c: Outcome)
    ensures JoinOutcomes(JoinOutcomes(a, b), c) == JoinOutcomes(a, JoinOutcomes(b, c))
  { if a.Cancelled? && b.Cancelled? && c.Cancelled? { StrengthenAssociative(a.reason, b.reason, c.reason); } }

  lemma JoinUnitAndTop(a: Outcome)
    ensures JoinOutcomes(Ok, a) == a == JoinOutcomes(a, Ok)
    ensures JoinOutcomes(Panicked, a) == Panicked == JoinOutcomes(a, Panicked)
  {}

  // The severity of a join is the greater severity: nothing is reported milder than it was.
  lemma JoinSeverity(a: Outcome, b: Outcome)
    ensures Severity(JoinOutcomes(a, b)) == if Severity(a) >= Severity(b) then Severity(a) else Severity(b)
  {}

  lemma JoinIsLeastUpperBound(a: Outcome, b: Outcome, bound: Outcome)
    ensures NoWorse(a, JoinOutcomes(a, b)) && NoWorse(b, JoinOutcomes(a, b))
    ensures NoWorse(a, bound) && NoWorse(b, bound) ==> NoWorse(JoinOutcomes(a, b), bound)
  {
    if a.Cancelled? { Total(a.reason, a.reason); }
    if b.Cancelled? { Total(b.reason, b.reason); }
    if a.Cancelled? && b.Cancelled? { StrengthenGrows(a.reason, b.reason); }
  }

  lemma JoinMonotone(a: Outcome, b: Outcome, c: Outcome)
    requires NoWorse(a, b)
    ensures NoWorse(JoinOutcomes(a, c), JoinOutcomes(b, c))
  {
    if a.Cancelled? && b.Cancelled? && c.Cancelled? { StrengthenMonotone(a.reason, b.reason, c.reason); }
    else if b.Cancelled? && c.Cancelled? { StrengthenGrows(b.reason, c.reason); }
    else if c.Cancelled? { Total(c.reason, c.reason); }
  }
}
