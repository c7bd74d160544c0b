----------------------------- MODULE MCSibling ------------------------------
(* Three tasks over two regions: a sibling beside a region that the root's body opened, or a child inside it,  *)
(* while the root's body is cancelled from outside. All of Properties is checked.                              *)
EXTENDS Asupersync
=============================================================================
