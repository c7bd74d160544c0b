------------------------------ MODULE MCTimeout -------------------------------
(* A branch that may end before its time is up or after.                                                        *)
EXTENDS Combinator
=============================================================================
