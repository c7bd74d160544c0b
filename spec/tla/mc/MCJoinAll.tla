------------------------------ MODULE MCJoinAll -------------------------------
(* Three branches that all have to succeed; the first failure cancels the others.                               *)
EXTENDS Combinator
=============================================================================
