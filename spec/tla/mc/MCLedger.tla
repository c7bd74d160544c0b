------------------------------ MODULE MCLedger ------------------------------
(* The ledger: two obligations of two kinds between a body and its child, handed over in either direction,     *)
(* committed, aborted, leaked by a body that ends well and aborted with one that does not. All of Properties   *)
(* is checked.                                                                                                 *)
EXTENDS Asupersync

\* Not so: a witness that Leak, which is no action of its own, is taken.
NothingLeaks == \A o \in Obligations : obligations[o].phase # "Leaked"
=============================================================================
