------------------------------ MODULE MCDeep ------------------------------
(* Regions inside one another, three deep: requests enter at the root's body and at the middle region, and have *)
(* to reach everything below. All of Properties is checked.                                                    *)
EXTENDS Asupersync
=============================================================================
