----------------------------- MODULE Properties -----------------------------
(* What holds in every reachable state (first part) and of every step (second part). A step property P is an   *)
(* action predicate; the formula a model checks is PAlways. Variables are otherwise untouched here.            *)
EXTENDS State, FiniteSets

Regions     == 1..Len(regions)
Tasks       == 1..Len(tasks)
Obligations == 1..Len(obligations)

OwnershipTree ==
    \A r \in Regions :
        IF r = 1 THEN regions[r].owner = 0
        ELSE /\ regions[r].owner \in Tasks
             /\ tasks[regions[r].owner].region < r
             /\ regions[r].phase # "Closed" => /\ Live(regions[r].owner)
                                               /\ tasks[regions[r].owner].waits = <<"r", r>>

SingleOwner ==
    /\ \A t \in Tasks : tasks[t].region \in Regions
    /\ \A r \in Regions : {t \in TasksOf(r) : tasks[t].role = "Body"} = {regions[r].body}

Quiescence ==
    \A r \in Regions : regions[r].phase = "Closed" =>
        /\ \A t \in TasksOf(r) : ~Live(t)
        /\ \A s \in Regions : regions[s].owner \in TasksOf(r) => regions[s].phase = "Closed"
        /\ \A o \in Obligations : obligations[o].holder \in TasksOf(r) => obligations[o].phase # "Reserved"
        /\ regions[r].finalizers = 0

CancelReaches ==
    /\ \A t \in Tasks :
         regions[tasks[t].region].reason # <<>> /\ Live(t) /\ tasks[t].role # "Finalizer" => IsCancelled(t)
    /\ \A t \in Tasks : IsCancelled(t) /\ WaitsForRegion(t) =>
         LET s == tasks[t].waits[2] IN regions[s].reason # <<>> \/ regions[s].phase = "Closed"

CancelledRegionNotOpen == \A r \in Regions : regions[r].reason # <<>> => regions[r].phase # "Open"

ReservedHasLiveHolder ==
    \A o \in Obligations : obligations[o].phase = "Reserved" => Live(obligations[o].holder)

LeakMeansBug ==
    \A o \in Obligations : obligations[o].phase = "Leaked" =>
        (tasks[obligations[o].holder].outcome.sev \in {"Ok", "Err"} /\ ~Live(obligations[o].holder))

MaskBounded ==
    \A t \in Tasks : /\ tasks[t].mask \in 0..MaskUnits
                     /\ tasks[t].depth \in 0..MaskDepth
                     /\ tasks[t].depth = 0 => tasks[t].mask = 0

\* Running with a reason would be a start after the request.
NeverStarted ==
    \A t \in Tasks : /\ ~tasks[t].started => tasks[t].outcome.sev \in {"None", "Cancelled"}
                     /\ tasks[t].phase = "Running" => (tasks[t].started /\ tasks[t].reason = <<>>)

OutcomeIffCompleted ==
    /\ \A t \in Tasks : tasks[t].outcome.sev # "None" <=> ~Live(t)
    /\ \A r \in Regions : regions[r].outcome.sev # "None" <=> regions[r].phase = "Closed"

ExternalNeverOk ==
    \A r \in Regions : regions[r].phase = "Closed" /\ regions[r].external =>
        regions[r].outcome.sev \in {"Cancelled", "Panicked"}

CleanupTight == \A t \in Tasks : IsCancelled(t) => tasks[t].cleanup <= Allowance(tasks[t].reason)

NoWaitOnFinished ==
    \A t \in Tasks : ~Idle(t) =>
        /\ Live(t) /\ tasks[t].started
        /\ tasks[t].waits[1] = "t" => LET u == tasks[t].waits[2]
                                      IN  u # t /\ ~(WaitsForRegion(u) /\ Inside(t, tasks[u].waits[2]))

\* A finalizer has a quota of its own.
BudgetNested ==
    /\ \A t \in Tasks : tasks[t].role # "Finalizer" =>
         LET home == regions[tasks[t].region] IN tasks[t].polls <= home.polls /\ tasks[t].cost <= home.cost
    /\ \A r \in Regions : r # 1 =>
         LET around == regions[tasks[regions[r].owner].region]
         IN  regions[r].polls <= around.polls /\ regions[r].cost <= around.cost

BodyEndsFirst ==
    \A r \in Regions : regions[r].phase # "Open" /\ regions[r].reason = <<>> => ~Live(regions[r].body)

FinalizingAlone ==
    \A r \in Regions : regions[r].phase = "Finalizing" =>
        LET live == {t \in TasksOf(r) : Live(t)}
        IN  Cardinality(live) <= 1 /\ \A t \in live : tasks[t].role = "Finalizer"

FailedIn(r) == \E t \in TasksOf(r) : tasks[t].role # "Finalizer" /\ tasks[t].outcome.sev \in {"Err", "Panicked"}

\* The second part: of a region that got past Closing.
FailureCancels ==
    /\ \A r \in Regions : (regions[r].policy = "FailFast" /\ FailedIn(r)) =>
         (regions[r].reason # <<>> /\ regions[r].trigger # 0)
    /\ \A r \in Regions : (/\ regions[r].phase \in {"Draining", "Finalizing", "Closed"}
                            /\ tasks[regions[r].body].outcome.sev \in {"Err", "Cancelled", "Panicked"}) =>
         regions[r].reason # <<>>

OutcomeCounts ==
    \A r \in Regions : regions[r].phase = "Closed" /\ regions[r].outcome # NoOutcome =>
        \A t \in TasksOf(r) :
            \/ tasks[t].observed
            \/ tasks[t].outcome.sev = "Cancelled" /\ tasks[t].echo
            \/ SeverityRank[tasks[t].outcome.sev] <= SeverityRank[regions[r].outcome.sev]

ObservedIsCompleted == \A t \in Tasks : tasks[t].observed => ~Live(t)

TriggerIsFailure ==
    \A r \in Regions : LET t == regions[r].trigger
                       IN  t # 0 => /\ regions[r].policy = "FailFast"
                                    /\ tasks[t].region = r /\ tasks[t].role # "Finalizer"
                                    /\ tasks[t].outcome.sev \in {"Err", "Panicked"}

\* That they have a reason at all is CancelReaches.
ReasonReaches ==
    \A t \in Tasks : Live(t) /\ tasks[t].role # "Finalizer" /\ tasks[t].reason # <<>> =>
        /\ AtMost(regions[tasks[t].region].reason, tasks[t].reason)
        /\ WaitsForRegion(t) =>
             LET s == regions[tasks[t].waits[2]]
             IN  s.phase = "Closed" \/ s.reason = <<>> \/ AtMost(Below(tasks[t].reason, tasks[t].region, t), s.reason)

----------------------------------------------------------------------------

ClosingMonotone ==
    \A r \in Regions : \/ regions'[r].phase = regions[r].phase
                       \/ \E i \in 1..4 : /\ regions[r].phase = RegionPhases[i]
                                          /\ regions'[r].phase = RegionPhases[i + 1]

PhaseSteps ==
    {<<"Created", "Running">>, <<"Created", "CancelRequested">>,
     <<"Running", "CancelRequested">>, <<"Running", "Completed">>,
     <<"CancelRequested", "Cancelling">>, <<"CancelRequested", "Completed">>,
     <<"Cancelling", "Finalizing">>, <<"Cancelling", "Completed">>, <<"Finalizing", "Completed">>}

TaskPhaseGraph ==
    \A t \in Tasks : tasks'[t].phase # tasks[t].phase => <<tasks[t].phase, tasks'[t].phase>> \in PhaseSteps

ResolvedOnce ==
    \A o \in Obligations : obligations[o].phase # "Reserved" => obligations'[o].phase = obligations[o].phase

ReasonNeverWeakens ==
    /\ \A r \in Regions : AtMost(regions[r].reason, regions'[r].reason)
    /\ \A t \in Tasks : AtMost(tasks[t].reason, tasks'[t].reason)

QuotaNeverGrows ==
    \A t \in Tasks : /\ tasks'[t].polls <= tasks[t].polls
                     /\ tasks'[t].cost <= tasks[t].cost
                     /\ tasks'[t].cleanup <= tasks[t].cleanup

MaskOnlySpent == \A t \in Tasks : IsCancelled(t) => tasks'[t].mask <= tasks[t].mask

FinalIsFinal ==
    /\ \A t \in Tasks : ~Live(t) => tasks'[t] = [tasks[t] EXCEPT !.observed = tasks'[t].observed]
    /\ \A r \in Regions : regions[r].phase = "Closed" => regions'[r] = regions[r]

AcknowledgedEndsCancelled ==
    \A t \in Tasks : tasks[t].phase \in {"Cancelling", "Finalizing"} /\ tasks'[t].phase = "Completed" =>
        tasks'[t].outcome.sev \in {"Cancelled", "Panicked"}

\* Who may do something: a task that is active and waits for nothing.
Acts(t)      == Active(t) /\ Idle(t)
Runs(t)      == Acts(t) /\ tasks[t].phase = "Running"
Completes(t) == Live(t) /\ tasks'[t].phase = "Completed"

HolderResolves ==
    \A o \in 1..Len(obligations') :
        LET holder == IF o \in Obligations THEN obligations[o].holder ELSE obligations'[o].holder
            same   == /\ o \in Obligations
                      /\ obligations[o].phase = "Reserved"
                            => obligations'[o].phase = "Reserved" /\ obligations'[o].holder = holder
        IN  same \/ Acts(holder) \/ Completes(holder)

MaskDefers ==
    \A t \in Tasks : tasks[t].phase = "CancelRequested" /\ tasks'[t].phase = "Cancelling" => tasks[t].mask = 0

SectionsByActive ==
    \A t \in Tasks : LET old == tasks[t]
                         new == tasks'[t]
                     IN  \/ new.mask = old.mask /\ new.depth = old.depth
                         \/ new.phase # old.phase /\ new.phase \in {"Finalizing", "Completed"}
                         \/ Acts(t) /\ (new.depth # old.depth \/ old.phase = "CancelRequested")

SectionsBeginUnasked ==
    \A t \in Tasks : tasks[t].depth = 0 /\ tasks'[t].depth # 0 => tasks[t].phase # "CancelRequested"

NoLateFinalizer ==
    \A r \in Regions : regions'[r].finalizers > regions[r].finalizers =>
        regions[r].phase \in {"Open", "Closing", "Draining"} /\ \E t \in TasksOf(r) : Acts(t)

OpenerRunning ==
    /\ \A r \in (Len(regions) + 1)..Len(regions') : Runs(regions'[r].owner)
    /\ \A t \in (Len(tasks) + 1)..Len(tasks') : tasks'[t].role = "Child" => \E u \in Tasks : Runs(u)

UnlimitedStays ==
    \A t \in Tasks : LET old == tasks[t]
                         new == tasks'[t]
                     IN  /\ old.polls = Unlimited => new.polls = Unlimited
                         /\ old.cost = Unlimited => new.cost = Unlimited
                         /\ old.cleanup = Unlimited /\ new.reason = old.reason => new.cleanup = Unlimited

\* The reason a body failed with is not asked for by anybody.
AskedFromInside ==
    \A r \in Regions : regions'[r].reason # regions[r].reason =>
        \/ regions'[r].external
        \/ regions[r].phase = "Closing" /\ regions'[r].phase = "Draining"
        \/ \E t \in Tasks : Acts(t) /\ Inside(t, r)
        \/ \E t \in TasksOf(r) : Completes(t)

WaitsForOutcome ==
    \A w \in Tasks : tasks'[w].waits # tasks[w].waits =>
        /\ tasks'[w].waits # <<>> /\ tasks'[w].waits[1] = "t" => Acts(w) /\ Live(tasks'[w].waits[2])
        /\ tasks[w].waits # <<>> /\ tasks[w].waits[1] = "t" =>
             \/ tasks[w].phase = "CancelRequested" /\ tasks'[w].phase = "Cancelling"
             \/ LET x == tasks'[tasks[w].waits[2]] IN x.phase = "Completed" /\ x.observed

\* Not an echo of what the region itself asked for.
IsNews(t) == ~tasks[t].observed /\ ~(tasks[t].outcome.sev = "Cancelled" /\ tasks[t].echo)

\* As severe as what counts, and no more severe than the worst of it.
OutcomeEarned ==
    \A r \in Regions : regions[r].phase # "Closed" /\ regions'[r].phase = "Closed" =>
        LET sev     == regions'[r].outcome.sev
            body    == tasks[regions[r].body].outcome.sev
            trigger == regions[r].trigger
            excused == trigger # 0 /\ body = "Cancelled"
        IN  /\ trigger # 0 => SeverityRank[tasks[trigger].outcome.sev] <= SeverityRank[sev]
            /\ ~excused => SeverityRank[body] <= SeverityRank[sev]
            /\ \/ sev = "Ok"
               \/ sev = "Cancelled" /\ regions[r].external
               \/ trigger # 0 /\ tasks[trigger].outcome.sev = sev
               \/ ~excused /\ body = sev
               \/ \E t \in TasksOf(r) : tasks[t].outcome.sev = sev /\ IsNews(t)

BornInPhase ==
    /\ \A t \in (Len(tasks) + 1)..Len(tasks') :
         /\ tasks'[t].role = "Child" => regions[tasks'[t].region].phase = "Open"
         /\ tasks'[t].role = "Finalizer" => regions[tasks'[t].region].phase = "Finalizing"
    /\ \A r \in (Len(regions) + 1)..Len(regions') : regions[tasks[regions'[r].owner].region].phase = "Open"

TriggerStays == \A r \in Regions : regions[r].trigger # 0 => regions'[r].trigger = regions[r].trigger

AcknowledgedIsFree ==
    \A t \in Tasks : tasks[t].phase # "Cancelling" /\ tasks'[t].phase = "Cancelling" => tasks'[t].waits = <<>>

DrainedUnmasked ==
    \A t \in Tasks : tasks'[t].phase \in {"Finalizing", "Completed"} => tasks'[t].mask = 0 /\ tasks'[t].depth = 0

ClosingMonotoneAlways           == [][ClosingMonotone]_vars
TaskPhaseGraphAlways            == [][TaskPhaseGraph]_vars
ResolvedOnceAlways              == [][ResolvedOnce]_vars
ReasonNeverWeakensAlways        == [][ReasonNeverWeakens]_vars
QuotaNeverGrowsAlways           == [][QuotaNeverGrows]_vars
MaskOnlySpentAlways             == [][MaskOnlySpent]_vars
FinalIsFinalAlways              == [][FinalIsFinal]_vars
AcknowledgedEndsCancelledAlways == [][AcknowledgedEndsCancelled]_vars
HolderResolvesAlways            == [][HolderResolves]_vars
MaskDefersAlways                == [][MaskDefers]_vars
SectionsByActiveAlways          == [][SectionsByActive]_vars
SectionsBeginUnaskedAlways      == [][SectionsBeginUnasked]_vars
NoLateFinalizerAlways           == [][NoLateFinalizer]_vars
OpenerRunningAlways             == [][OpenerRunning]_vars
UnlimitedStaysAlways            == [][UnlimitedStays]_vars
AskedFromInsideAlways           == [][AskedFromInside]_vars
WaitsForOutcomeAlways           == [][WaitsForOutcome]_vars
OutcomeEarnedAlways             == [][OutcomeEarned]_vars
BornInPhaseAlways               == [][BornInPhase]_vars
TriggerStaysAlways              == [][TriggerStays]_vars
AcknowledgedIsFreeAlways        == [][AcknowledgedIsFree]_vars
DrainedUnmaskedAlways           == [][DrainedUnmasked]_vars
=============================================================================
