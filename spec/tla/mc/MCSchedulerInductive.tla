------------------------ MODULE MCSchedulerInductive ------------------------
(* Is the invariant behind the bounds of the scheduler inductive? The initial states are all those of the      *)
(* domain that satisfy it, reachable or not, and every step from each of them keeps it.                        *)
EXTENDS Scheduler

Lines   == UNION {[1..n -> TaskIds] : n \in 0..MaxTasks}
Cycles  == [cancels : 0..CancelLimit, timeds : 0..TimedLimit]
Dues    == {f \in [TaskIds -> 0..(MaxTasks * PerTurn)] : \A t \in TaskIds \ Watched : f[t] = 0}

\* How long each lane was passed by tells what is left of the cycle.
PassedWithinCycle == Holds("PassedWithinCycle") =>
    /\ noncancelWait <= cycle.cancels
    /\ readyWait <= cycle.cancels + cycle.timeds
    /\ cancelWait <= IF cycle.cancels = CancelLimit THEN cycle.timeds ELSE TimedLimit + 1
    /\ timedWait <= IF cycle.timeds = TimedLimit THEN cycle.cancels ELSE CancelLimit + 1 + cycle.cancels

\* What a task in the ready lane is owed: a turn for each before it, and its own when the present cycle ends.
DueCoversPlace == Holds("DueCoversPlace") =>
    \A t \in Watched : IF In(t, ready)
                       THEN due[t] >= Place(t, ready) * PerTurn - (cycle.cancels + cycle.timeds)
                       ELSE due[t] = 0

\* With the invariants of Scheduler this is inductive; without it they are not.
Inductive == PassedWithinCycle /\ DueCoversPlace

AnyState ==
    /\ cancel \in Lines /\ timed \in SUBSET TaskIds /\ ready \in Lines
    /\ AtMostOnceQueued
    /\ cycle \in Cycles
    /\ CycleWithin
    /\ noncancelWait \in 0..CancelLimit /\ readyWait \in 0..(PerTurn - 1)
    /\ cancelWait \in 0..(TimedLimit + 1) /\ timedWait \in 0..(2 * CancelLimit + 1)
    /\ PassedWithinCycle
    /\ due \in Dues /\ ReadyPosition
    /\ DueCoversPlace

InductiveSpec == AnyState /\ [][Next]_vars
=============================================================================
