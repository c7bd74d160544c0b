---------------------------- MODULE MCNestedQuota ----------------------------
(* As MCQuota, with a second region, which has what is left of its owner's quotas; its body charges while the   *)
(* owner waits for it. All of Properties is checked.                                                            *)
EXTENDS Asupersync
=============================================================================
