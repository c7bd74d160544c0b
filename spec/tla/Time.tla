-------------------------------- MODULE Time --------------------------------
(* The clock, and the timers that are set by it. The clock moves from due instant to due instant and never past *)
(* one, so that what is due is handled before time goes on: in the order of due instants, then of setting. A    *)
(* module of its own; timers are numbered as they are set, and of targets it knows no more than their names.   *)
EXTENDS Integers, Sequences

CONSTANTS
    MaxTimers, MaxTime,
    TimerTasks, TimerRegions, \* tasks and regions that timers are set for
    Uses,                     \* "Sleep", "Deadline"
    Dropped                   \* premises left out on purpose; {} in an honest model

VARIABLES
    now,
    timers                    \* all that were ever set

vars == <<now, timers>>

Holds(p)     == p \notin Dropped
TimerIds     == 1..MaxTimers
Moments      == 0..MaxTime
TimerTargets == {<<"t", n>> : n \in TimerTasks} \cup {<<"r", n>> : n \in TimerRegions}

Timers        == 1..Len(timers)
KnownTimer(m) == m \in Timers
Pending(m)    == timers[m].phase = "Pending"
Before(m, k)  == timers[m].due < timers[k].due \/ (timers[m].due = timers[k].due /\ m < k)
\* When "FreshTimer" is dropped a used number is taken again: that timer is overwritten.
FreshTimer(m) == m \in 1..(Len(timers) + 1) /\ (Holds("FreshTimer") => m = Len(timers) + 1)

Arm(m, x, u, n) ==
    /\ FreshTimer(m)
    /\ LET due   == IF n < now /\ Holds("PassedIsNow") THEN now ELSE n
           timer == [target |-> x, use |-> u, due |-> due, phase |-> "Pending"]
       IN  timers' = IF m \in Timers THEN [timers EXCEPT ![m] = timer] ELSE Append(timers, timer)
    /\ UNCHANGED now

Fire(m) ==
    /\ KnownTimer(m)
    /\ Holds("TimerPending")  => Pending(m)
    /\ Holds("Due")           => timers[m].due <= now
    /\ Holds("EarliestFirst") => \A k \in Timers \ {m} : Pending(k) => Before(m, k)
    /\ timers' = [timers EXCEPT ![m].phase = "Fired"]
    /\ UNCHANGED now

Disarm(m) ==
    /\ KnownTimer(m)
    /\ Holds("TimerPending") => Pending(m)
    /\ timers' = [timers EXCEPT ![m].phase = "Disarmed"]
    /\ UNCHANGED now

Tick(n) ==
    /\ Holds("Forward")    => n > now
    /\ Holds("NonePassed") => \A m \in Timers : Pending(m) => timers[m].due >= n
    /\ now' = n
    /\ UNCHANGED timers

Init ==
    /\ now = 0
    /\ timers = <<>>

Next ==
    \/ \E m \in TimerIds, x \in TimerTargets, u \in Uses, n \in Moments : Arm(m, x, u, n)
    \/ \E m \in TimerIds : Fire(m)
    \/ \E m \in TimerIds : Disarm(m)
    \/ \E n \in Moments : Tick(n)

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------

NeverEarly  == \A m \in Timers : timers[m].phase = "Fired" => timers[m].due <= now
NoneOverdue == \A m \in Timers : Pending(m) => timers[m].due >= now

\* A step property P is an action predicate; what a model checks is PAlways.
ClockForward == now' >= now
FiredInOrder ==
    \A m \in Timers : timers[m].phase # "Fired" /\ timers'[m].phase = "Fired" =>
        \A k \in Timers \ {m} : Pending(k) => Before(m, k)
TimerPhaseGraph == \A m \in Timers : timers'[m].phase # timers[m].phase => Pending(m)
TimerFixed ==
    /\ Len(timers') >= Len(timers)
    /\ \A m \in Timers : timers'[m] = [timers[m] EXCEPT !.phase = timers'[m].phase]

ClockForwardAlways    == [][ClockForward]_vars
FiredInOrderAlways    == [][FiredInOrder]_vars
TimerPhaseGraphAlways == [][TimerPhaseGraph]_vars
TimerFixedAlways      == [][TimerFixed]_vars
=============================================================================
