----------------------------- MODULE MCCollectAll -----------------------------
(* Three branches that all are waited for, whatever becomes of each.                                            *)
EXTENDS Combinator
=============================================================================
