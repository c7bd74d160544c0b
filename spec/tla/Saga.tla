-------------------------------- MODULE Saga --------------------------------
(* A sequence of steps, each with a compensation. When a step fails, or an abort is asked for, the compensations *)
(* of the steps that were done run in reverse order, each at most once; one that fails is recorded and the rest *)
(* go on. A module of its own: one saga.                                                                       *)
EXTENDS Integers, Sequences

CONSTANTS
    Steps,
    Failures,                \* severities that a step or a compensation fails with
    Dropped                  \* premises left out on purpose; {} in an honest model

VARIABLES
    phase,                   \* of the saga
    steps,                   \* phase of each step
    outcome,                 \* the worst so far
    undone                   \* compensations in the order in which they began

vars == <<phase, steps, outcome, undone>>

Holds(p)  == p \notin Dropped
StepIds   == 1..Steps
Severity  == [Ok |-> 1, Err |-> 2, Cancelled |-> 3, Panicked |-> 4]
Join(a, b) == IF Holds("KeepWorst") /\ Severity[a] >= Severity[b] THEN a ELSE b
KnownStep(i)   == i \in StepIds
FailureFits(o) == Severity[o] > Severity["Ok"]
Busy           == \E i \in StepIds : steps[i] \in {"Running", "Compensating"}
Move(i, to)    == steps' = [steps EXCEPT ![i] = to]

SagaStep(i) ==
    /\ KnownStep(i)
    /\ Holds("SagaRunning") => phase = "Running"
    /\ Holds("StepPending") => steps[i] = "Pending"
    /\ Holds("InOrder")     => \A j \in 1..(i - 1) : steps[j] = "Done"
    /\ Move(i, "Running")
    /\ UNCHANGED <<phase, outcome, undone>>

SagaStepOk(i) ==
    /\ KnownStep(i)
    /\ Holds("StepRunning") => steps[i] = "Running"
    /\ Move(i, "Done")
    /\ UNCHANGED <<phase, outcome, undone>>

SagaStepFail(i, o) ==
    /\ KnownStep(i)
    /\ FailureFits(o)
    /\ Holds("StepRunning") => steps[i] = "Running"
    /\ Move(i, "Failed")
    /\ phase' = IF Holds("FailureCompensates") THEN "Compensating" ELSE phase
    /\ outcome' = IF Holds("RecordFailure") THEN Join(outcome, o) ELSE outcome
    /\ UNCHANGED undone

SagaAbort ==
    /\ Holds("AbortOnce")   => phase = "Running"
    /\ Holds("StepDrained") => ~Busy
    /\ phase' = IF phase # "Running" THEN phase ELSE IF Holds("AbortCompensates") THEN "Compensating" ELSE "Aborted"
    /\ outcome' = IF Holds("RecordAbort") THEN Join(outcome, "Cancelled") ELSE outcome
    /\ UNCHANGED <<steps, undone>>

SagaCompensate(i) ==
    /\ KnownStep(i)
    /\ Holds("SagaCompensating")    => phase = "Compensating"
    /\ Holds("StepDone")            => steps[i] = "Done"
    /\ Holds("CompensationSettled") => \A j \in StepIds : steps[j] # "Compensating"
    /\ Holds("NewestFirst")         => \A j \in (i + 1)..Steps : steps[j] # "Done"
    /\ Move(i, "Compensating")
    /\ undone' = Append(undone, i)
    /\ UNCHANGED <<phase, outcome>>

SagaCompensateOk(i) ==
    /\ KnownStep(i)
    /\ Holds("StepCompensating") => steps[i] = "Compensating"
    /\ Move(i, IF Holds("Settle") THEN "Compensated" ELSE "Done")
    /\ UNCHANGED <<phase, outcome, undone>>

SagaCompensateFail(i, o) ==
    /\ KnownStep(i)
    /\ FailureFits(o)
    /\ Holds("StepCompensating") => steps[i] = "Compensating"
    /\ Move(i, "Stuck")
    /\ outcome' = IF Holds("RecordFailure") THEN Join(outcome, o) ELSE outcome
    /\ UNCHANGED <<phase, undone>>

SagaComplete ==
    /\ Holds("SagaUnfinished") => phase \in {"Running", "Compensating"}
    /\ Holds("AllDone")   => (phase = "Running" => \A i \in StepIds : steps[i] = "Done")
    /\ Holds("AllUndone") => (phase = "Compensating" => (~Busy /\ \A i \in StepIds : steps[i] # "Done"))
    /\ phase' = IF phase = "Running" THEN "Completed" ELSE "Aborted"
    /\ UNCHANGED <<steps, outcome, undone>>

Init ==
    /\ phase = "Running"
    /\ steps = [i \in StepIds |-> "Pending"]
    /\ outcome = "Ok"
    /\ undone = <<>>

Next ==
    \/ \E i \in StepIds : SagaStep(i)
    \/ \E i \in StepIds : SagaStepOk(i)
    \/ \E i \in StepIds, o \in Failures : SagaStepFail(i, o)
    \/ SagaAbort
    \/ \E i \in StepIds : SagaCompensate(i)
    \/ \E i \in StepIds : SagaCompensateOk(i)
    \/ \E i \in StepIds, o \in Failures : SagaCompensateFail(i, o)
    \/ SagaComplete

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------

OneAtATime ==
    \A i, j \in StepIds : {steps[i], steps[j]} \subseteq {"Running", "Compensating"} => i = j

CompensatedOnce == \A i, j \in 1..Len(undone) : undone[i] = undone[j] => i = j
ReverseOrder    == \A i, j \in 1..Len(undone) : i < j => undone[i] >= undone[j]
InSequence      == \A i \in 2..Steps : steps[i] # "Pending" => steps[i - 1] # "Pending"

CompletedMeansDone  == phase = "Completed" => \A i \in StepIds : steps[i] = "Done"
AbortedMeansUndone  == phase = "Aborted" => \A i \in StepIds : steps[i] \in {"Pending", "Failed", "Compensated", "Stuck"}
OutcomeOfPhase ==
    /\ phase \in {"Running", "Completed"} => outcome = "Ok"
    /\ phase \in {"Compensating", "Aborted"} => outcome # "Ok"
CompensatingIsIdle  == phase \in {"Compensating", "Completed", "Aborted"} => \A i \in StepIds : steps[i] # "Running"

\* A step property P is an action predicate; what a model checks is PAlways.
SagaPhaseGraph ==
    phase' # phase => <<phase, phase'>> \in {<<"Running", "Compensating">>, <<"Running", "Completed">>,
                                             <<"Compensating", "Aborted">>}
EndIsFinal       == phase \in {"Completed", "Aborted"} => UNCHANGED vars
OutcomeNeverBetter == Severity[outcome] <= Severity[outcome']

SagaPhaseGraphAlways     == [][SagaPhaseGraph]_vars
EndIsFinalAlways       == [][EndIsFinal]_vars
OutcomeNeverBetterAlways == [][OutcomeNeverBetter]_vars
=============================================================================
