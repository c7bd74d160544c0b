--------------------------- MODULE MCTasksComplete --------------------------
(* Do cancelled tasks complete? A body and its child, each of which may yield for ever until it is cancelled,  *)
(* a masked section in the second task, joins, and a subregion instead of the child.                           *)
EXTENDS Progress
=============================================================================
