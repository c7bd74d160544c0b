// The scheduler (docs/semantics.md, chapter 10): three lanes, a service cycle, and the bounds that they promise, for all
// limits of at least 1, any number of tasks, and any order of wakes. The fields after the cycle count dispatches for the
// bounds, as in spec/tla/Scheduler.tla; no rule reads them.
module Scheduler {

  datatype Lane = None | Ready | Timed | Cancel

  // Cancel and timed turns a cycle, and the deadline of each task.
  datatype Limits = Limits(cancel: nat, timed: nat, deadline: nat -> int)

  datatype State = State(cancel: seq<nat>, timed: set<nat>, ready: seq<nat>,
                         cancels: nat, timeds: nat,
                         nonCancelWait: nat, readyWait: nat, cancelWait: nat, timedWait: nat, due: map<nat, int>)

  ghost predicate Valid(k: Limits) { k.cancel >= 1 && k.timed >= 1 }

  function PerTurn(k: Limits): nat { k.cancel + k.timed + 1 }

  function Urgency(l: Lane): nat {
    match l
    case None => 0
    case Ready => 1
    case Timed => 2
    case Cancel => 3
  }

  ghost function LaneOf(s: State, t: nat): Lane {
    if t in s.cancel then Cancel else if t in s.timed then Timed else if t in s.ready then Ready else None
  }

  ghost predicate Before(k: Limits, t: nat, u: nat) {
    k.deadline(t) < k.deadline(u) || (k.deadline(t) == k.deadline(u) && t < u)
  }

  function Without(t: nat, q: seq<nat>): seq<nat> {
    if q == [] then [] else if q[0] == t then Without(t, q[1..]) else [q[0]] + Without(t, q[1..])
  }

  // The first place of a task, counted from 1.
  function Place(t: nat, q: seq<nat>): nat
    requires t in q
    ensures 1 <= Place(t, q) <= |q| && q[Place(t, q) - 1] == t
  { if q[0] == t then 1 else 1 + Place(t, q[1..]) }

  // ---- the policy -----------------------------------------------------------------------------------------------

  datatype Turn = Turn(lane: Lane, cancels: nat, timeds: nat)

  function Chosen(k: Limits, s: State): Turn {
    if s.cancel != [] && s.cancels < k.cancel then Turn(Cancel, s.cancels + 1, s.timeds)         // CancelLimit
    else if s.timed != {} && s.timeds < k.timed then Turn(Timed, s.cancels, s.timeds + 1)       // TimedLimit
    else if s.ready != [] then Turn(Ready, 0, 0)                                                // ReadyRestarts
    else if s.timed != {} then Turn(Timed, 0, 1)                                                // TimedFirst
    else if s.cancel != [] then Turn(Cancel, 1, 0)
    else Turn(None, s.cancels, s.timeds)
  }

  // ---- the rules ------------------------------------------------------------------------------------------------

  ghost predicate Init(s: State) { s == State([], {}, [], 0, 0, 0, 0, 0, 0, map[]) }

  ghost function Entered(k: Limits, s: State, t: nat, l: Lane): State {
    var cancel, timed, ready := Without(t, s.cancel), s.timed - {t}, Without(t, s.ready);       // LeaveOldPlace
    var lane := if l == Ready then ready + [t] else ready;
    s.(cancel := if l == Cancel then cancel + [t] else cancel,
       timed := if l == Timed then timed + {t} else timed,
       ready := lane,
       due := map u | u in lane :: if u in s.ready && u in s.due then s.due[u] else Place(u, lane) * PerTurn(k))
  }

  ghost predicate Enqueue(k: Limits, s: State, u: State, t: nat, l: Lane) {
    && l != None                                                   // LaneKnown
    && Urgency(LaneOf(s, t)) < Urgency(l)                          // MoreUrgent
    && u == Entered(k, s, t, l)
  }

  function Passed(enabled: bool, served: bool, count: nat): nat { if enabled && !served then count + 1 else 0 }

  // The lane is served for t, and the cycle is the one after the turn.
  ghost function Served(s: State, t: nat, lane: Lane, turn: Turn): State {
    var ready := Without(t, s.ready);                              // LeaveLane
    State(Without(t, s.cancel), s.timed - {t}, ready, turn.cancels, turn.timeds,
          Passed(s.timed != {} || s.ready != [], lane != Cancel, s.nonCancelWait),
          Passed(s.ready != [], lane == Ready, s.readyWait),
          Passed(s.cancel != [], lane == Cancel, s.cancelWait),
          Passed(s.timed != {}, lane == Timed, s.timedWait),
          map u | u in ready :: if u in s.due && s.due[u] > 0 then s.due[u] - 1 else 0)
  }

  ghost predicate Dispatch(k: Limits, s: State, u: State, t: nat) {
    var lane := LaneOf(s, t);
    && lane != None                                                // Queued
    && lane == Chosen(k, s).lane                                   // LaneChosen
    && (lane == Cancel ==> s.cancel[0] == t)                       // FirstInLane
    && (lane == Ready ==> s.ready[0] == t)
    && (lane == Timed ==> forall o | o in s.timed && o != t :: Before(k, t, o))  // EarliestDeadline
    && u == Served(s, t, lane, Chosen(k, s))
  }

  datatype Action = AEnqueue(task: nat, lane: Lane) | ADispatch(task: nat)

  ghost predicate Step(k: Limits, s: State, u: State, a: Action) {
    match a
    case AEnqueue(t, l) => Enqueue(k, s, u, t, l)
    case ADispatch(t) => Dispatch(k, s, u, t)
  }

  // ---- properties -----------------------------------------------------------------------------------------------

  ghost predicate Distinct(q: seq<nat>) { forall i, j | 0 <= i < j < |q| :: q[i] != q[j] }

  ghost predicate AtMostOnceQueued(s: State) {
    && Distinct(s.cancel) && Distinct(s.ready)
    && (forall t | t in s.cancel :: t !in s.timed && t !in s.ready)
    && (forall t | t in s.timed :: t !in s.ready)
  }

  ghost predicate NonCancelWithin(k: Limits, s: State) { s.nonCancelWait <= k.cancel }
  ghost predicate ReadyWithin(k: Limits, s: State) { s.readyWait < PerTurn(k) }
  ghost predicate CancelWithin(k: Limits, s: State) { s.cancelWait <= k.timed + 1 }
  ghost predicate TimedWithin(k: Limits, s: State) { s.timedWait <= 2 * k.cancel + 1 }
  ghost predicate ReadyPosition(s: State) { forall t | t in s.ready :: t in s.due && s.due[t] > 0 }
  ghost predicate CycleWithin(k: Limits, s: State) { s.cancels <= k.cancel && s.timeds <= k.timed }

  ghost predicate LaneNeverFalls(s: State, u: State) {
    forall t | LaneOf(s, t) != None && LaneOf(u, t) != None :: Urgency(LaneOf(s, t)) <= Urgency(LaneOf(u, t))
  }

  ghost predicate DispatchRemoves(s: State, u: State) {
    s.cancels != u.cancels || s.timeds != u.timeds ==> exists t :: LaneOf(s, t) != None && LaneOf(u, t) == None
  }

  ghost predicate EarliestTimed(k: Limits, s: State, u: State) {
    forall t | t in s.timed && LaneOf(u, t) == None :: forall o | o in s.timed && o != t :: Before(k, t, o)
  }

  // ---- the inductive invariant ----------------------------------------------------------------------------------

  // How long the ready lane still waits for its turn: what is left of the cycle, and the turn itself.
  function ToReadyTurn(k: Limits, s: State): int { PerTurn(k) - (s.cancels + s.timeds) }

  ghost predicate Inv(k: Limits, s: State) {
    && AtMostOnceQueued(s)
    && CycleWithin(k, s)
    && s.nonCancelWait <= s.cancels
    && s.readyWait <= s.cancels + s.timeds
    && s.cancelWait <= (if s.cancels == k.cancel then s.timeds else k.timed + 1)
    && s.timedWait <= (if s.timeds == k.timed then s.cancels else k.cancel + 1 + s.cancels)
    && s.due.Keys == (set t | t in s.ready)
    && forall t | t in s.ready :: s.due[t] >= (Place(t, s.ready) - 1) * PerTurn(k) + ToReadyTurn(k, s)
  }

  // ---- sequences ------------------------------------------------------------------------------------------------

  lemma WithoutMembers(t: nat, q: seq<nat>)
    ensures forall u :: u in Without(t, q) <==> u in q && u != t
  { if q != [] { WithoutMembers(t, q[1..]); assert q == [q[0]] + q[1..]; } }

  lemma WithoutDistinct(t: nat, q: seq<nat>)
    requires Distinct(q)
    ensures Distinct(Without(t, q))
  {
    if q != [] {
      assert forall i | 0 <= i < |q[1..]| :: q[1..][i] == q[i + 1];
      var rest := Without(t, q[1..]);
      WithoutDistinct(t, q[1..]);
      WithoutMembers(t, q[1..]);
      assert q[0] !in q[1..];
      forall i, j | 0 <= i < j < |[q[0]] + rest|
        ensures ([q[0]] + rest)[i] != ([q[0]] + rest)[j]
      { assert rest[j - 1] in rest; }
    }
  }

  lemma WithoutAbsent(t: nat, q: seq<nat>)
    requires t !in q
    ensures Without(t, q) == q
  { if q != [] { assert q == [q[0]] + q[1..]; WithoutAbsent(t, q[1..]); } }

  lemma WithoutHead(q: seq<nat>)
    requires q != [] && Distinct(q)
    ensures Without(q[0], q) == q[1..]
  { WithoutAbsent(q[0], q[1..]); }

  // Nobody's place gets worse when another leaves.
  lemma WithoutPlace(t: nat, u: nat, q: seq<nat>)
    requires u in q && u != t
    ensures u in Without(t, q) && Place(u, Without(t, q)) <= Place(u, q)
  {
    WithoutMembers(t, q);
    if q[0] != u {
      assert u in q[1..];
      WithoutPlace(t, u, q[1..]);
      if q[0] != t { assert Without(t, q)[1..] == Without(t, q[1..]); }
    }
  }

  lemma AppendPlace(t: nat, u: nat, q: seq<nat>)
    requires u in q
    ensures Place(u, q + [t]) == Place(u, q)
  { if q[0] != u { assert (q + [t])[1..] == q[1..] + [t]; AppendPlace(t, u, q[1..]); } }

  lemma LastPlace(t: nat, q: seq<nat>)
    requires t !in q
    ensures Place(t, q + [t]) == |q| + 1
  { if q != [] { assert (q + [t])[1..] == q[1..] + [t]; LastPlace(t, q[1..]); } }

  // ---- every step keeps it --------------------------------------------------------------------------------------

  lemma InitEstablishes(k: Limits, s: State)
    requires Valid(k) && Init(s)
    ensures Inv(k, s)
  {}

  lemma LanesAfterEnqueue(k: Limits, s: State, u: State, t: nat, l: Lane)
    requires AtMostOnceQueued(s) && Enqueue(k, s, u, t, l)
    ensures AtMostOnceQueued(u)
    ensures forall o | o != t :: LaneOf(u, o) == LaneOf(s, o)
    ensures LaneOf(u, t) == l
  {
    WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready);
    WithoutDistinct(t, s.cancel); WithoutDistinct(t, s.ready);
  }

  lemma EnqueueKeeps(k: Limits, s: State, u: State, t: nat, l: Lane)
    requires Valid(k) && Inv(k, s) && Enqueue(k, s, u, t, l)
    ensures Inv(k, u) && LaneNeverFalls(s, u) && DispatchRemoves(s, u) && EarliestTimed(k, s, u)
  {
    LanesAfterEnqueue(k, s, u, t, l);
    WithoutMembers(t, s.ready);
    var rest := Without(t, s.ready);
    forall o | o in u.ready
      ensures u.due[o] >= (Place(o, u.ready) - 1) * PerTurn(k) + ToReadyTurn(k, u)
    {
      if o == t {
        assert o !in s.ready;
        LastPlace(t, rest);
        assert u.due[o] == Place(o, u.ready) * PerTurn(k);
        Times(Place(o, u.ready), PerTurn(k));
      } else {
        assert o in s.ready && u.due[o] == s.due[o];
        WithoutPlace(t, o, s.ready);
        if l == Ready { AppendPlace(t, o, rest); }
        Monotone(Place(o, u.ready) - 1, Place(o, s.ready) - 1, PerTurn(k));
      }
    }
  }

  lemma Times(n: nat, m: nat)
    requires n >= 1
    ensures n * m == (n - 1) * m + m
  {}

  lemma Monotone(a: int, b: int, m: nat)
    requires a <= b
    ensures a * m <= b * m
  {}

  lemma LanesAfterDispatch(k: Limits, s: State, u: State, t: nat)
    requires AtMostOnceQueued(s) && Dispatch(k, s, u, t)
    ensures AtMostOnceQueued(u)
    ensures forall o | o != t :: LaneOf(u, o) == LaneOf(s, o)
    ensures LaneOf(u, t) == None
  {
    WithoutMembers(t, s.cancel); WithoutMembers(t, s.ready);
    WithoutDistinct(t, s.cancel); WithoutDistinct(t, s.ready);
  }

  lemma DispatchKeeps(k: Limits, s: State, u: State, t: nat)
    requires Valid(k) && Inv(k, s) && Dispatch(k, s, u, t)
    ensures Inv(k, u) && LaneNeverFalls(s, u) && DispatchRemoves(s, u) && EarliestTimed(k, s, u)
  {
    LanesAfterDispatch(k, s, u, t);
    WithoutMembers(t, s.ready);
    forall o | o in u.ready
      ensures u.due[o] >= (Place(o, u.ready) - 1) * PerTurn(k) + ToReadyTurn(k, u)
    {
      var p := PerTurn(k);
      assert o in s.ready && s.due[o] >= (Place(o, s.ready) - 1) * p + ToReadyTurn(k, s);
      assert Place(o, s.ready) >= 1;
      Monotone(0, Place(o, s.ready) - 1, p);
      assert s.due[o] >= 1 && u.due[o] == s.due[o] - 1;
      if LaneOf(s, t) == Ready {
        WithoutHead(s.ready);
        assert u.ready == s.ready[1..];
        assert Place(o, s.ready) == Place(o, u.ready) + 1;
        Times(Place(o, u.ready), p);
      } else {
        WithoutAbsent(t, s.ready);
        assert ToReadyTurn(k, u) == ToReadyTurn(k, s) - 1;
      }
    }
  }

  // ---- theorems -------------------------------------------------------------------------------------------------

  ghost predicate Run(k: Limits, states: seq<State>, actions: seq<Action>) {
    && |states| == |actions| + 1
    && Init(states[0])
    && forall i | 0 <= i < |actions| :: Step(k, states[i], states[i + 1], actions[i])
  }

  lemma RunKeeps(k: Limits, states: seq<State>, actions: seq<Action>, i: nat)
    requires Valid(k) && Run(k, states, actions) && i < |states|
    ensures Inv(k, states[i])
  {
    if i == 0 { InitEstablishes(k, states[0]); }
    else {
      RunKeeps(k, states, actions, i - 1);
      StepKeeps(k, states[i - 1], states[i], actions[i - 1]);
    }
  }

  lemma StepKeeps(k: Limits, s: State, u: State, a: Action)
    requires Valid(k) && Inv(k, s) && Step(k, s, u, a)
    ensures Inv(k, u) && LaneNeverFalls(s, u) && DispatchRemoves(s, u) && EarliestTimed(k, s, u)
  {
    match a
    case AEnqueue(t, l) => EnqueueKeeps(k, s, u, t, l);
    case ADispatch(t) => DispatchKeeps(k, s, u, t);
  }

  // The state properties of chapter 10, in every state of every run.
  lemma SchedulerStates(k: Limits, states: seq<State>, actions: seq<Action>, i: nat)
    requires Valid(k) && Run(k, states, actions) && i < |states|
    ensures var s := states[i];
      && AtMostOnceQueued(s) && NonCancelWithin(k, s) && ReadyWithin(k, s) && CancelWithin(k, s)
      && TimedWithin(k, s) && ReadyPosition(s) && CycleWithin(k, s)
  {
    var s := states[i];
    RunKeeps(k, states, actions, i);
    forall t | t in s.ready ensures s.due[t] > 0 { Monotone(0, Place(t, s.ready) - 1, PerTurn(k)); }
  }

  // The step properties of chapter 10, of every step of every run.
  lemma SchedulerSteps(k: Limits, states: seq<State>, actions: seq<Action>, i: nat)
    requires Valid(k) && Run(k, states, actions) && i < |actions|
    ensures var s, u := states[i], states[i + 1];
      LaneNeverFalls(s, u) && DispatchRemoves(s, u) && EarliestTimed(k, s, u)
  {
    RunKeeps(k, states, actions, i);
    StepKeeps(k, states[i], states[i + 1], actions[i]);
  }

  // ---- the bounds, in the words of the document -----------------------------------------------------------------

  datatype Work = NonCancelWork | ReadyWork | CancelWork | TimedWork

  ghost predicate Enabled(s: State, w: Work) {
    match w
    case NonCancelWork => s.timed != {} || s.ready != []
    case ReadyWork => s.ready != []
    case CancelWork => s.cancel != []
    case TimedWork => s.timed != {}
  }

  ghost predicate Serves(s: State, a: Action, w: Work) {
    a.ADispatch? &&
    match w
    case NonCancelWork => LaneOf(s, a.task) != Cancel
    case ReadyWork => LaneOf(s, a.task) == Ready
    case CancelWork => LaneOf(s, a.task) == Cancel
    case TimedWork => LaneOf(s, a.task) == Timed
  }

  function Bound(k: Limits, w: Work): nat {
    match w
    case NonCancelWork => k.cancel + 1
    case ReadyWork => k.cancel + k.timed + 1
    case CancelWork => k.timed + 2
    case TimedWork => 2 * k.cancel + 2
  }

  function Wait(s: State, w: Work): nat {
    match w
    case NonCancelWork => s.nonCancelWait
    case ReadyWork => s.readyWait
    case CancelWork => s.cancelWait
    case TimedWork => s.timedWait
  }

  function Dispatches(actions: seq<Action>, i: nat, j: nat): nat
    requires i <= j <= |actions|
  { if i == j then 0 else Dispatches(actions, i, j - 1) + if actions[j - 1].ADispatch? then 1 else 0 }

  lemma PassedBy(k: Limits, states: seq<State>, actions: seq<Action>, i: nat, j: nat, w: Work)
    requires Valid(k) && Run(k, states, actions) && i <= j <= |actions|
    requires forall m | i <= m < j :: Enabled(states[m], w) && !Serves(states[m], actions[m], w)
    ensures Wait(states[j], w) >= Dispatches(actions, i, j)
  {
    if i < j {
      PassedBy(k, states, actions, i, j - 1, w);
      assert Step(k, states[j - 1], states[j], actions[j - 1]);
    }
  }

  // While such work is enabled, some of it is dispatched within Bound dispatches.
  lemma ServedWithin(k: Limits, states: seq<State>, actions: seq<Action>, i: nat, j: nat, w: Work)
    requires Valid(k) && Run(k, states, actions) && i <= j <= |actions|
    requires forall m | i <= m < j :: Enabled(states[m], w)
    requires Dispatches(actions, i, j) >= Bound(k, w)
    ensures exists m | i <= m < j :: Serves(states[m], actions[m], w)
  {
    if forall m | i <= m < j :: !Serves(states[m], actions[m], w) {
      PassedBy(k, states, actions, i, j, w);
      SchedulerStates(k, states, actions, j);
    }
  }

  lemma DueFalls(k: Limits, states: seq<State>, actions: seq<Action>, i: nat, j: nat, t: nat)
    requires Valid(k) && Run(k, states, actions) && i <= j <= |actions|
    requires forall m | i <= m <= j :: t in states[m].ready
    ensures t in states[i].due && t in states[j].due
    ensures states[j].due[t] == states[i].due[t] - Dispatches(actions, i, j)
  {
    RunKeeps(k, states, actions, i);
    if i < j {
      DueFalls(k, states, actions, i, j - 1, t);
      SchedulerStates(k, states, actions, j - 1);
      assert Step(k, states[j - 1], states[j], actions[j - 1]);
    }
  }

  // A task that entered the ready lane at place q, and stayed, has seen fewer than q(L + T + 1) dispatches.
  lemma PlacedWithin(k: Limits, states: seq<State>, actions: seq<Action>, i: nat, j: nat, t: nat)
    requires Valid(k) && Run(k, states, actions) && 1 <= i <= j <= |actions|
    requires t !in states[i - 1].ready && forall m | i <= m <= j :: t in states[m].ready
    ensures Dispatches(actions, i, j) < Place(t, states[i].ready) * PerTurn(k)
  {
    DueFalls(k, states, actions, i, j, t);
    SchedulerStates(k, states, actions, j);
    RunKeeps(k, states, actions, i - 1);
    assert Step(k, states[i - 1], states[i], actions[i - 1]);
    match actions[i - 1] {
      case AEnqueue(_, _) =>
      case ADispatch(o) => WithoutMembers(o, states[i - 1].ready);
    }
  }
}
