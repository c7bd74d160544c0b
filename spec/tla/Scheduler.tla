------------------------------ MODULE Scheduler ------------------------------
(* Three lanes, most urgent first: cancel and ready in order of arrival, timed by deadline. A service cycle has  *)
(* at most CancelLimit cancel and TimedLimit timed turns, then one ready turn. A module of its own: it knows    *)
(* tasks by identifier only, and anything may be enqueued at any time, so a task that yields for ever is in.    *)
(* The variables of the last group count dispatches for the bounds, and no rule reads them.                     *)
EXTENDS Integers, Sequences

CONSTANTS
    MaxTasks,
    Early,                   \* tasks with the earlier of two deadlines
    Watched,                 \* tasks whose place in the ready lane is followed
    CancelLimit, TimedLimit, \* turns a cycle
    Dropped                  \* premises left out on purpose; {} in an honest model

VARIABLES
    cancel, timed, ready,    \* the lanes: a sequence, a set, a sequence
    cycle,                   \* turns taken in the present cycle
    noncancelWait, readyWait, cancelWait, timedWait, \* dispatches in a row that passed such work by
    due                      \* dispatches within which a task of the ready lane is served; 0 for the others

lanes  == <<cancel, timed, ready>>
waits  == <<noncancelWait, readyWait, cancelWait, timedWait, due>>
vars   == <<cancel, timed, ready, cycle, noncancelWait, readyWait, cancelWait, timedWait, due>>

Holds(p) == p \notin Dropped
TaskIds  == 1..MaxTasks
Lanes    == {"Cancel", "Timed", "Ready"}
Urgency  == [None |-> 0, Ready |-> 1, Timed |-> 2, Cancel |-> 3]
PerTurn  == CancelLimit + TimedLimit + 1
Fresh    == [cancels |-> 0, timeds |-> 0]

In(t, seq)      == \E i \in 1..Len(seq) : seq[i] = t
Place(t, seq)   == CHOOSE i \in 1..Len(seq) : seq[i] = t /\ \A j \in 1..(i - 1) : seq[j] # t
Without(t, seq) == LET other(x) == x # t IN SelectSeq(seq, other)
LaneOf(t) == IF In(t, cancel) THEN "Cancel" ELSE IF t \in timed THEN "Timed" ELSE IF In(t, ready) THEN "Ready" ELSE "None"
Deadline(t)  == IF t \in Early THEN 1 ELSE 2
Before(t, u) == Deadline(t) < Deadline(u) \/ (Deadline(t) = Deadline(u) /\ t < u)

----------------------------------------------------------------------------
\* The policy: the lane to serve, and the cycle after it.

Turn(lane, after) == [lane |-> lane, after |-> after]

Restart ==
    IF timed # {} /\ (Holds("TimedFirst") \/ cancel = <<>>) THEN Turn("Timed", [cancels |-> 0, timeds |-> 1])
    ELSE IF cancel # <<>>                                   THEN Turn("Cancel", [cancels |-> 1, timeds |-> 0])
    ELSE Turn("None", cycle)

Chosen ==
    IF cancel # <<>> /\ (Holds("CancelLimit") => cycle.cancels < CancelLimit)
    THEN Turn("Cancel", [cycle EXCEPT !.cancels = @ + 1])
    ELSE IF timed # {} /\ (Holds("TimedLimit") => cycle.timeds < TimedLimit)
         /\ (Holds("TimedBeforeReady") \/ ready = <<>>)
    THEN Turn("Timed", IF Holds("CountTimed") THEN [cycle EXCEPT !.timeds = @ + 1] ELSE cycle)
    ELSE IF ready # <<>> THEN Turn("Ready", IF Holds("ReadyRestarts") THEN Fresh ELSE cycle)
    ELSE Restart

----------------------------------------------------------------------------

Leave(t) ==
    /\ cancel' = Without(t, cancel)
    /\ timed' = timed \ {t}
    /\ ready' = Without(t, ready)

Enqueue(t, l) ==
    /\ Holds("LaneKnown")  => l \in Lanes
    /\ Holds("MoreUrgent") => Urgency[LaneOf(t)] < Urgency[l]
    /\ LET rest(seq) == IF Holds("LeaveOldPlace") THEN Without(t, seq) ELSE seq
           others    == IF Holds("LeaveOldPlace") THEN timed \ {t} ELSE timed
       IN  /\ cancel' = IF l = "Cancel" THEN Append(rest(cancel), t) ELSE rest(cancel)
           /\ timed'  = IF l = "Timed" THEN others \cup {t} ELSE others
           /\ ready'  = IF l = "Ready" THEN Append(rest(ready), t) ELSE rest(ready)
    /\ due' = [u \in TaskIds |->
                 IF u \notin Watched \/ ~In(u, ready') THEN 0
                 ELSE IF In(u, ready) THEN due[u] ELSE Place(u, ready') * PerTurn]
    /\ UNCHANGED <<cycle, noncancelWait, readyWait, cancelWait, timedWait>>

Dispatch(t) ==
    LET lane == LaneOf(t)
        Passed(enabled, served, count) == IF enabled /\ ~served THEN count + 1 ELSE 0
    IN  /\ Holds("Queued")           => lane # "None"
        /\ Holds("LaneChosen")       => lane = Chosen.lane
        /\ Holds("FirstInLane")      => /\ lane = "Cancel" => Head(cancel) = t
                                        /\ lane = "Ready" => Head(ready) = t
        /\ Holds("EarliestDeadline") => (lane = "Timed" => \A u \in timed \ {t} : Before(t, u))
        /\ IF Holds("LeaveLane") THEN Leave(t) ELSE UNCHANGED lanes
        /\ cycle' = Chosen.after
        /\ noncancelWait' = Passed(timed # {} \/ ready # <<>>, lane # "Cancel", noncancelWait)
        /\ readyWait'     = Passed(ready # <<>>, lane = "Ready", readyWait)
        /\ cancelWait'    = Passed(cancel # <<>>, lane = "Cancel", cancelWait)
        /\ timedWait'     = Passed(timed # {}, lane = "Timed", timedWait)
        /\ due' = [u \in TaskIds |-> IF In(u, ready') /\ due[u] > 0 THEN due[u] - 1 ELSE 0]

Init ==
    /\ cancel = <<>> /\ timed = {} /\ ready = <<>>
    /\ cycle = Fresh
    /\ noncancelWait = 0 /\ readyWait = 0 /\ cancelWait = 0 /\ timedWait = 0
    /\ due = [t \in TaskIds |-> 0]

Next ==
    \/ \E t \in TaskIds, l \in Lanes : Enqueue(t, l)
    \/ \E t \in TaskIds : Dispatch(t)

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------

Copies(t) == Len(SelectSeq(cancel, LAMBDA u : u = t)) + Len(SelectSeq(ready, LAMBDA u : u = t))
             + IF t \in timed THEN 1 ELSE 0

AtMostOnceQueued == \A t \in TaskIds : Copies(t) <= 1
NonCancelWithin  == noncancelWait <= CancelLimit
ReadyWithin      == readyWait < PerTurn
CancelWithin     == cancelWait <= TimedLimit + 1
TimedWithin      == timedWait <= 2 * CancelLimit + 1
ReadyPosition    == \A t \in Watched : In(t, ready) => due[t] > 0
CycleWithin      == cycle.cancels \in 0..CancelLimit /\ cycle.timeds \in 0..TimedLimit

\* A step property P is an action predicate; what a model checks is PAlways.
LaneNeverFalls ==
    \A t \in TaskIds : LaneOf(t) # "None" /\ LaneOf(t)' # "None" => Urgency[LaneOf(t)] <= Urgency[LaneOf(t)']
DispatchRemoves   == cycle' # cycle => \E t \in TaskIds : LaneOf(t) # "None" /\ LaneOf(t)' = "None"
EarliestTimed ==
    \A t \in timed : LaneOf(t)' = "None" => \A u \in timed \ {t} : Before(t, u)

LaneNeverFallsAlways  == [][LaneNeverFalls]_vars
DispatchRemovesAlways == [][DispatchRemoves]_vars
EarliestTimedAlways   == [][EarliestTimed]_vars
=============================================================================
