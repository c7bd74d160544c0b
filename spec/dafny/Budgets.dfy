// Budgets (docs/semantics.md, "Budget"): meet is a bounded semilattice, andThen a commutative monoid that saturates,
// and andThen distributes over meet (a tropical semiring). The laws hold for every cap, so for polls, cost and
// deadline alike.
module Budgets {

  // The largest number stands for "no limit": Unlimited for quotas, NoDeadline for deadlines (as in the kernel).
  const Unlimited: nat := 2147483647
  const NoDeadline: nat := 9223372036854775807

  datatype Budget = Budget(deadline: nat, polls: nat, cost: nat, priority: nat)

  ghost predicate Valid(b: Budget) {
    b.deadline <= NoDeadline && b.polls <= Unlimited && b.cost <= Unlimited && b.priority <= 255
  }

  const Top := Budget(NoDeadline, Unlimited, Unlimited, 0)
  const Zero := Budget(0, 0, 0, 0)

  function Min(a: nat, b: nat): nat { if a <= b then a else b }
  function Max(a: nat, b: nat): nat { if a >= b then a else b }
  function Sum(cap: nat, a: nat, b: nat): nat { Min(cap, a + b) }

  function Meet(a: Budget, b: Budget): Budget {
    Budget(Min(a.deadline, b.deadline), Min(a.polls, b.polls), Min(a.cost, b.cost), Max(a.priority, b.priority))
  }

  // Deadlines are read as offsets here.
  function AndThen(a: Budget, b: Budget): Budget {
    Budget(Sum(NoDeadline, a.deadline, b.deadline), Sum(Unlimited, a.polls, b.polls), Sum(Unlimited, a.cost, b.cost),
           Max(a.priority, b.priority))
  }

  // Priority runs the other way: it is a hint, and the higher one wins a meet.
  ghost predicate Within(a: Budget, b: Budget) {
    a.deadline <= b.deadline && a.polls <= b.polls && a.cost <= b.cost && a.priority >= b.priority
  }

  lemma MeetAssociative(a: Budget, b: Budget, c: Budget)
    ensures Meet(Meet(a, b), c) == Meet(a, Meet(b, c))
  {}

  lemma MeetCommutative(a: Budget, b: Budget)
    ensures Meet(a, b) == Meet(b, a)
  {}

  lemma MeetIdempotent(a: Budget)
    ensures Meet(a, a) == a
  {}

  lemma MeetTop(a: Budget)
    requires Valid(a)
    ensures Meet(a, Top) == a == Meet(Top, a)
    ensures Within(a, Top)
  {}

  // The greatest lower bound; and so a budget never grows downwards.
  lemma MeetIsGreatestLowerBound(a: Budget, b: Budget, c: Budget)
    ensures Within(Meet(a, b), a) && Within(Meet(a, b), b)
    ensures Within(c, a) && Within(c, b) <==> Within(c, Meet(a, b))
    ensures Within(a, b) <==> Meet(a, b) == a
  {}

  lemma MeetMonotone(a: Budget, b: Budget, c: Budget)
    requires Within(a, b)
    ensures Within(Meet(a, c), Meet(b, c))
  {}

  lemma MeetValid(a: Budget, b: Budget)
    requires Valid(a) && Valid(b)
    ensures Valid(Meet(a, b)) && Valid(AndThen(a, b))
  {}

  lemma AndThenAssociative(a: Budget, b: Budget, c: Budget)
    ensures AndThen(AndThen(a, b), c) == AndThen(a, AndThen(b, c))
  {}

  lemma AndThenCommutative(a: Budget, b: Budget)
    ensures AndThen(a, b) == AndThen(b, a)
  {}

  lemma AndThenUnit(a: Budget)
    requires Valid(a)
    ensures AndThen(a, Zero) == a == AndThen(Zero, a)
  {}

  // "No limit" absorbs in all but priority.
  lemma AndThenTop(a: Budget)
    ensures AndThen(a, Top) == Top.(priority := a.priority) == AndThen(Top, a)
  {}

  lemma AndThenMonotone(a: Budget, b: Budget, c: Budget)
    requires Within(a, b)
    ensures Within(AndThen(a, c), AndThen(b, c)) && Within(AndThen(c, a), AndThen(c, b))
  {}

  lemma AndThenDistributesOverMeet(a: Budget, b: Budget, c: Budget)
    ensures AndThen(a, Meet(b, c)) == Meet(AndThen(a, b), AndThen(a, c))
    ensures AndThen(Meet(b, c), a) == Meet(AndThen(b, a), AndThen(c, a))
  {}

  // Saturation loses nothing that can be seen: a capped sum is the cap of the true one, at whatever point one caps.
  lemma SaturationIsLate(cap: nat, a: nat, b: nat, c: nat)
    ensures Sum(cap, Sum(cap, a, b), c) == Min(cap, a + b + c)
    ensures Sum(cap, a, Min(b, c)) == Min(Sum(cap, a, b), Sum(cap, a, c))
    ensures a <= cap ==> Sum(cap, a, 0) == a
    ensures Sum(cap, a, cap) == cap
  {}
}
