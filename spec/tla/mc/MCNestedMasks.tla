---------------------------- MODULE MCNestedMasks ----------------------------
(* A child that enters masked sections inside one another, of one unit and of two, while it is asked to stop:   *)
(* a mask that is spent in more than one step, and left in another order. All of Properties is checked.         *)
EXTENDS Asupersync
=============================================================================
