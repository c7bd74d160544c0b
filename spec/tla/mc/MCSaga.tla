------------------------------- MODULE MCSaga -------------------------------
(* Five steps that may fail in two ways, as their compensations may, and an abort at any time.                  *)
EXTENDS Saga
=============================================================================
