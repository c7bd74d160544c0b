// The state of docs/semantics.md, section 1, with the document's field names, and the words its rules use. An
// identifier is a position from 1; position 0 of each sequence is filled with a record that nothing reads, since 0
// stands for "none".
include "Algebra.dfy"

module States {
  import opened Algebra

  const Unlimited: int := 2147483647
  const NoDeadline: nat := 9223372036854775807
  const MaskDepth: nat := 64
  // Configured: the proofs hold for every value.
  const MaskUnits: nat
  const FinalizerPolls: nat

  datatype Option<T> = None | Some(value: T)

  // Quotas are integers so that the guard BudgetValid has something to refuse.
  datatype Budget = Budget(deadline: nat, polls: int, cost: int, priority: nat)

  datatype Policy = FailFast | CollectAll
  datatype RegionPhase = Open | Closing | Draining | Finalizing | Closed
  datatype Region = Region(
    owner: nat, body: nat, phase: RegionPhase, reason: Reason, external: bool, trigger: nat, policy: Policy,
    finalizers: nat, outcome: Option<Outcome>, budget: Budget)

  datatype Role = Body | Child | Finalizer
  datatype TaskPhase = Created | Running | CancelRequested | Cancelling | Finalizing | Completed
  datatype Waits = Nothing | OnTask(task: nat) | OnRegion(region: nat)
  datatype Task = Task(
    region: nat, role: Role, phase: TaskPhase, started: bool, waits: Waits, mask: nat, depth: nat, reason: Reason,
    echo: bool, polls: int, cost: int, cleanup: int, outcome: Option<Outcome>, observed: bool, deadline: nat,
    priority: nat)

  datatype ObligationKind = SendPermit | Ack | Lease | IoOp
  datatype ObligationPhase = Reserved | Committed | Aborted | Leaked
  datatype Obligation = Obligation(kind: ObligationKind, holder: nat, phase: ObligationPhase)

  datatype State = State(regions: seq<Region>, tasks: seq<Task>, obligations: seq<Obligation>)

  // ---- words ----------------------------------------------------------------------------------------------------

  ghost predicate KnownTask(s: State, t: nat) { 1 <= t < |s.tasks| }
  ghost predicate KnownRegion(s: State, r: nat) { 1 <= r < |s.regions| }
  ghost predicate KnownObligation(s: State, o: nat) { 1 <= o < |s.obligations| }

  predicate Live(t: Task) { t.phase != TaskPhase.Completed }
  predicate IsCancelled(t: Task) { t.phase in {CancelRequested, Cancelling, TaskPhase.Finalizing} }
  predicate TaskActive(t: Task) { t.started && t.phase in {Running, CancelRequested, Cancelling} }
  predicate TaskNotWaiting(t: Task) { t.waits.Nothing? }

  predicate BudgetValid(b: Budget) { b.polls >= 0 && b.cost >= 0 && b.priority <= 255 }

  function Min(a: int, b: int): int { if a <= b then a else b }
  function Max(a: int, b: int): int { if a >= b then a else b }

  function Meet(a: Budget, b: Budget): Budget {
    Budget(Min(a.deadline, b.deadline), Min(a.polls, b.polls), Min(a.cost, b.cost), Max(a.priority, b.priority))
  }

  function BudgetOf(t: Task): Budget { Budget(t.deadline, t.polls, t.cost, t.priority) }

  function NewTask(region: nat, role: Role, b: Budget): Task {
    Task(region, role, Created, false, Nothing, 0, 0, NoReason, false, b.polls, b.cost, Unlimited, None, false,
         b.deadline, b.priority)
  }

  function NewRegion(owner: nat, body: nat, policy: Policy, b: Budget): Region {
    Region(owner, body, Open, NoReason, false, 0, policy, 0, None, b)
  }

  // A reason the kernel makes itself: no time, no words, no cause.
  function Asked(kind: Kind, region: nat, task: nat): Reason { Reason(kind, region, task, 0, [], NoReason) }

  ghost predicate ChildrenCompleted(s: State, r: nat) {
    forall t: nat | KnownTask(s, t) :: s.tasks[t].region == r ==> !Live(s.tasks[t])
  }

  // The initial state. Policy and budget of the root are the program's choice.
  ghost predicate Init(s: State) {
    && |s.regions| == 2 && |s.tasks| == 2 && |s.obligations| == 1
    && BudgetValid(s.regions[1].budget)
    && s.regions[1] == NewRegion(0, 1, s.regions[1].policy, s.regions[1].budget)
    && s.tasks[1] == NewTask(1, Body, s.regions[1].budget)
  }

  // ---- the tree -------------------------------------------------------------------------------------------------

  // Identifiers name something, and owners stand above what they own. The rules are defined where this holds, because
  // they walk the tree; it is a part of the invariant, so it holds in every reachable state.
  ghost predicate Tree(s: State) {
    && |s.regions| >= 2 && |s.tasks| >= 2 && |s.obligations| >= 1
    && s.regions[1].owner == 0
    && (forall t | 1 <= t < |s.tasks| :: TaskLinks(s, s.tasks[t], t))
    && (forall r | 1 <= r < |s.regions| :: RegionLinks(s, s.regions[r], r))
    && (forall o | 1 <= o < |s.obligations| :: 1 <= s.obligations[o].holder < |s.tasks|)
  }

  ghost predicate TaskLinks(s: State, x: Task, t: nat) {
    && 1 <= x.region < |s.regions|
    && (x.waits.OnTask? ==> 1 <= x.waits.task < |s.tasks|)
    && (x.waits.OnRegion? ==> 1 < x.waits.region < |s.regions| && s.regions[x.waits.region].owner == t)
  }

  ghost predicate RegionLinks(s: State, x: Region, r: nat) {
    && 1 <= x.body < |s.tasks|
    && x.trigger < |s.tasks|
    && (r > 1 ==> 1 <= x.owner < |s.tasks| && s.tasks[x.owner].region < r)
  }

  // inside(t, r)
  ghost predicate Inside(s: State, t: nat, r: nat)
    requires Tree(s) && KnownTask(s, t)
    decreases s.tasks[t].region
  {
    var q := s.tasks[t].region;
    q == r || (q > 1 && Inside(s, s.regions[q].owner, r))
  }

  // Two states of one tree: a walk changes neither who owns what nor who waits for what, and takes no reason away.
  ghost predicate SameTree(s: State, u: State) {
    && |s.regions| == |u.regions| && |s.tasks| == |u.tasks| && s.obligations == u.obligations
    && (forall t | 0 <= t < |s.tasks| ::
          s.tasks[t].region == u.tasks[t].region && s.tasks[t].waits == u.tasks[t].waits)
    && (forall r | 0 <= r < |s.regions| ::
          s.regions[r].owner == u.regions[r].owner && s.regions[r].body == u.regions[r].body
          && s.regions[r].trigger == u.regions[r].trigger
          && (s.regions[r].reason.Reason? ==> u.regions[r].reason.Reason?))
  }

  lemma TreeMoves(s: State, u: State)
    requires Tree(s) && SameTree(s, u)
    ensures Tree(u)
  {}
}
