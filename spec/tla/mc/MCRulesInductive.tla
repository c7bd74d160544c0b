-------------------------- MODULE MCRulesInductive --------------------------
(* Are the invariants of tasks, obligations and their region inductive? The initial states are all those of    *)
(* one region with at most two tasks and one obligation that satisfy them, reachable or not, and every step    *)
(* from each of them keeps them.                                                                               *)
EXTENDS Asupersync

\* A body that fails cancels its region when it closes.
Reasons  == {<<>>} \cup {Asked(k, 0, 0) : k \in Kinds} \cup IF Outcomes = {"Ok"} THEN {} ELSE {Asked("FailFast", 1, 1)}
Results  == {NoOutcome} \cup {Ended(sev) : sev \in Outcomes} \cup {CancelledBy(rho) : rho \in Reasons \ {<<>>}}
Masked   == 0..MaskUnits

\* What holds of a task by itself.
TaskByItself(x) ==
    /\ Holds("NewHasNoReason") => (x.phase = "Created" => x.reason = <<>>)
    /\ x.phase = "Created" => ~x.started
    /\ x.phase = "Running" => x.started /\ x.reason = <<>>
    /\ x.phase \in {"CancelRequested", "Cancelling", "Finalizing"} => x.reason # <<>>
    /\ x.outcome.sev = "None" <=> x.phase # "Completed"
    /\ ~x.started => x.outcome.sev \in {"None", "Cancelled"}
    /\ x.waits # <<>> => x.started /\ x.phase \in {"Running", "CancelRequested", "Cancelling"}
    /\ x.depth = 0 => x.mask = 0
    /\ x.observed => x.phase = "Completed"

RegionByItself(x) ==
    /\ x.external => x.reason # <<>>
    /\ x.outcome.sev # "None" <=> x.phase = "Closed"

\* With the invariants of Properties this is inductive; without it they are not.
Inductive == /\ \A t \in Tasks : TaskByItself(tasks[t])
             /\ \A r \in Regions : RegionByItself(regions[r])

\* The records of the domain; what no rule changes here has one value.
AnyTask(t) ==
    {x \in [region : {1}, role : {IF t = 1 THEN "Body" ELSE "Child"}, phase : TaskPhases, started : BOOLEAN,
            waits : {<<>>, <<"t", 1>>, <<"t", 2>>} \ {<<"t", t>>}, mask : IF t \in Maskers THEN Masked ELSE {0},
            depth : IF t \in Maskers THEN 0..MaskDepth ELSE {0}, reason : Reasons, echo : BOOLEAN,
            polls : {RootPolls}, cost : {RootCost}, cleanup : {Unlimited}, outcome : Results, observed : BOOLEAN] :
       TaskByItself(x)}

AnyRegion ==
    {x \in [owner : {0}, body : {1}, phase : {RegionPhases[i] : i \in 1..5}, reason : Reasons, external : BOOLEAN,
            trigger : {0}, policy : {RootPolicy}, finalizers : {0}, outcome : Results, polls : {RootPolls},
            cost : {RootCost}] :
       RegionByItself(x)}

AnyState ==
    /\ regions \in {<<x>> : x \in AnyRegion}
    /\ CancelledRegionNotOpen /\ ExternalNeverOk
    /\ tasks \in {<<x>> : x \in AnyTask(1)} \cup {<<x, y>> : x \in AnyTask(1), y \in AnyTask(2)}
    /\ \A t \in Tasks : tasks[t].waits # <<>> => tasks[t].waits[2] \in Tasks
    /\ CancelReaches /\ NoWaitOnFinished
    /\ obligations \in {<<>>} \cup {<<x>> : x \in [kind : ObligationKinds, holder : Tasks,
                                            phase : {"Reserved", "Committed", "Aborted", "Leaked"}]}
    /\ ReservedHasLiveHolder /\ LeakMeansBug
    /\ TypeOK /\ SingleOwner /\ Quiescence /\ MaskBounded /\ NeverStarted /\ OutcomeIffCompleted
    /\ BodyEndsFirst /\ FinalizingAlone /\ FailureCancels /\ OutcomeCounts

InductiveSpec == AnyState /\ [][Next]_vars
=============================================================================
