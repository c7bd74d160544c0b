------------------------ MODULE MCObligationsResolve ------------------------
(* Is what a cancelled or completed task holds resolved? Two tasks that may yield for ever, and an obligation  *)
(* that one of them may hand to the other.                                                                     *)
EXTENDS Progress
=============================================================================
