--------------------------- MODULE MCTwoDeadlines ----------------------------
(* Deadlines of a task and of the region around it, in every order, before and after a request of a task.       *)
EXTENDS Deadlines
=============================================================================
