---------------------------- MODULE MCIdempotency ----------------------------
(* Two keys, two fingerprints, and up to three executions, so that a key is used again after it expired.       *)
EXTENDS Idempotency
=============================================================================
