-------------------------- MODULE TraceAsupersync ---------------------------
(* A batch of recorded runs, each replayed by the rules of this specification. A step is the rule that the     *)
(* line names, with the line's arguments, and changes what was recorded to change and nothing else. There is   *)
(* no other step. Each state has one step at most, so a run of n lines has n + 1 states exactly if all of it   *)
(* is accepted: Consumed says so, and so does the number of distinct states. ControlRejected: a run that was   *)
(* changed on purpose is never taken to its end.                                                               *)
EXTENDS Task, Budget, Region, Join, TraceWords

Act ==
    \/ Line.rule = "Spawn"               /\ Spawn(Line.task, Line.region, Line.child)
    \/ Line.rule = "Start"               /\ Start(Line.task)
    \/ Line.rule = "Complete"            /\ Complete(Line.task, Line.outcome)
    \/ Line.rule = "CancelRequest"       /\ CancelRequest(Line.by, Line.target, Line.kind)
    \/ Line.rule = "Checkpoint"          /\ Checkpoint(Line.task)
    \/ Line.rule = "CheckpointMasked"    /\ CheckpointMasked(Line.task)
    \/ Line.rule = "MaskEnter"           /\ MaskEnter(Line.task, Line.units)
    \/ Line.rule = "MaskExit"            /\ MaskExit(Line.task)
    \/ Line.rule = "Drain"               /\ Drain(Line.task)
    \/ Line.rule = "Finalize"            /\ Finalize(Line.task)
    \/ Line.rule = "ChargePoll"          /\ ChargePoll(Line.task)
    \/ Line.rule = "ChargeCost"          /\ ChargeCost(Line.task, Line.amount)
    \/ Line.rule = "Reserve"             /\ Reserve(Line.task, Line.obligation, Line.kind)
    \/ Line.rule = "Commit"              /\ Commit(Line.task, Line.obligation)
    \/ Line.rule = "Abort"               /\ Abort(Line.task, Line.obligation)
    \/ Line.rule = "Transfer"            /\ Transfer(Line.task, Line.obligation, Line.receiver)
    \/ Line.rule = "OpenRegion"          /\ OpenRegion(Line.task, Line.region, Line.body, Line.policy)
    \/ Line.rule = "Defer"               /\ Defer(Line.task)
    \/ Line.rule = "CloseBegin"          /\ CloseBegin(Line.region)
    \/ Line.rule = "CloseCancelChildren" /\ CloseCancelChildren(Line.region)
    \/ Line.rule = "CloseChildrenDone"   /\ CloseChildrenDone(Line.region)
    \/ Line.rule = "CloseRunFinalizer"   /\ CloseRunFinalizer(Line.region, Line.finalizer)
    \/ Line.rule = "CloseComplete"       /\ CloseComplete(Line.region)
    \/ Line.rule = "JoinBlock"           /\ JoinBlock(Line.waiter, Line.awaited)
    \/ Line.rule = "JoinReady"           /\ JoinReady(Line.waiter, Line.target)

----------------------------------------------------------------------------
\* What was recorded to change: for each changed record its number and the fields with their new values.

\* Recorded fields hold reasons without time and message.
Plain(rho) == [i \in 1..Len(rho) |-> [kind |-> rho[i].kind, region |-> rho[i].region, task |-> rho[i].task]]
Field(f, x) ==
    IF f = "reason" THEN Plain(x)
    ELSE IF f = "outcome" THEN [sev |-> x.sev, reason |-> Plain(x.reason)]
    ELSE x

Alike(old, new) == old = new \/ \A f \in DOMAIN old : Field(f, old[f]) = Field(f, new[f])

\* A field that is recorded differs from what it was, and one that is not does not. Of a new record, the fields
\* that differ from those of every new record are recorded.
Changed(old, new, set) ==
    \A f \in DOMAIN old :
        IF f \in DOMAIN set THEN Field(f, new[f]) = set[f] /\ Field(f, old[f]) # set[f]
        ELSE Field(f, old[f]) = Field(f, new[f])
Added(new, set) == \A f \in DOMAIN set : Field(f, new[f]) = set[f]

Agree(before, after, record) ==
    /\ \A i \in 1..Len(record) :
         /\ record[i].id \in 1..Len(after)
         /\ IF record[i].id <= Len(before) THEN Changed(before[record[i].id], after[record[i].id], record[i].set)
            ELSE Added(after[record[i].id], record[i].set)
    /\ \A n \in 1..Len(after) :
         (\A i \in 1..Len(record) : record[i].id # n) => (n <= Len(before) /\ Alike(before[n], after[n]))

Agrees ==
    /\ Agree(regions, regions', Line.rs)
    /\ Agree(tasks, tasks', Line.ts)
    /\ Agree(obligations, obligations', Line.os)

----------------------------------------------------------------------------

\* Init, with the root's policy and quotas as the run has them.
TraceInit ==
    \E n \in 1..Len(Traces) :
        /\ trace = n
        /\ cursor = 1
        /\ regions = <<NewRegion(0, 1, Traces[n].policy, Traces[n].polls, Traces[n].cost)>>
        /\ tasks = <<NewTask(1, "Body", Traces[n].polls, Traces[n].cost)>>
        /\ obligations = <<>>

TraceNext ==
    /\ ~AtEnd
    /\ Act
    /\ Agrees
    /\ cursor' = cursor + 1
    /\ UNCHANGED trace

TraceSpec == TraceInit /\ [][TraceNext]_<<vars, trace, cursor>>

\* Without this for a checker that knows no ENABLED; the number of distinct states says the same.
Consumed == AtEnd \/ Run.control \/ ENABLED TraceNext

ControlRejected == ~(AtEnd /\ Run.control)
=============================================================================
