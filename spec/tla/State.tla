------------------------------- MODULE State -------------------------------
(* The state of the runtime, and the words in which the rules speak of it: records of regions, tasks and       *)
(* obligations, outcomes and their join, cancel reasons and their order. Invariant: an identifier is a         *)
(* position in its sequence, sequences only grow, and 0 stands for "none"; TypeOK gives the values of fields.  *)
EXTENDS Integers, Sequences

CONSTANTS
    MaxTasks, MaxRegions, MaxObligations,   \* bounds of the three sequences
    MaxFinalizers,                          \* bound of the finalizers waiting in one region
    MaskUnits, MaskDepth, Units,            \* limits of masked sections; units a section may ask for
    Kinds, Askers,                          \* kinds that are requested, and by whom (0 is the environment)
    CancelTasks, CancelRegions,             \* tasks and regions that requests may name
    Policies, RootPolicy,                   \* "FailFast", "CollectAll"
    Outcomes,                               \* severities a body may end with
    ObligationKinds,
    Reservers, Maskers,                     \* tasks that may reserve, and enter masked sections
    RootPolls, RootCost,                    \* quotas of the root
    SpawnPolls, SpawnCost,                  \* quotas asked for by every Spawn and OpenRegion
    FinalizerPolls,
    Costs,                                  \* amounts charged at once
    LimitedKinds, LimitedAllowance,         \* kinds whose clean-up is limited, and to how many polls
    Dropped                                 \* premises left out on purpose; {} in an honest model. "Rule.Premise" is
                                            \* left out where that rule asks for it, and stays elsewhere

VARIABLES regions, tasks, obligations

vars == <<regions, tasks, obligations>>

Unlimited     == 2147483647
RegionPhases  == <<"Open", "Closing", "Draining", "Finalizing", "Closed">>
TaskPhases    == {"Created", "Running", "CancelRequested", "Cancelling", "Finalizing", "Completed"}
TaskIds       == 1..MaxTasks
RegionIds     == 1..MaxRegions
ObligationIds == 1..MaxObligations
TargetsAmong(ts, rs) == {<<"t", n>> : n \in ts} \cup {<<"r", n>> : n \in rs}
Targets       == TargetsAmong(TaskIds, RegionIds)
CancelTargets == TargetsAmong(CancelTasks, CancelRegions)

Holds(p)  == p \notin Dropped
\* Without "CostValid" a charge may be a refund.
Charges   == IF Holds("CostValid") THEN Costs ELSE Costs \cup {-1}
Min(a, b) == IF a <= b THEN a ELSE b
Max(a, b) == IF a >= b THEN a ELSE b

\* The whole state as one value: what the composed steps pass along, and how an action installs the result.
Sigma      == [regions |-> regions, tasks |-> tasks, obligations |-> obligations]
Becomes(s) == /\ regions' = s.regions
              /\ tasks' = s.tasks
              /\ obligations' = s.obligations

----------------------------------------------------------------------------
\* Cancel reasons: a sequence of links, the newest first, each caused by the next; <<>> is no reason.

KindRank == [User |-> 1, Timeout |-> 2, Deadline |-> 3, PollQuota |-> 4, CostBudget |-> 5, FailFast |-> 6,
             RaceLost |-> 7, LinkedExit |-> 8, ParentCancelled |-> 9, ResourceUnavailable |-> 10, Shutdown |-> 11]

Asked(kind, region, task) == <<[kind |-> kind, region |-> region, task |-> task]>>
Below(rho, region, task)  == Asked("ParentCancelled", region, task) \o rho

\* The kind ranks already ascend with the tiers.
RECURSIVE AtMost(_, _)
AtMost(a, b) ==
    IF a = <<>> \/ b = <<>>                               THEN a = <<>>
    ELSE IF KindRank[a[1].kind] # KindRank[b[1].kind]     THEN KindRank[a[1].kind] < KindRank[b[1].kind]
    ELSE IF Tail(a) # Tail(b)                             THEN AtMost(Tail(a), Tail(b))
    ELSE IF a[1].region # b[1].region                     THEN a[1].region > b[1].region
    ELSE a[1].task >= b[1].task

Strengthen(a, b) == IF AtMost(a, b) THEN b ELSE a

Allowance(rho) ==
    IF rho = <<>> THEN Unlimited
    ELSE IF rho[Len(rho)].kind \in LimitedKinds THEN LimitedAllowance ELSE Unlimited

----------------------------------------------------------------------------
\* Outcomes

SeverityRank   == [None |-> 0, Ok |-> 1, Err |-> 2, Cancelled |-> 3, Panicked |-> 4]
Ended(sev)     == [sev |-> sev, reason |-> <<>>]
CancelledBy(r) == [sev |-> "Cancelled", reason |-> r]
NoOutcome      == Ended("None")
Recorded(o)    == IF Holds("RecordOutcome") THEN o ELSE NoOutcome

JoinOutcomes(a, b) ==
    IF SeverityRank[a.sev] > SeverityRank[b.sev]      THEN a
    ELSE IF SeverityRank[a.sev] < SeverityRank[b.sev] THEN b
    ELSE [sev |-> a.sev, reason |-> Strengthen(a.reason, b.reason)]

----------------------------------------------------------------------------
\* Words used by the rules

KnownTask(t)       == t \in 1..Len(tasks)
KnownRegion(r)     == r \in 1..Len(regions)
KnownObligation(o) == o \in 1..Len(obligations)
\* When "FreshId" is dropped a used identifier is taken again: what it named is overwritten by Put.
FreshId(n, seq)    == n \in 1..(Len(seq) + 1) /\ (Holds("FreshId") => n = Len(seq) + 1)
Put(seq, n, value) == IF n <= Len(seq) THEN [seq EXCEPT ![n] = value] ELSE Append(seq, value)

Live(t)      == tasks[t].phase # "Completed"
IsCancelled(t) == tasks[t].phase \in {"CancelRequested", "Cancelling", "Finalizing"}
Active(t)    == tasks[t].started /\ tasks[t].phase \in {"Running", "CancelRequested", "Cancelling"}
Idle(t)      == tasks[t].waits = <<>>

RECURSIVE Inside(_, _)
Inside(t, r) ==
    IF t = 0 THEN FALSE
    ELSE tasks[t].region = r \/ Inside(regions[tasks[t].region].owner, r)

WaitsForRegion(t) == ~Idle(t) /\ tasks[t].waits[1] = "r"
TasksOf(r)        == {t \in 1..Len(tasks) : tasks[t].region = r}

BudgetValid == SpawnPolls >= 0 /\ SpawnCost >= 0

NewTask(region, role, polls, cost) ==
    [region  |-> region,    role     |-> role,      phase   |-> "Created", started |-> FALSE,
     waits   |-> <<>>,      mask     |-> 0,         depth   |-> 0,         reason  |-> <<>>,
     echo    |-> FALSE,     polls    |-> polls,     cost    |-> cost,      cleanup |-> Unlimited,
     outcome |-> NoOutcome, observed |-> FALSE]

\* The quotas are those at the opening: the owner may spend its own while it waits.
NewRegion(owner, body, policy, polls, cost) ==
    [owner  |-> owner,  body       |-> body, phase   |-> "Open",    reason |-> <<>>,  external |-> FALSE, trigger |-> 0,
     policy |-> policy, finalizers |-> 0,    outcome |-> NoOutcome, polls  |-> polls, cost     |-> cost]

IsReason(rho) == \A i \in 1..Len(rho) : /\ rho[i].kind \in DOMAIN KindRank
                                        /\ rho[i].region \in 0..MaxRegions
                                        /\ rho[i].task \in 0..MaxTasks

TypeOK ==
    /\ \A r \in 1..Len(regions) : LET x == regions[r] IN
         /\ r \in RegionIds /\ x.owner \in 0..MaxTasks /\ x.body \in TaskIds /\ x.trigger \in 0..MaxTasks
         /\ \E i \in 1..Len(RegionPhases) : x.phase = RegionPhases[i]
         /\ IsReason(x.reason) /\ x.external \in BOOLEAN /\ x.policy \in {"FailFast", "CollectAll"}
         /\ x.finalizers \in 0..MaxFinalizers /\ x.polls >= 0 /\ x.cost >= 0 /\ x.outcome.sev \in DOMAIN SeverityRank
    /\ \A t \in 1..Len(tasks) : LET x == tasks[t] IN
         /\ t \in TaskIds /\ x.region \in RegionIds /\ x.role \in {"Body", "Child", "Finalizer"}
         /\ x.phase \in TaskPhases /\ x.started \in BOOLEAN /\ x.waits \in Targets \cup {<<>>}
         /\ IsReason(x.reason) /\ x.echo \in BOOLEAN /\ x.observed \in BOOLEAN
         /\ x.polls >= 0 /\ x.cost >= 0 /\ x.cleanup >= 0 /\ x.outcome.sev \in DOMAIN SeverityRank
    /\ \A o \in 1..Len(obligations) : LET x == obligations[o] IN
         /\ o \in ObligationIds /\ x.kind \in ObligationKinds /\ x.holder \in TaskIds
         /\ x.phase \in {"Reserved", "Committed", "Aborted", "Leaked"}
=============================================================================
