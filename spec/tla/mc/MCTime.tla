------------------------------- MODULE MCTime -------------------------------
(* Three timers for a task and a region, set for moments that are to come, are now, and have passed.           *)
EXTENDS Time
=============================================================================
