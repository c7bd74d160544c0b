----------------------------- MODULE MCDeadlines -----------------------------
(* A region in a region, tasks that wait for each other, and a timer of a task or of the inner region.          *)
EXTENDS Deadlines
=============================================================================
