----------------------------- MODULE MCProgress -----------------------------
(* MCTiny under fairness per task and region: cancelled tasks complete, closing regions close, what cancelled  *)
(* tasks hold is resolved. A task that is not cancelled may enter and leave masked sections for ever.          *)
EXTENDS Progress
=============================================================================
