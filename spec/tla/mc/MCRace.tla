-------------------------------- MODULE MCRace --------------------------------
(* The first of four branches to end settles a race; the others are asked, and all have ended when it returns.   *)
EXTENDS Combinator
=============================================================================
