----------------------------- MODULE TraceBatch -----------------------------
(* Recorded runs, made by asupersync validate. *)
EXTENDS Integers, Sequences

\* 1 4 4 kept
T1 ==
    [control |-> FALSE, policy |-> "FailFast", polls |-> 2147483647, cost |-> 2147483647, maskUnits |-> 1000, maskDepth |-> 64, finalizerPolls |-> 100, allowance |-> [User |-> 1000, Timeout |-> 500, Deadline |-> 500, PollQuota |-> 300, CostBudget |-> 300, FailFast |-> 200, RaceLost |-> 200, LinkedExit |-> 200, ParentCancelled |-> 200, ResourceUnavailable |-> 200, Shutdown |-> 50], maxTasks |-> 2, maxRegions |-> 1, maxObligations |-> 0, steps |-> <<
      [rule |-> "Start", task |-> 1, rs |-> <<>>, ts |-> <<[id |-> 1, set |-> [phase |-> "Running", started |-> TRUE]]>>, os |-> <<>>],
      [rule |-> "Spawn", task |-> 1, region |-> 1, child |-> 2, polls |-> 2147483647, cost |-> 2147483647, rs |-> <<>>, ts |-> <<[id |-> 2, set |-> [cost |-> 2147483647, polls |-> 2147483647, region |-> 1, role |-> "Child"]]>>, os |-> <<>>],
      [rule |-> "CancelRequest", by |-> 0, target |-> <<"t", 2>>, kind |-> "User", reason |-> <<[kind |-> "User", region |-> 0, task |-> 0, at |-> 1, word |-> 1]>>, rs |-> <<>>, ts |-> <<[id |-> 2, set |-> [cleanup |-> 1000, phase |-> "CancelRequested", reason |-> <<[kind |-> "User", region |-> 0, task |-> 0]>>]]>>, os |-> <<>>],
      [rule |-> "Complete", task |-> 1, outcome |-> "Ok", reason |-> <<>>, rs |-> <<>>, ts |-> <<[id |-> 1, set |-> [outcome |-> [reason |-> <<>>, sev |-> "Ok"], phase |-> "Completed"]]>>, os |-> <<>>]>>]

Traces == <<
    T1>>
=============================================================================
