---------------------------- MODULE MCLetThrough -----------------------------
(* A body and its child, whose deadline ends it; the body lets that through, or a cancellation of its own, and  *)
(* then the region closes for a deadline that was neither its body's nor its own. All of Properties is checked. *)
EXTENDS Deadlines
=============================================================================
