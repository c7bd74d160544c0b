------------------------------- MODULE Region -------------------------------
(* A region is opened by a task that waits for it, and climbs the closing ladder. Invariants: OwnershipTree,   *)
(* Quiescence, BodyEndsFirst, FinalizingAlone, ExternalNeverOk, OutcomeCounts; the phase moves up one rung at a *)
(* time (ClosingMonotone).                                                                                     *)
EXTENDS Cancel

OpenRegion(t, r, b, p) ==
    /\ KnownTask(t)
    /\ FreshId(r, regions)
    /\ FreshId(b, tasks)
    /\ Holds("BudgetValid")    => BudgetValid
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ Holds("SpawnerRunning") => tasks[t].phase = "Running"
    /\ Holds("RegionOpen") /\ Holds("OpenRegion.RegionOpen") => regions[tasks[t].region].phase = "Open"
    /\ LET polls == Min(tasks[t].polls, SpawnPolls)
           cost  == Min(tasks[t].cost, SpawnCost)
           owner == [tasks EXCEPT ![t].waits = IF Holds("OwnerWaits") THEN <<"r", r>> ELSE @]
       IN  /\ regions' = Put(regions, r, NewRegion(t, b, p, polls, cost))
           /\ tasks' = Put(owner, b, NewTask(r, "Body", polls, cost))
    /\ UNCHANGED obligations

\* The last conjunct is a limit of the model.
Defer(t) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")        => Active(t)
    /\ Holds("TaskNotWaiting")    => Idle(t)
    /\ Holds("AcceptsFinalizers") => regions[tasks[t].region].phase \in {"Open", "Closing", "Draining"}
    /\ regions[tasks[t].region].finalizers < MaxFinalizers
    /\ regions' = [regions EXCEPT ![tasks[t].region].finalizers = @ + 1]
    /\ UNCHANGED <<tasks, obligations>>

CloseBegin(r) ==
    /\ KnownRegion(r)
    /\ Holds("RegionOpen")    => regions[r].phase = "Open"
    /\ Holds("BodyCompleted") => ~Live(regions[r].body)
    /\ regions' = [regions EXCEPT ![r].phase = "Closing"]
    /\ UNCHANGED <<tasks, obligations>>

CloseCancelChildren(r) ==
    /\ KnownRegion(r)
    /\ Holds("RegionClosing") => regions[r].phase = "Closing"
    /\ LET body   == tasks[regions[r].body].outcome
           failed == regions[r].reason = <<>> /\ body.sev \in {"Err", "Cancelled", "Panicked"}
           rho    == IF body.sev = "Cancelled" THEN body.reason ELSE Asked("FailFast", r, regions[r].body)
           s1     == [Sigma EXCEPT !.regions[r].phase = "Draining"]
       IN  Becomes(IF failed /\ Holds("FailedBodyCancels") THEN CancelRegion(s1, r, rho, FALSE) ELSE s1)

ChildrenCompleted(r) == \A t \in TasksOf(r) : ~Live(t)

CloseChildrenDone(r) ==
    /\ KnownRegion(r)
    /\ Holds("RegionDraining")    => regions[r].phase = "Draining"
    /\ Holds("ChildrenCompleted") => ChildrenCompleted(r)
    /\ regions' = [regions EXCEPT ![r].phase = "Finalizing"]
    /\ UNCHANGED <<tasks, obligations>>

CloseRunFinalizer(r, f) ==
    /\ KnownRegion(r)
    /\ FreshId(f, tasks)
    /\ Holds("RegionFinalizing") /\ Holds("CloseRunFinalizer.RegionFinalizing")   => regions[r].phase = "Finalizing"
    /\ Holds("ChildrenCompleted") /\ Holds("CloseRunFinalizer.ChildrenCompleted") => ChildrenCompleted(r)
    /\ Holds("FinalizersLeft")    => regions[r].finalizers > 0
    /\ tasks' = Put(tasks, f, NewTask(r, "Finalizer", FinalizerPolls, Unlimited))
    /\ regions' = [regions EXCEPT ![r].finalizers = @ - 1]
    /\ UNCHANGED obligations

RECURSIVE JoinUnobserved(_, _)
JoinUnobserved(r, t) ==
    IF t = 0 THEN Ended("Ok")
    ELSE LET rest    == JoinUnobserved(r, t - 1)
             counted == /\ tasks[t].region = r
                        /\ ~tasks[t].observed
                        /\ ~(tasks[t].outcome.sev = "Cancelled" /\ tasks[t].echo)
         IN  IF counted THEN JoinOutcomes(rest, tasks[t].outcome) ELSE rest

\* The outcome a region closes with; "Ok" is neutral where a part is missing.
RegionOutcome(r) ==
    LET ok      == Ended("Ok")
        trigger == regions[r].trigger
        body    == tasks[regions[r].body].outcome
        counted == IF Holds("CountUnobserved") THEN JoinUnobserved(r, Len(tasks)) ELSE ok
        failed  == IF trigger # 0 /\ Holds("CountTrigger") THEN tasks[trigger].outcome ELSE ok
        excused == trigger # 0 /\ body.sev = "Cancelled" /\ Holds("ExcuseBody")
        ended   == IF excused \/ ~Holds("CountBody") THEN ok ELSE body
        floor   == IF regions[r].external /\ Holds("ExternalFloor") THEN CancelledBy(regions[r].reason) ELSE ok
    IN  JoinOutcomes(JoinOutcomes(counted, failed), JoinOutcomes(ended, floor))

CloseComplete(r) ==
    /\ KnownRegion(r)
    /\ Holds("RegionFinalizing")  => regions[r].phase = "Finalizing"
    /\ Holds("ChildrenCompleted") => ChildrenCompleted(r)
    /\ Holds("FinalizersRun")     => regions[r].finalizers = 0
    /\ regions' = [regions EXCEPT ![r].phase = "Closed", ![r].outcome = Recorded(RegionOutcome(r))]
    /\ UNCHANGED <<tasks, obligations>>
=============================================================================
