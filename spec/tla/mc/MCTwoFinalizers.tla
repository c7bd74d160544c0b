--------------------------- MODULE MCTwoFinalizers ---------------------------
(* A region that runs two finalizers, one after the other, also when the first one fails; the third task may    *)
(* hold an obligation, as the child of the body or as a finalizer. All of Properties is checked.                *)
EXTENDS Asupersync
=============================================================================
