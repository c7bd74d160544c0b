------------------------------ MODULE MCQuota -------------------------------
(* One region with one poll and one unit of cost, work that asks for two of each, and one poll of clean-up     *)
(* after a quota ran out. All of Properties is checked; in the other models no quota but clean-up is limited.  *)
EXTENDS Asupersync
=============================================================================
