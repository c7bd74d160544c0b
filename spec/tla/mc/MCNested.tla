------------------------------ MODULE MCNested ------------------------------
(* A region inside the root, or a child instead; both policies; requests of the weakest and of the strongest   *)
(* kind from outside, to the root's body and to the inner region; the strongest leaves no clean-up. One        *)
(* obligation and one masked section in the second task. All of Properties is checked.                         *)
EXTENDS Asupersync
=============================================================================
