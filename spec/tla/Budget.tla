------------------------------- MODULE Budget -------------------------------
(* Quotas are charged here and nowhere else, and only where they are limited; what runs out while a task runs  *)
(* becomes a request that the task addresses to itself. Quotas never grow, and unlimited ones stay so          *)
(* (QuotaNeverGrows, UnlimitedStays).                                                                          *)
EXTENDS Cancel

\* A quota that ran out while t was Running is a request that t addresses to itself.
Exhausted(s, t, kind) == CancelTask(s, t, Asked(kind, tasks[t].region, t), FALSE)

ChargePoll(t) ==
    /\ KnownTask(t)
    /\ LET cleaning == tasks[t].phase = "Cancelling"
           quota    == IF cleaning THEN tasks[t].cleanup ELSE tasks[t].polls
           rest     == IF Holds("SpendQuota") THEN quota - 1 ELSE quota
       IN  /\ Holds("TaskActive")   => Active(t)
           /\ Holds("QuotaLimited") => quota # Unlimited
           /\ Holds("QuotaLeft")    => (quota = 0 => (tasks[t].phase = "Running" /\ tasks[t].role # "Finalizer"))
           /\ Becomes(IF quota = 0  THEN Exhausted(Sigma, t, "PollQuota")
                      ELSE IF cleaning THEN [Sigma EXCEPT !.tasks[t].cleanup = rest]
                      ELSE [Sigma EXCEPT !.tasks[t].polls = rest])

ChargeCost(t, n) ==
    /\ KnownTask(t)
    /\ Holds("TaskActive")   => Active(t)
    /\ Holds("CostValid")    => n >= 1
    /\ Holds("QuotaLimited") /\ Holds("ChargeCost.QuotaLimited") => tasks[t].cost # Unlimited
    /\ LET s1   == [Sigma EXCEPT !.tasks[t].cost = Max(@ - n, 0)]
           over == n > tasks[t].cost /\ tasks[t].phase = "Running" /\ tasks[t].role # "Finalizer"
       IN  Becomes(IF over THEN Exhausted(s1, t, "CostBudget") ELSE s1)
=============================================================================
