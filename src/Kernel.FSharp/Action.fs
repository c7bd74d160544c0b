namespace Asupersync.Kernel

/// What a failing child does to its region.
type Policy =
    /// The first failure cancels the region.
    | FailFast = 0
    /// Failures are collected; nobody is cancelled for them.
    | CollectAll = 1

/// What an obligation is about.
type ObligationKind =
    /// The right to put one item into a channel.
    | SendPermit = 0
    /// The duty to acknowledge one received item.
    | Ack = 1
    /// A right that has to be given back.
    | Lease = 2
    /// An I/O operation under way.
    | IoOp = 3

/// One application of a rule: its name and its arguments, in the order of docs/semantics.md. Fresh identifiers are arguments
/// too, so that an action determines its result.
type Action =
    | Spawn of task: TaskId * region: RegionId * child: TaskId * budget: Budget
    | Start of task: TaskId
    | Complete of task: TaskId * outcome: Outcome
    | CancelRequest of by: TaskId * target: Target * reason: CancelReason
    | Checkpoint of task: TaskId
    | CheckpointMasked of task: TaskId
    | MaskEnter of task: TaskId * units: int
    | MaskExit of task: TaskId
    | Drain of task: TaskId
    | Finalize of task: TaskId
    | ChargePoll of task: TaskId
    | ChargeCost of task: TaskId * cost: int64
    | Reserve of task: TaskId * obligation: ObligationId * kind: ObligationKind
    | Commit of task: TaskId * obligation: ObligationId
    | Abort of task: TaskId * obligation: ObligationId
    | Transfer of task: TaskId * obligation: ObligationId * receiver: TaskId
    | OpenRegion of task: TaskId * region: RegionId * body: TaskId * policy: Policy * budget: Budget
    | Defer of task: TaskId
    | CloseBegin of region: RegionId
    | CloseCancelChildren of region: RegionId
    | CloseChildrenDone of region: RegionId
    | CloseRunFinalizer of region: RegionId * finalizer: TaskId
    | CloseComplete of region: RegionId
    | JoinBlock of waiter: TaskId * target: TaskId
    | JoinReady of waiter: TaskId * target: Target

    /// The rule that this applies.
    member this.Rule =
        match this with
        | Spawn _ -> RuleName.Spawn
        | Start _ -> RuleName.Start
        | Complete _ -> RuleName.Complete
        | CancelRequest _ -> RuleName.CancelRequest
        | Checkpoint _ -> RuleName.Checkpoint
        | CheckpointMasked _ -> RuleName.CheckpointMasked
        | MaskEnter _ -> RuleName.MaskEnter
        | MaskExit _ -> RuleName.MaskExit
        | Drain _ -> RuleName.Drain
        | Finalize _ -> RuleName.Finalize
        | ChargePoll _ -> RuleName.ChargePoll
        | ChargeCost _ -> RuleName.ChargeCost
        | Reserve _ -> RuleName.Reserve
        | Commit _ -> RuleName.Commit
        | Abort _ -> RuleName.Abort
        | Transfer _ -> RuleName.Transfer
        | OpenRegion _ -> RuleName.OpenRegion
        | Defer _ -> RuleName.Defer
        | CloseBegin _ -> RuleName.CloseBegin
        | CloseCancelChildren _ -> RuleName.CloseCancelChildren
        | CloseChildrenDone _ -> RuleName.CloseChildrenDone
        | CloseRunFinalizer _ -> RuleName.CloseRunFinalizer
        | CloseComplete _ -> RuleName.CloseComplete
        | JoinBlock _ -> RuleName.JoinBlock
        | JoinReady _ -> RuleName.JoinReady

/// Something a step did beyond what its action says, atomically with it.
[<Struct>]
type Consequence =
    {
        /// Leak, Abort or CancelRequest.
        Rule: RuleName
        /// The obligation, task or region it happened to.
        Subject: int64
        /// True when the subject is a region.
        OnRegion: bool
    }

    /// Leak(o3), Abort(o1), CancelRequest(r2).
    override this.ToString() =
        let letter =
            match this.Rule with
            | RuleName.CancelRequest -> if this.OnRegion then "r" else "t"
            | _ -> "o"

        $"{this.Rule}({letter}{this.Subject})"

/// What the driver must do after a step.
type EffectKind =
    /// The task can be polled, or has news to take.
    | Schedule = 1
    /// A request reached the task: wake it, trip its token.
    | CancelDelivered = 2
    /// A request reached the region.
    | CancelledRegion = 3
    /// The task saw the request.
    | Acknowledged = 4
    /// The task ended: publish its outcome.
    | TaskCompleted = 5
    /// The region may be able to move up a rung.
    | Advance = 6
    /// Run the finalizer with this number in a finalizer task.
    | RunFinalizer = 7
    /// The region closed: publish its outcome.
    | RegionClosed = 8
    /// An obligation was leaked: a program bug to report.
    | Leaked = 9
    /// The kernel aborted an obligation its holder did not resolve: give back what it stands for.
    | KernelAborted = 10

/// An effect; which of the fields mean something depends on the kind.
[<Struct>]
type Effect =
    {
        /// What is to be done.
        Kind: EffectKind
        /// The task concerned.
        Task: TaskId
        /// The region concerned.
        Region: RegionId
        /// The obligation, or the number of the finalizer.
        Number: int64
    }

/// Makers of effects and consequences.
[<RequireQualifiedAccess>]
module Effect =

    /// An effect on a task.
    let onTask kind task =
        { Kind = kind; Task = task; Region = 0L<regionId>; Number = 0L }

    /// An effect on a region.
    let onRegion kind region =
        { Kind = kind; Task = 0L<taskId>; Region = region; Number = 0L }

    /// An effect on an obligation of a task.
    let onObligation kind task (obligation: ObligationId) =
        { Kind = kind
          Task = task
          Region = 0L<regionId>
          Number = int64 obligation }
