----------------------------- MODULE Asupersync -----------------------------
(* The rules put together. Each disjunct of Next is one rule under constant bounds and nothing else, so that   *)
(* a checker can name every step with its arguments. All invariants and step properties are in Properties.     *)
EXTENDS Task, Budget, Region, Join, Properties

Init ==
    /\ regions = <<NewRegion(0, 1, RootPolicy, RootPolls, RootCost)>>
    /\ tasks = <<NewTask(1, "Body", RootPolls, RootCost)>>
    /\ obligations = <<>>

Next ==
    \/ \E t \in TaskIds, r \in RegionIds, c \in TaskIds : Spawn(t, r, c)
    \/ \E t \in TaskIds : Start(t)
    \/ \E t \in TaskIds, o \in Outcomes : Complete(t, o)
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

Spec == Init /\ [][Next]_vars
=============================================================================
