----------------------------- MODULE Combinator -----------------------------
(* A call that runs branches in a region of its own: it is settled once, asks for the end of what then still runs, *)
(* and returns when all of it has ended. A module of its own: one call of one form.                              *)
EXTENDS Integers, Sequences

CONSTANTS
    Form,                    \* "Race", "FirstOk", "JoinAll", "CollectAll" or "Timeout"
    Branches,                \* how many; 1 for a timeout
    Outcomes,                \* severities that a branch ends with
    Rests,                   \* severities of the rest of the region
    Dropped                  \* premises left out on purpose; {} in an honest model

VARIABLES
    phase,                   \* of the call
    branches,                \* of each: phase, outcome, and the kind of cancellation asked of it
    cause,                   \* what settled the call
    decider,                 \* the branch that did, or 0
    cancelled,               \* somebody else cancelled the region
    rest,                    \* what the region ended with, the branches left out
    result                   \* severity, and the branch whose outcome it is, or 0

vars == <<phase, branches, cause, decider, cancelled, rest, result>>

Holds(p)  == p \notin Dropped
BranchIds == 1..Branches
Severity  == [Ok |-> 1, Err |-> 2, Cancelled |-> 3, Panicked |-> 4]
Worse(a, b) == IF Severity[a] >= Severity[b] THEN a ELSE b
KnownBranch(i)  == i \in BranchIds
OutcomeKnown(o) == o \in DOMAIN Severity
IsAt(i, at)     == branches[i].phase = at

LoserKind == CASE Form = "Timeout"                  -> "Timeout"
               [] Form \in {"JoinAll", "CollectAll"} -> "FailFast"
               [] OTHER                             -> "RaceLost"

Decisive(o) == CASE Form = "FirstOk"    -> o \in {"Ok", "Panicked"}
                 [] Form = "JoinAll"    -> o \in {"Err", "Panicked"}
                 [] Form = "CollectAll" -> FALSE
                 [] OTHER               -> TRUE

\* The branches, those that run being asked to cancel.
Asked(all, kind) == [i \in BranchIds |-> IF all[i].phase = "Running" THEN [all[i] EXCEPT !.asked = kind] ELSE all[i]]

\* The call is settled, all being its branches after the step.
Settle(all, by, branch) ==
    IF Holds("SettleOnce") /\ phase # "Open"
    THEN /\ branches' = all
         /\ UNCHANGED <<phase, cause, decider>>
    ELSE /\ branches' = IF Holds("AskLosers") THEN Asked(all, LoserKind) ELSE all
         /\ phase' = "Settled"
         /\ cause' = by
         /\ decider' = branch

BranchStart(i) ==
    /\ KnownBranch(i)
    /\ Holds("NotSettled")    => phase = "Open"
    /\ Holds("BranchWaiting") => IsAt(i, "Waiting")
    /\ Holds("InOrder")       => \A j \in 1..(i - 1) : ~IsAt(j, "Waiting")
    /\ branches' = [branches EXCEPT ![i].phase = "Running"]
    /\ UNCHANGED <<phase, cause, decider, cancelled, rest, result>>

BranchRefused(i) ==
    /\ KnownBranch(i)
    /\ Holds("NotSettled")    => phase = "Open"
    /\ Holds("BranchWaiting") => IsAt(i, "Waiting")
    /\ Holds("InOrder")       => \A j \in 1..(i - 1) : ~IsAt(j, "Waiting")
    /\ Settle(branches, "Refused", 0)
    /\ UNCHANGED <<cancelled, rest, result>>

BranchEnd(i, o) ==
    /\ KnownBranch(i)
    /\ OutcomeKnown(o)
    /\ Holds("BranchRunning") => IsAt(i, "Running")
    /\ LET all     == [branches EXCEPT ![i].phase = "Ended", ![i].outcome = o]
           isLast  == \A j \in BranchIds : all[j].phase = "Ended"
           settles == \/ Holds("DecisiveSettles") /\ (Holds("OnlyDecisive") => Decisive(o))
                      \/ Holds("LastSettles") /\ isLast
       IN IF settles
          THEN Settle(all, "Decided", i)
          ELSE /\ branches' = all
               /\ UNCHANGED <<phase, cause, decider>>
    /\ UNCHANGED <<cancelled, rest, result>>

TimeUp ==
    /\ Holds("HasTimer")   => Form = "Timeout"
    /\ Holds("NotSettled") => phase = "Open"
    /\ Settle(branches, "TimeUp", 0)
    /\ UNCHANGED <<cancelled, rest, result>>

CombinatorCancel ==
    /\ Holds("NotReturned") => phase # "Returned"
    /\ branches' = IF Holds("CancelAsksAll") THEN Asked(branches, "ParentCancelled") ELSE branches
    /\ cancelled' = TRUE
    /\ IF Holds("SettleOnce") /\ phase # "Open"
       THEN UNCHANGED <<phase, cause, decider>>
       ELSE /\ phase' = "Settled"
            /\ cause' = "Cancel"
            /\ decider' = 0
    /\ UNCHANGED <<rest, result>>

Ended(i)    == IsAt(i, "Ended")
Outcome(i)  == branches[i].outcome
Panics      == {i \in BranchIds : Ended(i) /\ Outcome(i) = "Panicked"}
Unasked     == {i \in BranchIds : Ended(i) /\ branches[i].asked = "None"}
FoundOk     == Form = "FirstOk" /\ decider # 0 /\ Outcome(decider) = "Ok"
WorstOf(some) == IF some = {} THEN "Ok"
                 ELSE Outcome(CHOOSE i \in some : \A j \in some : Severity[Outcome(i)] >= Severity[Outcome(j)])

\* The branches whose outcomes make the result.
Counted ==
    LET own == CASE cause # "Decided"                  -> {}
                 [] Form = "CollectAll" /\ Holds("OutcomesAreValues") -> {}
                 [] FoundOk /\ Holds("OkSuffices")     -> {decider}
                 [] ~Holds("KeepWorst")                -> {decider}
                 [] Holds("OnlyUnasked")               -> Unasked
                 [] OTHER                              -> {i \in BranchIds : Ended(i)}
    IN own \union (IF Holds("KeepPanic") THEN Panics ELSE {})

Result(o) ==
    LET made     == IF cause # "Decided" /\ Holds("UndecidedFails") THEN "Err" ELSE "Ok"
        stopped  == IF cancelled /\ Holds("KeepCancel") THEN "Cancelled" ELSE "Ok"
        around   == IF Holds("KeepRest") THEN o ELSE "Ok"
        severity == Worse(WorstOf(Counted), Worse(made, Worse(stopped, around)))
        bearers  == {i \in Counted : Outcome(i) = severity}
    IN [severity |-> severity,
        branch   |-> IF bearers = {} THEN 0
                     ELSE CHOOSE i \in bearers : \A j \in bearers : IF Holds("FirstOfWorst") THEN i <= j ELSE i >= j]

CombinatorReturn(o) ==
    /\ OutcomeKnown(o)
    /\ Holds("IsSettled")  => phase = "Settled"
    /\ Holds("AllDrained") => \A i \in BranchIds : ~IsAt(i, "Running")
    /\ phase' = "Returned"
    /\ rest' = o
    /\ result' = Result(o)
    /\ UNCHANGED <<branches, cause, decider, cancelled>>

Init ==
    /\ phase = "Open"
    /\ branches = [i \in BranchIds |-> [phase |-> "Waiting", outcome |-> "None", asked |-> "None"]]
    /\ cause = "None"
    /\ decider = 0
    /\ cancelled = FALSE
    /\ rest = "None"
    /\ result = [severity |-> "None", branch |-> 0]

Next ==
    \/ \E i \in BranchIds : BranchStart(i)
    \/ \E i \in BranchIds : BranchRefused(i)
    \/ \E i \in BranchIds, o \in Outcomes : BranchEnd(i, o)
    \/ TimeUp
    \/ CombinatorCancel
    \/ \E o \in Rests : CombinatorReturn(o)

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------

IsReturned == phase = "Returned"
\* Nothing beside the branches has a say in the result.
Plain      == IsReturned /\ cause = "Decided" /\ ~cancelled /\ rest = "Ok" /\ Panics = {}

LosersDrained  == IsReturned => \A i \in BranchIds : ~IsAt(i, "Running")
StartedInOrder == \A i \in 2..Branches : ~IsAt(i, "Waiting") => ~IsAt(i - 1, "Waiting")
EndedMeansSettled  == (\A i \in BranchIds : Ended(i)) => phase # "Open"
DecisiveEndSettles == (\E i \in BranchIds : Ended(i) /\ Decisive(Outcome(i))) => phase # "Open"
DeciderDecides ==
    decider # 0 => \/ Decisive(Outcome(decider))
                   \/ \A i \in BranchIds : Ended(i)
OnlyTimeoutsTimeOut == cause = "TimeUp" => Form = "Timeout"
PanicNotLost  == IsReturned /\ Panics # {} => result.severity = "Panicked"
RestNotLost   == IsReturned => Severity[result.severity] >= Severity[rest]
OkMeansDecided == IsReturned /\ result.severity = "Ok" => cause = "Decided"
WinnerIsResult ==
    Plain /\ (Form \in {"Race", "Timeout"} \/ FoundOk)
        => result = [severity |-> Outcome(decider), branch |-> decider]
WorstIsResult ==
    Plain /\ Form \in {"JoinAll", "FirstOk"} /\ ~FoundOk => result.severity = WorstOf(Unasked)
CollectedIsOk == Plain /\ Form = "CollectAll" => result.severity = "Ok"
FirstByOrder ==
    IsReturned /\ result.branch # 0
        => \A i \in 1..(result.branch - 1) : i \in Panics \union Unasked => Outcome(i) # result.severity

\* A step property P is an action predicate; what a model checks is PAlways.
CombinatorPhaseGraph == phase' # phase => <<phase, phase'>> \in {<<"Open", "Settled">>, <<"Settled", "Returned">>}
BranchPhaseGraph ==
    \A i \in BranchIds : branches'[i].phase # branches[i].phase =>
        <<branches[i].phase, branches'[i].phase>> \in {<<"Waiting", "Running">>, <<"Running", "Ended">>}
SettledOnce     == phase # "Open" => UNCHANGED <<cause, decider>>
NoBranchAfterSettled == phase # "Open" => \A i \in BranchIds : IsAt(i, "Waiting") => branches'[i].phase # "Running"
LosersAsked ==
    phase = "Open" /\ phase' # "Open" /\ ~cancelled'
        => \A i \in BranchIds : branches'[i].phase = "Running" => branches'[i].asked # "None"
CancelAsks ==
    cancelled' /\ ~cancelled
        => \A i \in BranchIds : branches'[i].phase = "Running" => branches'[i].asked = "ParentCancelled"
CancelNotLost ==
    phase' = "Returned" /\ ~IsReturned /\ cancelled => result'.severity \in {"Cancelled", "Panicked"}
ReturnIsFinal   == IsReturned => UNCHANGED vars

CombinatorPhaseGraphAlways == [][CombinatorPhaseGraph]_vars
BranchPhaseGraphAlways     == [][BranchPhaseGraph]_vars
SettledOnceAlways          == [][SettledOnce]_vars
NoBranchAfterSettledAlways == [][NoBranchAfterSettled]_vars
LosersAskedAlways          == [][LosersAsked]_vars
CancelAsksAlways           == [][CancelAsks]_vars
CancelNotLostAlways        == [][CancelNotLost]_vars
ReturnIsFinalAlways        == [][ReturnIsFinal]_vars
=============================================================================
