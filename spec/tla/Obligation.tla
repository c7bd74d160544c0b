----------------------------- MODULE Obligation -----------------------------
(* Two-phase effects: an obligation is reserved, then committed, aborted or leaked. It touches obligations     *)
(* only. Invariants: ReservedHasLiveHolder, LeakMeansBug; each is resolved once, by its holder (ResolvedOnce,  *)
(* HolderResolves).                                                                                            *)
EXTENDS State

Reserve(t, o, k) ==
    /\ KnownTask(t)
    /\ FreshId(o, obligations)
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)
    /\ obligations' = Put(obligations, o, [kind |-> k, holder |-> t, phase |-> "Reserved"])
    /\ UNCHANGED <<regions, tasks>>

\* What Commit, Abort and Transfer ask of the holder.
MayResolve(t, o) ==
    /\ Holds("IsReserved")     => obligations[o].phase = "Reserved"
    /\ Holds("IsHolder")       => obligations[o].holder = t
    /\ Holds("TaskActive")     => Active(t)
    /\ Holds("TaskNotWaiting") => Idle(t)

Commit(t, o) ==
    /\ KnownTask(t)
    /\ KnownObligation(o)
    /\ MayResolve(t, o)
    /\ obligations' = [obligations EXCEPT ![o].phase = "Committed"]
    /\ UNCHANGED <<regions, tasks>>

Abort(t, o) ==
    /\ KnownTask(t)
    /\ KnownObligation(o)
    /\ MayResolve(t, o)
    /\ obligations' = [obligations EXCEPT ![o].phase = "Aborted"]
    /\ UNCHANGED <<regions, tasks>>

Transfer(t, o, u) ==
    /\ KnownTask(t)
    /\ KnownTask(u)
    /\ KnownObligation(o)
    /\ MayResolve(t, o)
    /\ Holds("ReceiverLive")    => tasks[u].phase \notin {"Completed", "Finalizing"}
    /\ Holds("ReceiverDiffers") => u # t
    /\ obligations' = [obligations EXCEPT ![o].holder = u]
    /\ UNCHANGED <<regions, tasks>>

----------------------------------------------------------------------------
\* Consequences of a completion, as functions of the whole state s

Leak(s, o) == [s EXCEPT !.obligations[o].phase = "Leaked"]

RECURSIVE ResolveHeldFrom(_, _, _, _)
ResolveHeldFrom(s, t, sev, o) ==
    IF o > Len(s.obligations) THEN s
    ELSE ResolveHeldFrom(
           IF s.obligations[o].holder # t \/ s.obligations[o].phase # "Reserved" THEN s
           ELSE IF sev \in {"Ok", "Err"} \/ ~Holds("AbortHeld") THEN Leak(s, o)
           ELSE [s EXCEPT !.obligations[o].phase = "Aborted"],
           t, sev, o + 1)

ResolveHeld(s, t, sev) == IF Holds("ResolveHeld") THEN ResolveHeldFrom(s, t, sev, 1) ELSE s
=============================================================================
