------------------------------ MODULE MCCancelStorm ------------------------------
(* Requests of the weakest and of the strongest kind, to either task and either region, by the environment     *)
(* and by the root's body, in every order and as often as they change anything. All of Properties is checked.  *)
EXTENDS Asupersync
=============================================================================
