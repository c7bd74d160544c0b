------------------------------ MODULE MCLarge ------------------------------
(* Regions inside one another, three deep, whose bodies end well, fail or break on every level, while requests  *)
(* enter at the root's body and at both inner regions. More than a million states; all of Properties is checked. *)
EXTENDS Asupersync
=============================================================================
