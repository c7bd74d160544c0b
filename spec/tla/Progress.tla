------------------------------ MODULE Progress ------------------------------
(* What a cancelled task and a closing region are promised, given that each task and each region, on its own,  *)
(* is not starved of the steps that end it. Nothing is assumed of, or promised to, a task that is not          *)
(* cancelled: it may run, yield and mask for ever.                                                             *)
EXTENDS Asupersync

Fairness ==
    /\ \A t \in TaskIds : /\ WF_vars(Checkpoint(t))
                          /\ WF_vars(CheckpointMasked(t))
                          /\ WF_vars(Drain(t))
                          /\ WF_vars(Finalize(t))
                          /\ WF_vars(\E x \in Targets : JoinReady(t, x))
    /\ \A r \in RegionIds : /\ WF_vars(CloseCancelChildren(r))
                            /\ WF_vars(CloseChildrenDone(r))
                            /\ WF_vars(\E f \in TaskIds : CloseRunFinalizer(r, f))
                            /\ WF_vars(CloseComplete(r))

FairSpec == Spec /\ Fairness

Pending(t)  == KnownTask(t) /\ IsCancelled(t)
Leaving(t)  == KnownTask(t) /\ (IsCancelled(t) \/ ~Live(t))
Waiting(t)  == KnownTask(t) /\ ~Idle(t)
InClosing(r) == KnownRegion(r) /\ regions[r].phase \in {"Closing", "Draining", "Finalizing"}
Busy(r)     == KnownRegion(r) /\ \E t \in TasksOf(r) : Live(t)
HeldBy(t)   == \E o \in Obligations : obligations[o].phase = "Reserved" /\ obligations[o].holder = t

\* Unless it waits for ever for something that does not end.
CancelledTasksComplete == \A t \in TaskIds : []<>(~Pending(t)) \/ <>[]Waiting(t)

\* Unless one of its tasks lives for ever.
ClosingRegionsClose == \A r \in RegionIds : []<>(~InClosing(r)) \/ <>[]Busy(r)

HeldObligationsResolve == \A t \in TaskIds : []<>(~(Leaving(t) /\ HeldBy(t))) \/ <>[]Waiting(t)

Progress == CancelledTasksComplete /\ ClosingRegionsClose /\ HeldObligationsResolve
=============================================================================
