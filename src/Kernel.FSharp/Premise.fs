namespace Asupersync.Kernel

/// Everything a rule relies on, by name: the guards, and the named clauses of Next. A store can be told to let one of them
/// go (<see cref="M:Asupersync.Kernel.IStore`1.Holds"/>), which is how faults are planted. The names are those of
/// docs/semantics.md and of the TLA+ specification; the number is the stable code of a refusal.
type Premise =
    /// Nothing failed.
    | None = 0
    // Guards.
    | KnownTask = 1
    | KnownRegion = 2
    | KnownObligation = 3
    | FreshId = 4
    | BudgetValid = 5
    | TaskActive = 6
    | TaskNotWaiting = 7
    | SpawnerRunning = 8
    | RegionOpen = 9
    | TaskCreated = 10
    | OutcomeFitsPhase = 11
    | AskerActive = 12
    | TargetNotFinished = 13
    | CancelPending = 14
    | NotMasked = 15
    | WaitInterruptible = 16
    | MaskLeft = 17
    | MaskUnitsInRange = 18
    | MaskDepthLeft = 19
    | NoPendingCancel = 20
    | InsideMask = 21
    | Acknowledged = 22
    | Drained = 23
    | QuotaLimited = 24
    | QuotaLeft = 25
    | CostValid = 26
    | IsReserved = 27
    | IsHolder = 28
    | ReceiverLive = 29
    | ReceiverDiffers = 30
    | AcceptsFinalizers = 31
    | BodyCompleted = 32
    | RegionClosing = 33
    | RegionDraining = 34
    | ChildrenCompleted = 35
    | RegionFinalizing = 36
    | FinalizersLeft = 37
    | FinalizersRun = 38
    | NotAncestor = 39
    | TargetFinished = 40
    | WaitingForIt = 41
    // Clauses of Next.
    | KeepStrongest = 101
    | TightenCleanup = 102
    | RememberExternal = 103
    | CancelCloses = 104
    | CancelReachesTasks = 105
    | CancelReachesRegions = 106
    | ResolveHeld = 107
    | FailFastCancels = 108
    | MeetBudget = 109
    | SpendMask = 110
    | MaskOnlyOutermost = 111
    | ClearMask = 112
    | SpendQuota = 113
    | OwnerWaits = 114
    | FailedBodyCancels = 115
    | CountUnobserved = 116
    | ExternalFloor = 117
    | MarkObserved = 118
    | SpawnsChild = 119
    | TaskStarted = 120
    | RequestOnce = 121
    | CleanupOnlyShrinks = 122
    | CompletedStays = 123
    | AbortHeld = 124
    | RecordOutcome = 125
    | AddsLink = 126
    | FirstTriggers = 127
    | NotFinalizers = 128
    | OnlyFailures = 129
    | OnlyFailFast = 130
    | StopsWaiting = 131
    | LeavesSections = 132
    | CountTrigger = 133
    | CountBody = 134
    | ExcuseBody = 135
    | CountOutsiders = 136

/// The rules, by name.
type RuleName =
    | Spawn = 1
    | Start = 2
    | Complete = 3
    | CancelRequest = 4
    | Checkpoint = 5
    | CheckpointMasked = 6
    | MaskEnter = 7
    | MaskExit = 8
    | Drain = 9
    | Finalize = 10
    | ChargePoll = 11
    | ChargeCost = 12
    | Reserve = 13
    | Commit = 14
    | Abort = 15
    | Leak = 16
    | Transfer = 17
    | OpenRegion = 18
    | Defer = 19
    | CloseBegin = 20
    | CloseCancelChildren = 21
    | CloseChildrenDone = 22
    | CloseRunFinalizer = 23
    | CloseComplete = 24
    | JoinBlock = 25
    | JoinReady = 26

/// Words for people about premises.
[<RequireQualifiedAccess>]
module Premise =

    /// Every guard, in order of number.
    let guards = [ for number in 1..41 -> enum<Premise> number ]

    /// Every clause of Next, in order of number.
    let clauses = [ for number in 101..136 -> enum<Premise> number ]

    /// The stable code of a refusal by a guard, for example ASUP1009 for RegionOpen.
    let code (premise: Premise) = $"ASUP1{int premise:D3}"

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | Premise.KnownTask -> "there is no such task; use the identifier the runtime gave"
        | Premise.KnownRegion -> "there is no such region; use the identifier the runtime gave"
        | Premise.KnownObligation -> "there is no such obligation; use the identifier the runtime gave"
        | Premise.FreshId -> "a new record takes the next identifier; the trace skips or repeats one"
        | Premise.BudgetValid -> "a budget has no negative part and a priority from 0 to 255; correct the budget"
        | Premise.TaskActive ->
            "the task is not running: it has not started, or has ended; act from a task that is running"
        | Premise.TaskNotWaiting ->
            "the task already waits for a task or region; one task waits for one thing, so spawn a child to overlap"
        | Premise.SpawnerRunning ->
            "the task was cancelled, so it starts nothing new; let clean-up finish, or spawn before the request arrives"
        | Premise.RegionOpen ->
            "the region has begun to close, so it takes no new work; spawn into a region that is open"
        | Premise.TaskCreated -> "the task was started already, or was cancelled before its start"
        | Premise.OutcomeFitsPhase ->
            "the task acknowledged its cancellation, so it ends cancelled; end it by Drain and Finalize"
        | Premise.AskerActive -> "the asking task is not running; ask from a running task or as the environment"
        | Premise.TargetNotFinished ->
            "the target has ended, or is a finalizer; there is nothing left to cancel or await"
        | Premise.CancelPending -> "no cancel request is pending for the task"
        | Premise.NotMasked -> "the task is in a masked section; the request waits until its units are spent"
        | Premise.WaitInterruptible -> "the task waits for the region it opened and goes on when that is closed"
        | Premise.MaskLeft -> "the mask is spent; the next checkpoint acknowledges"
        | Premise.MaskUnitsInRange ->
            "a masked section defers at least one checkpoint and at most the limit; correct the number"
        | Premise.MaskDepthLeft -> "masked sections are nested too deep; leave some first"
        | Premise.NoPendingCancel -> "a cancel request is pending; pass a checkpoint before a masked section begins"
        | Premise.InsideMask -> "the task is in no masked section; leave a section only once"
        | Premise.Acknowledged -> "the task has not acknowledged a cancellation"
        | Premise.Drained -> "the task's clean-up has not ended"
        | Premise.QuotaLimited -> "the quota is unlimited, so nothing is charged"
        | Premise.QuotaLeft -> "the clean-up allowance is spent; escalate, and let the task go on"
        | Premise.CostValid -> "a charge is at least 1"
        | Premise.IsReserved -> "the obligation was committed, aborted or leaked already; resolve it once"
        | Premise.IsHolder -> "another task holds the obligation; resolve it there, or transfer it first"
        | Premise.ReceiverLive -> "the receiver has ended; transfer to a task that is alive"
        | Premise.ReceiverDiffers -> "the receiver holds it already"
        | Premise.AcceptsFinalizers -> "the region runs its finalizers already; defer earlier"
        | Premise.BodyCompleted -> "the region's body has not ended"
        | Premise.RegionClosing -> "the region is not at the rung Closing"
        | Premise.RegionDraining -> "the region is not at the rung Draining"
        | Premise.ChildrenCompleted -> "some task of the region is still alive"
        | Premise.RegionFinalizing -> "the region is not at the rung Finalizing"
        | Premise.FinalizersLeft -> "the region has no finalizer left to run"
        | Premise.FinalizersRun -> "the region has finalizers left to run"
        | Premise.NotAncestor ->
            "the target waits for a region this task is in, so both would wait for ever; await something below you"
        | Premise.TargetFinished -> "the target has not ended"
        | Premise.WaitingForIt -> "the task does not wait for it, or its outcome was taken already"
        | _ -> "not a guard"

/// "The spec says no": which rule, and its first guard that failed. The state is untouched.
[<Struct>]
type Refusal =
    {
        /// The rule that was asked for.
        Rule: RuleName
        /// The guard that failed.
        Premise: Premise
    }

    /// The stable code, for example ASUP1009 for RegionOpen.
    member this.Code = Premise.code this.Premise

    /// Spawn refused: RegionOpen (ASUP1009).
    override this.ToString() =
        $"{this.Rule} refused: {this.Premise} ({this.Code})"
