--------------------------- MODULE MCRegionsClose ---------------------------
(* Do closing regions close? A root with two more tasks, children or a finalizer, each of which may yield for  *)
(* ever until it is cancelled.                                                                                 *)
EXTENDS Progress
=============================================================================
