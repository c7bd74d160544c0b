----------------------------- MODULE Idempotency -----------------------------
(* A store that lets a request be sent twice and carried out once: a record for each key, with the fingerprint  *)
(* of its request, in flight or done, and kept until it expires. A module of its own; executions are numbered   *)
(* as they are admitted, and the answer of the last step is part of the state.                                 *)
EXTENDS Integers, Sequences

CONSTANTS
    Keys, Fingerprints, Outcomes,
    MaxExecutions, MaxTime,
    Lifetime,                \* how long an outcome is kept
    Dropped                  \* premises left out on purpose; {} in an honest model

VARIABLES
    now,
    records,                 \* for each key
    executions,              \* all that were ever admitted
    answer                   \* what the last step told its caller

vars == <<now, records, executions, answer>>

Holds(p)     == p \notin Dropped
KeyIds       == 1..Keys
Prints       == 1..Fingerprints
ExecutionIds == 1..MaxExecutions
Free   == [phase |-> "Free", fingerprint |-> 0, execution |-> 0, outcome |-> "None", expires |-> 0]
Silent == [kind |-> "None", fingerprint |-> 0, execution |-> 0, outcome |-> "None"]
Answer(kind, f, k) ==
    [kind |-> kind, fingerprint |-> f, execution |-> records[k].execution, outcome |-> records[k].outcome]

FreshExecution(id) == id = Len(executions) + 1
KnownExecution(id) == id \in 1..Len(executions)
KeyTaken(k)        == records[k].phase # "Free"
OutcomeKnown(o)    == o \in {"Ok", "Err", "Cancelled", "Panicked"}

AdmitNew(k, f, id) ==
    /\ Holds("KeyFree") => records[k].phase = "Free"
    /\ FreshExecution(id)
    /\ records' = [records EXCEPT ![k] = [Free EXCEPT !.phase = "InFlight", !.fingerprint = f, !.execution = id]]
    /\ executions' = Append(executions, [key |-> k, fingerprint |-> f, outcome |-> "None"])
    /\ answer' = [kind |-> "Admitted", fingerprint |-> f, execution |-> id, outcome |-> "None"]
    /\ UNCHANGED now

Duplicate(k, f) ==
    /\ KeyTaken(k)
    /\ Holds("SameFingerprint") => records[k].fingerprint = f
    /\ answer' = Answer("Duplicate", f, k)
    /\ UNCHANGED <<now, records, executions>>

Conflict(k, f) ==
    /\ KeyTaken(k)
    /\ Holds("OtherFingerprint") => records[k].fingerprint # f
    /\ answer' = Answer("Conflict", f, k)
    /\ UNCHANGED <<now, records, executions>>

RecordComplete(k, id, o) ==
    /\ KnownExecution(id)
    /\ OutcomeKnown(o)
    /\ Holds("IsInFlight")  => records[k].phase = "InFlight"
    /\ Holds("IsExecution") => records[k].execution = id
    /\ records' = [records EXCEPT ![k].phase = "Done", ![k].outcome = IF Holds("KeepOutcome") THEN o ELSE "Ok",
                                  ![k].execution = IF Holds("KeepExecution") THEN @ ELSE 0,
                                  ![k].expires = IF Holds("KeepForLifetime") THEN now + Lifetime ELSE now]
    /\ executions' = [executions EXCEPT ![id].outcome = IF Holds("RecordOutcome") THEN o ELSE @]
    /\ answer' = Silent
    /\ UNCHANGED now

Evict(k) ==
    /\ KeyTaken(k)
    /\ Holds("IsDone")  => records[k].phase = "Done"
    /\ Holds("Expired") => now >= records[k].expires
    /\ records' = [records EXCEPT ![k] = Free]
    /\ answer' = Silent
    /\ UNCHANGED <<now, executions>>

Advance(n) ==
    /\ Holds("Forward") => n > now
    /\ now' = n
    /\ answer' = Silent
    /\ UNCHANGED <<records, executions>>

Init ==
    /\ now = 0
    /\ records = [k \in KeyIds |-> Free]
    /\ executions = <<>>
    /\ answer = Silent

Next ==
    \/ \E k \in KeyIds, f \in Prints, id \in ExecutionIds : AdmitNew(k, f, id)
    \/ \E k \in KeyIds, f \in Prints : Duplicate(k, f)
    \/ \E k \in KeyIds, f \in Prints : Conflict(k, f)
    \/ \E k \in KeyIds, id \in ExecutionIds, o \in Outcomes : RecordComplete(k, id, o)
    \/ \E k \in KeyIds : Evict(k)
    \/ \E n \in 0..MaxTime : Advance(n)

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------

Executions == 1..Len(executions)
IsLive(id) == executions[id].outcome = "None"

AtMostOneLive == \A i, j \in Executions : IsLive(i) /\ IsLive(j) /\ executions[i].key = executions[j].key => i = j

LiveIsInFlight ==
    /\ \A id \in Executions : IsLive(id) => records[executions[id].key].phase = "InFlight"
    /\ \A k \in KeyIds : records[k].phase = "InFlight" =>
         \E id \in Executions : id = records[k].execution /\ IsLive(id) /\ executions[id].key = k

DuplicateSameOutcome ==
    answer.kind = "Duplicate" => answer.outcome = executions[answer.execution].outcome

AnswerFitsFingerprint ==
    /\ answer.kind = "Duplicate" => executions[answer.execution].fingerprint = answer.fingerprint
    /\ answer.kind = "Conflict" => executions[answer.execution].fingerprint # answer.fingerprint

\* A step property P is an action predicate; what a model checks is PAlways.
OutcomeRecordedOnce ==
    \A id \in Executions : ~IsLive(id) => executions'[id] = executions[id]
InFlightNeverEvicted ==
    \A k \in KeyIds : records[k].phase = "InFlight" =>
        \/ records'[k].phase = "InFlight"
        \/ records'[k].phase = "Done" /\ records'[k].execution = records[k].execution
KeptForLifetime ==
    \A k \in KeyIds : /\ records[k].phase = "Done" /\ records'[k] # records[k] => now >= records[k].expires
                      /\ records[k].phase = "InFlight" /\ records'[k].phase = "Done" =>
                            records'[k].expires = now + Lifetime
ClockForward == now' >= now

OutcomeRecordedOnceAlways  == [][OutcomeRecordedOnce]_vars
InFlightNeverEvictedAlways == [][InFlightNeverEvicted]_vars
KeptForLifetimeAlways      == [][KeptForLifetime]_vars
ClockForwardAlways         == [][ClockForward]_vars
=============================================================================
