-------------------------------- MODULE Join --------------------------------
(* A task waits for another, and takes the outcome of a task or of the region it opened. It touches tasks      *)
(* only. Invariants: NoWaitOnFinished, ObservedIsCompleted; a wait ends with an outcome (WaitsForOutcome).     *)
EXTENDS State

JoinBlock(w, t) ==
    /\ KnownTask(w)
    /\ KnownTask(t)
    /\ Holds("TaskActive")        => Active(w)
    /\ Holds("TaskNotWaiting")    => Idle(w)
    /\ Holds("TargetNotFinished") => Live(t)
    /\ Holds("NotAncestor")       => (t # w /\ ~(WaitsForRegion(t) /\ Inside(w, tasks[t].waits[2])))
    /\ tasks' = [tasks EXCEPT ![w].waits = <<"t", t>>]
    /\ UNCHANGED <<regions, obligations>>

JoinReady(w, x) ==
    /\ KnownTask(w)
    /\ IF x[1] = "t" THEN KnownTask(x[2]) ELSE KnownRegion(x[2])
    /\ Holds("TargetFinished") => IF x[1] = "t" THEN ~Live(x[2]) ELSE regions[x[2]].phase = "Closed"
    /\ Holds("WaitingForIt")   => (tasks[w].waits # x =>
                                      (x[1] = "t" /\ ~tasks[x[2]].observed /\ Active(w) /\ Idle(w)))
    /\ LET woken == [tasks EXCEPT ![w].waits = <<>>]
       IN  tasks' = IF x[1] = "t" /\ Holds("MarkObserved") THEN [woken EXCEPT ![x[2]].observed = TRUE] ELSE woken
    /\ UNCHANGED <<regions, obligations>>
=============================================================================
