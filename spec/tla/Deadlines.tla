------------------------------ MODULE Deadlines ------------------------------
(* Tasks and regions beside their timers. A rule takes no time, and time changes no task and no region, but a   *)
(* Deadline timer that fires asks, in the same step, that its target be cancelled. Kinds has no Deadline in it  *)
(* here, so that such a reason comes from a timer.                                                             *)
EXTENDS Properties

CONSTANTS MaxTimers, MaxTime, TimerTasks, TimerRegions, Uses

VARIABLES now, timers

Rules == INSTANCE Asupersync
Clock == INSTANCE Time

Still == UNCHANGED <<now, timers>>

\* Who lets through, and whose: nobody where no body ends Cancelled.
Passers == IF "Cancelled" \in Outcomes THEN TaskIds ELSE {}

Spawn(t, r, c)          == Rules!Spawn(t, r, c) /\ Still
Start(t)                == Rules!Start(t) /\ Still
Complete(t, o)          == Rules!Complete(t, o) /\ Still
CancelRequest(by, x, k) == Rules!CancelRequest(by, x, k) /\ Still
Checkpoint(t)           == Rules!Checkpoint(t) /\ Still
CheckpointMasked(t)     == Rules!CheckpointMasked(t) /\ Still
MaskEnter(t, n)         == Rules!MaskEnter(t, n) /\ Still
MaskExit(t)             == Rules!MaskExit(t) /\ Still
Drain(t)                == Rules!Drain(t) /\ Still
Finalize(t)             == Rules!Finalize(t) /\ Still
ChargePoll(t)           == Rules!ChargePoll(t) /\ Still
ChargeCost(t, n)        == Rules!ChargeCost(t, n) /\ Still
Reserve(t, o, k)        == Rules!Reserve(t, o, k) /\ Still
Commit(t, o)            == Rules!Commit(t, o) /\ Still
Abort(t, o)             == Rules!Abort(t, o) /\ Still
Transfer(t, o, u)       == Rules!Transfer(t, o, u) /\ Still
OpenRegion(t, r, b, p)  == Rules!OpenRegion(t, r, b, p) /\ Still
Defer(t)                == Rules!Defer(t) /\ Still
CloseBegin(r)           == Rules!CloseBegin(r) /\ Still
CloseCancelChildren(r)  == Rules!CloseCancelChildren(r) /\ Still
CloseChildrenDone(r)    == Rules!CloseChildrenDone(r) /\ Still
CloseRunFinalizer(r, f) == Rules!CloseRunFinalizer(r, f) /\ Still
CloseComplete(r)        == Rules!CloseComplete(r) /\ Still
JoinBlock(w, t)         == Rules!JoinBlock(w, t) /\ Still
JoinReady(w, x)         == Rules!JoinReady(w, x) /\ Still

\* Complete, with the cancellation that another task ended with: a body that awaits a task may let it through.
LetThrough(t, u) ==
    /\ KnownTask(u)
    /\ tasks[u].outcome.sev = "Cancelled"
    /\ ENABLED Rules!Complete(t, "Cancelled")
    /\ Becomes(Rules!CompleteTask(Sigma, t, tasks[u].outcome))
    /\ Still

\* Timers are set for what there is.
Arm(m, x, u, n) ==
    /\ IF x[1] = "t" THEN KnownTask(x[2]) ELSE KnownRegion(x[2])
    /\ Clock!Arm(m, x, u, n)
    /\ UNCHANGED vars

\* A request that is refused, its target having ended, changes nothing.
Expire(x) ==
    IF ENABLED Rules!CancelRequest(0, x, "Deadline") THEN Rules!CancelRequest(0, x, "Deadline") ELSE UNCHANGED vars

Fire(m) ==
    /\ Clock!Fire(m)
    /\ IF timers[m].use = "Deadline" /\ Holds("ExpireCancels") THEN Expire(timers[m].target) ELSE UNCHANGED vars

Disarm(m) == Clock!Disarm(m) /\ UNCHANGED vars
Tick(n)   == Clock!Tick(n) /\ UNCHANGED vars

Init == Rules!Init /\ Clock!Init

Next ==
    \/ \E t \in TaskIds, r \in RegionIds, c \in TaskIds : Spawn(t, r, c)
    \/ \E t \in TaskIds : Start(t)
    \/ \E t \in TaskIds, o \in Outcomes : Complete(t, o)
    \/ \E t \in Passers, u \in Passers : LetThrough(t, u)
    \/ \E by \in Askers, x \in CancelTargets, k \in Kinds : CancelRequest(by, x, k)
    \/ \E t \in TaskIds : Checkpoint(t)
    \/ \E t \in TaskIds : CheckpointMasked(t)
    \/ \E t \in Maskers, n \in Units : MaskEnter(t, n)
    \/ \E t \in TaskIds : MaskExit(t)
    \/ \E t \in TaskIds : Drain(t)
    \/ \E t \in TaskIds : Finalize(t)
    \/ \E t \in TaskIds : ChargePoll(t)
    \/ \E t \in TaskIds, n \in Charges : ChargeCost(t, n)
    \/ \E t \in Reservers, o \in ObligationIds, k \in ObligationKinds : Reserve(t, o, k)
    \/ \E t \in TaskIds, o \in ObligationIds : Commit(t, o)
    \/ \E t \in TaskIds, o \in ObligationIds : Abort(t, o)
    \/ \E t \in TaskIds, o \in ObligationIds, u \in TaskIds : Transfer(t, o, u)
    \/ \E t \in TaskIds, r \in RegionIds, b \in TaskIds, p \in Policies : OpenRegion(t, r, b, p)
    \/ \E t \in TaskIds : Defer(t)
    \/ \E r \in RegionIds : CloseBegin(r)
    \/ \E r \in RegionIds : CloseCancelChildren(r)
    \/ \E r \in RegionIds : CloseChildrenDone(r)
    \/ \E r \in RegionIds, f \in TaskIds : CloseRunFinalizer(r, f)
    \/ \E r \in RegionIds : CloseComplete(r)
    \/ \E w \in TaskIds, t \in TaskIds : JoinBlock(w, t)
    \/ \E w \in TaskIds, x \in Targets : JoinReady(w, x)
    \/ \E m \in Clock!TimerIds, x \in Clock!TimerTargets, u \in Uses, n \in Clock!Moments : Arm(m, x, u, n)
    \/ \E m \in Clock!TimerIds : Fire(m)
    \/ \E m \in Clock!TimerIds : Disarm(m)
    \/ \E n \in Clock!Moments : Tick(n)

Spec == Init /\ [][Next]_<<vars, now, timers>>

----------------------------------------------------------------------------

Expired(m) == timers[m].phase = "Fired" /\ timers[m].use = "Deadline"

\* Whatever else was asked before or after, the reason is at least as strong as the deadline.
Reached(rho) == AtMost(Asked("Deadline", 0, 0), rho)

DeadlineReaches ==
    \A m \in Clock!Timers : Expired(m) =>
        LET n == timers[m].target[2]
        IN  IF timers[m].target[1] = "t"
            THEN ~Live(n) \/ tasks[n].role = "Finalizer" \/ (IsCancelled(n) /\ Reached(tasks[n].reason))
            ELSE regions[n].phase = "Closed" \/ Reached(regions[n].reason)

\* Nobody but a timer asks for it. Whose timer it was a reason does not say: a body may let through the
\* cancellation of any task, and its end then cancels its region for that.
FromTimer(rho) ==
    rho # <<>> /\ rho[Len(rho)].kind = "Deadline" => \E m \in Clock!Timers : Expired(m) /\ timers[m].due <= now

DeadlineNotEarly ==
    /\ \A t \in Tasks : FromTimer(tasks[t].reason) /\ FromTimer(tasks[t].outcome.reason)
    /\ \A r \in Regions : FromTimer(regions[r].reason) /\ FromTimer(regions[r].outcome.reason)
=============================================================================
