---------------------------- MODULE MCFinalizer -----------------------------
(* One region, its body and a child or a finalizer, every outcome a body can end with, and requests for the    *)
(* region from inside and from outside. All of Properties is checked.                                          *)
EXTENDS Asupersync
=============================================================================
