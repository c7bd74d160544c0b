------------------------------- MODULE Cancel -------------------------------
(* Requests, their walk down the tree, acknowledgement, masked sections, and the two steps that end a cancelled *)
(* task. Invariants: CancelReaches, CancelledRegionNotOpen, FailureCancels, MaskBounded, CleanupTight; reasons *)
(* never weaken, a mask defers (MaskDefers), and that of a cancelled task is only spent.                       *)
EXTENDS Obligation

RECURSIVE CancelTask(_, _, _, _), CancelRegion(_, _, _, _), CancelTasksFrom(_, _, _)

CancelTask(s, t, rho, echo) ==
    LET old    == s.tasks[t]
        reason == IF Holds("KeepStrongest") THEN Strengthen(old.reason, rho) ELSE rho
        quota  == IF ~Holds("TightenCleanup")         THEN old.cleanup
                  ELSE IF Holds("CleanupOnlyShrinks") THEN Min(old.cleanup, Allowance(reason))
                  ELSE Allowance(reason)
        new    == IF \/ old.phase \in {"Created", "Running"}
                     \/ old.phase # "Completed" /\ ~Holds("RequestOnce")
                  THEN [old EXCEPT !.reason = reason, !.cleanup = quota, !.phase = "CancelRequested", !.echo = echo]
                  ELSE [old EXCEPT !.reason = reason, !.cleanup = quota]
        s1     == [s EXCEPT !.tasks[t] = new]
    IN  IF (old.phase = "Completed" /\ Holds("CompletedStays")) \/ old.role = "Finalizer" THEN s
        ELSE IF old.waits # <<>> /\ old.waits[1] = "r" /\ Holds("CancelReachesRegions")
        THEN CancelRegion(s1, old.waits[2], IF Holds("AddsLink") THEN Below(reason, old.region, t) ELSE reason, TRUE)
        ELSE s1

CancelRegion(s, r, rho, external) ==
    LET old == s.regions[r]
        new == [old EXCEPT !.reason   = Strengthen(@, rho),
                           !.external = @ \/ (external /\ Holds("RememberExternal")),
                           !.phase    = IF @ = "Open" /\ Holds("CancelCloses") THEN "Closing" ELSE @]
        s1  == [s EXCEPT !.regions[r] = new]
    IN  IF old.phase = "Closed" THEN s
        ELSE IF Holds("CancelReachesTasks") THEN CancelTasksFrom(s1, r, 1)
        ELSE s1

CancelTasksFrom(s, r, t) ==
    IF t > Len(s.tasks) THEN s
    ELSE CancelTasksFrom(
           IF s.tasks[t].region = r THEN CancelTask(s, t, s.regions[r].reason, TRUE) ELSE s,
           r, t + 1)

\* The end of t: what complete(t, o) does to s. Part of Complete and of Finalize.
CompleteTask(s, t, o) ==
    LET old  == s.tasks[t]
        r    == old.region
        s1   == [s EXCEPT !.tasks[t] = [old EXCEPT !.phase = "Completed", !.outcome = Recorded(o), !.waits = <<>>,
                                                   !.mask = 0, !.depth = 0]]
        s2   == ResolveHeld(s1, t, o.sev)
        s3   == [s2 EXCEPT !.regions[r].trigger = IF Holds("FirstTriggers") => @ = 0 THEN t ELSE @]
        fail == /\ Holds("NotFinalizers") => old.role # "Finalizer"
                /\ o.sev \in {"Err", "Panicked"} \/ ~Holds("OnlyFailures")
                /\ Holds("OnlyFailFast")  => s.regions[r].policy = "FailFast"
    IN  IF fail /\ Holds("FailFastCancels") THEN CancelRegion(s3, r, Asked("FailFast", r, t), FALSE) ELSE s2

----------------------------------------------------------------------------

CancelRequest(by, x, k) ==
    LET n   == x[2]
        rho == Asked(k, IF by = 0 THEN 0 ELSE tasks[by].region, by)
    IN  /\ IF x[1] = "t" THEN KnownTask(n) ELSE KnownRegion(n)
        /\ by # 0 => KnownTask(by)
        /\ Holds("AskerActive")       => (by # 0 => (Active(by) /\ Idle(by)))
        /\ Holds("TargetNotFinished") => IF x[1] = "t" THEN (Live(n) /\ tasks[n].role # "Finalizer")
                                         ELSE regions[n].phase # "Closed"
        /\ Becomes(IF x[1] = "t" THEN CancelTask(Sigma, n, rho, by # 0)
                   ELSE CancelRegion(Sigma, n, rho, by = 0 \/ (Holds("CountOutsiders") /\ ~Inside(by, n))))

Checkpoint(t) ==
    /\ KnownTask(t)
    /\ Holds("CancelPending")     => tasks[t].phase = "CancelRequested"
    /\ Holds("NotMasked")         => tasks[t].mask = 0
    /\ Holds("WaitInterruptible") => ~WaitsForRegion(t)
    /\ tasks' = [tasks EXCEPT ![t].phase = "Cancelling", ![t].waits = IF Holds("StopsWaiting") THEN <<>> ELSE @]
    /\ UNCHANGED <<regions, obligations>>

CheckpointMasked(t) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ Holds("CancelPending")  => tasks[t].phase = "CancelRequested"
    /\ Holds("MaskLeft")       => tasks[t].mask > 0
    /\ tasks' = [tasks EXCEPT ![t].mask = IF Holds("SpendMask") THEN @ - 1 ELSE @]
    /\ UNCHANGED <<regions, obligations>>

MaskEnter(t, n) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")       => Active(t)
    /\ Holds("TaskNotWaiting")   => Idle(t)
    /\ Holds("MaskUnitsInRange") => n \in 1..MaskUnits
    /\ Holds("MaskDepthLeft")    => tasks[t].depth < MaskDepth
    /\ Holds("NoPendingCancel")  => ~(tasks[t].phase = "CancelRequested" /\ tasks[t].depth = 0)
    /\ LET outermost == tasks[t].depth = 0 /\ tasks[t].phase = "Running"
       IN  tasks' = [tasks EXCEPT ![t].depth = @ + 1,
                                  ![t].mask  = IF Holds("MaskOnlyOutermost") => outermost THEN n ELSE @]
    /\ UNCHANGED <<regions, obligations>>

MaskExit(t) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ Holds("InsideMask")     => tasks[t].depth > 0
    /\ LET last == tasks[t].depth = 1
       IN  tasks' = [tasks EXCEPT ![t].depth = @ - 1,
                                  ![t].mask  = IF last /\ Holds("ClearMask") THEN 0 ELSE @]
    /\ UNCHANGED <<regions, obligations>>

Drain(t) ==
    /\ KnownTask(t)
    /\ Holds("Acknowledged")   => tasks[t].phase = "Cancelling"
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ LET left == [tasks EXCEPT ![t].phase = "Finalizing"]
       IN  tasks' = IF Holds("LeavesSections") THEN [left EXCEPT ![t].mask = 0, ![t].depth = 0] ELSE left
    /\ UNCHANGED <<regions, obligations>>

Finalize(t) ==
    /\ KnownTask(t)
    /\ Holds("Drained") => tasks[t].phase = "Finalizing"
    /\ Becomes(CompleteTask(Sigma, t, CancelledBy(tasks[t].reason)))
=============================================================================
