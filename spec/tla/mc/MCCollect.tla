------------------------------ MODULE MCCollect ------------------------------
(* A root that collects failures: three tasks that may end in each of the four ways, joined or not, a request  *)
(* to one of them and to the region. All of Properties is checked.                                             *)
EXTENDS Asupersync
=============================================================================
