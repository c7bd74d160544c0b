----------------------------- MODULE TraceWords -----------------------------
(* What a batch of recorded runs puts in the place of words of State: the constants, which differ from run to  *)
(* run and from line to line, and the words for reasons, which here carry the time and the place of the        *)
(* message in the order of all messages of the run. flatten.awk puts each definition where State has one of    *)
(* that name, and the others in the place of the constants.                                                    *)
EXTENDS TraceBatch, State

VARIABLES trace, cursor

\* The run, its line that comes next, and whether all lines were taken.
Run == Traces[trace]
AtEnd == cursor > Len(Run.steps)
Line == Run.steps[cursor]

MaxTasks == Run.maxTasks
MaxRegions == Run.maxRegions
MaxObligations == Run.maxObligations
MaxFinalizers == 2147483647
MaskUnits == Run.maskUnits
MaskDepth == Run.maskDepth
FinalizerPolls == Run.finalizerPolls
SpawnPolls == Line.polls
SpawnCost == Line.cost
CancelTasks == 1..MaxTasks
CancelRegions == 1..MaxRegions
ObligationKinds == {"SendPermit", "Ack", "Lease", "IoOp"}
Costs == {}
Dropped == {}

Asked(kind, region, task) == <<[kind |-> kind, region |-> region, task |-> task, at |-> 0, word |-> 0]>>
Below(rho, region, task) ==
    <<[kind |-> "ParentCancelled", region |-> region, task |-> task, at |-> rho[1].at, word |-> 0]>> \o rho

AtMost(a, b) ==
    IF a = <<>> \/ b = <<>>                               THEN a = <<>>
    ELSE IF KindRank[a[1].kind] # KindRank[b[1].kind]     THEN KindRank[a[1].kind] < KindRank[b[1].kind]
    ELSE IF Tail(a) # Tail(b)                             THEN AtMost(Tail(a), Tail(b))
    ELSE IF a[1].at # b[1].at                             THEN a[1].at > b[1].at
    ELSE IF a[1].region # b[1].region                     THEN a[1].region > b[1].region
    ELSE IF a[1].task # b[1].task                         THEN a[1].task > b[1].task
    ELSE a[1].word >= b[1].word

Allowance(rho) == IF rho = <<>> THEN Unlimited ELSE Run.allowance[rho[Len(rho)].kind]
=============================================================================
