----------------------- MODULE MCIdempotencyInductive -----------------------
(* Is the invariant of the idempotency store inductive? The initial states are all those of the domain that    *)
(* satisfy it, reachable or not, and every step from each of them keeps it.                                    *)
EXTENDS Idempotency

Results == Outcomes \cup {"None"}
Admissions == UNION {[1..n -> [key : KeyIds, fingerprint : Prints, outcome : Results]] : n \in 0..MaxExecutions}
Records ==
    {Free}
    \cup [phase : {"InFlight"}, fingerprint : Prints, execution : ExecutionIds, outcome : {"None"}, expires : {0}]
    \cup [phase : {"Done"}, fingerprint : Prints, execution : ExecutionIds, outcome : Outcomes,
          expires : 0..(MaxTime + Lifetime)]
Answers ==
    {Silent} \cup [kind : {"Admitted", "Duplicate", "Conflict"}, fingerprint : Prints, execution : ExecutionIds,
                   outcome : Results]

\* A record is its execution's.
RecordOfExecution ==
    \A k \in KeyIds : KeyTaken(k) =>
        /\ KnownExecution(records[k].execution)
        /\ LET own == executions[records[k].execution]
           IN  /\ own.key = k /\ own.fingerprint = records[k].fingerprint
               /\ Holds("RecordTellsOutcome") => own.outcome = records[k].outcome

AnswerIsKnown == answer.kind # "None" => KnownExecution(answer.execution)

\* With the invariants of Idempotency this is inductive; without it they are not.
Inductive == RecordOfExecution /\ AnswerIsKnown

AnyState ==
    /\ executions \in Admissions
    /\ AtMostOneLive
    /\ records \in [KeyIds -> Records]
    /\ RecordOfExecution
    /\ LiveIsInFlight
    /\ now \in 0..MaxTime
    /\ answer \in Answers
    /\ AnswerIsKnown
    /\ DuplicateSameOutcome
    /\ AnswerFitsFingerprint

InductiveSpec == AnyState /\ [][Next]_vars
=============================================================================
