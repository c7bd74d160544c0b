------------------------------ MODULE MCFirstOk -------------------------------
(* The first of three branches to succeed; when none does, the worst of them.                                   *)
EXTENDS Combinator
=============================================================================
