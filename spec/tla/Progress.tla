------------------------------ MODULE Progress ------------------------------
(* What a cancelled task, a closing region and a held obligation are promised, given that each task and each   *)
(* region, on its own, is not starved of the single rules that bring its end nearer. Nothing is assumed of, or *)
(* promised to, a task that is not cancelled: it may run, mask and yield for ever. A yield changes nothing of  *)
(* the runtime; it is a step of its own here, so that a run without an end is one in which steps are taken,    *)
(* and no promise is kept by accident, because nothing else can happen. Each fairness has a name and can be    *)
(* left out like a premise.                                                                                    *)
EXTENDS Asupersync

VARIABLE yielded

Yield(t) ==
    /\ KnownTask(t)
    /\ Active(t) /\ Idle(t) /\ tasks[t].phase = "Running"
    /\ yielded' = ~yielded
    /\ UNCHANGED vars

Rule == Next /\ UNCHANGED yielded

\* Any task may be the one that yields for ever.
YieldNext == Rule \/ \E t \in TaskIds : Yield(t)

Fairness ==
    /\ \A t \in TaskIds : /\ WF_vars(Holds("FairCheckpoint") /\ Checkpoint(t))
                          /\ WF_vars(Holds("FairCheckpointMasked") /\ CheckpointMasked(t))
                          /\ WF_vars(Holds("FairDrain") /\ Drain(t))
                          /\ WF_vars(Holds("FairFinalize") /\ Finalize(t))
                          /\ WF_vars(Holds("FairJoinReady") /\ \E x \in Targets : JoinReady(t, x))
    /\ \A r \in RegionIds : /\ WF_vars(Holds("FairCloseCancelChildren") /\ CloseCancelChildren(r))
                            /\ WF_vars(Holds("FairCloseChildrenDone") /\ CloseChildrenDone(r))
                            /\ WF_vars(Holds("FairCloseRunFinalizer") /\ \E f \in TaskIds : CloseRunFinalizer(r, f))
                            /\ WF_vars(Holds("FairCloseComplete") /\ CloseComplete(r))

FairSpec == Init /\ yielded = FALSE /\ [][YieldNext]_<<vars, yielded>> /\ Fairness

Pending(t)   == KnownTask(t) /\ IsCancelled(t)
Leaving(t)   == KnownTask(t) /\ (IsCancelled(t) \/ ~Live(t))
Blocked(t)   == /\ KnownTask(t)
                /\ ~Idle(t)
                /\ LET n == tasks[t].waits[2] IN IF WaitsForRegion(t) THEN regions[n].phase # "Closed" ELSE Live(n)
InClosing(r) == KnownRegion(r) /\ regions[r].phase \in {"Closing", "Draining", "Finalizing"}
Busy(r)      == KnownRegion(r) /\ \E t \in TasksOf(r) : Live(t)
NoRoom(r)    == KnownRegion(r) /\ Len(tasks) = MaxTasks /\ regions[r].finalizers > 0
HeldBy(t)    == \E o \in Obligations : obligations[o].phase = "Reserved" /\ obligations[o].holder = t

\* Unless it waits for ever for something that does not end.
CancelledTasksComplete == \A t \in TaskIds : []<>(~Pending(t)) \/ <>[]Blocked(t)

\* Unless one of its tasks lives for ever, or the model has no room for its next finalizer.
ClosingRegionsClose == \A r \in RegionIds : []<>(~InClosing(r)) \/ <>[]Busy(r) \/ <>[]NoRoom(r)

\* Unless the holder waits for ever.
HeldObligationsResolve == \A t \in TaskIds : []<>(~(Leaving(t) /\ HeldBy(t))) \/ <>[]Blocked(t)
=============================================================================
