----------------------------- MODULE MCScheduler -----------------------------
(* Three tasks that anybody may wake at any time, in any lane: every bound of the scheduler with limits of two. *)
EXTENDS Scheduler
=============================================================================
