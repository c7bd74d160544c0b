-------------------------------- MODULE Task --------------------------------
(* A task is spawned into an open region, entered once, and ends once. Invariants: SingleOwner, NeverStarted,  *)
(* OutcomeIffCompleted, BudgetNested; phases follow TaskPhaseGraph.                                            *)
EXTENDS Cancel

Spawn(t, r, c) ==
    /\ KnownTask(t)
    /\ KnownRegion(r)
    /\ FreshId(c, tasks)
    /\ Holds("BudgetValid")    => BudgetValid
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ Holds("SpawnerRunning") => tasks[t].phase = "Running"
    /\ Holds("RegionOpen")     => regions[r].phase = "Open"
    /\ LET polls == IF Holds("MeetBudget") THEN Min(regions[r].polls, SpawnPolls) ELSE SpawnPolls
           cost  == IF Holds("MeetBudget") THEN Min(regions[r].cost, SpawnCost) ELSE SpawnCost
       IN  tasks' = Put(tasks, c, NewTask(r, IF Holds("SpawnsChild") THEN "Child" ELSE "Body", polls, cost))
    /\ UNCHANGED <<regions, obligations>>

Start(t) ==
    /\ KnownTask(t)
    /\ Holds("TaskCreated") => tasks[t].phase = "Created"
    /\ tasks' = [tasks EXCEPT ![t].phase = "Running", ![t].started = Holds("TaskStarted")]
    /\ UNCHANGED <<regions, obligations>>

\* A cancellation that the body let through names the body itself as the asker.
Complete(t, o) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")       => (~Active(t) =>
                                        (tasks[t].started /\ tasks[t].phase = "Finalizing" /\ o = "Panicked"))
    /\ Holds("TaskNotWaiting")   => Idle(t)
    /\ Holds("OutcomeFitsPhase") => (o # "Panicked" => tasks[t].phase \in {"Running", "CancelRequested"})
    /\ Becomes(CompleteTask(Sigma, t, IF o = "Cancelled" THEN CancelledBy(Asked("User", tasks[t].region, t))
                                      ELSE Ended(o)))
=============================================================================
