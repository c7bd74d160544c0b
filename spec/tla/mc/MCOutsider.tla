----------------------------- MODULE MCOutsider ------------------------------
(* A task that asks for a region which it is not inside: its child opened it. That is a request from outside,   *)
(* as the environment's is. All of Properties is checked.                                                       *)
EXTENDS Asupersync
=============================================================================
