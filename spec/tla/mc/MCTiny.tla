------------------------------- MODULE MCTiny -------------------------------
(* One region, its body and one child, one obligation, one masked section, and requests made by the body:      *)
(* small enough to read as a graph. All of Properties is checked.                                              *)
EXTENDS Asupersync
=============================================================================
