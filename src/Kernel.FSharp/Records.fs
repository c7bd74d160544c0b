namespace Asupersync.Kernel

// The records of docs/semantics.md, section 1. Fields under "links" are an index over the others, kept so that rules find
// children, waiters and held obligations without a search; they are no part of Σ, and the invariant LinksAgree ties them to it.
// Every list is in order of identifier.

/// The closing ladder.
type RegionPhase =
    | Open = 0
    | Closing = 1
    | Draining = 2
    | Finalizing = 3
    | Closed = 4

/// Where a task stands.
type TaskPhase =
    | Created = 0
    | Running = 1
    | CancelRequested = 2
    | Cancelling = 3
    | Finalizing = 4
    | Completed = 5

/// What a task is to its region.
type Role =
    | Body = 0
    | Child = 1
    | Finalizer = 2

/// Where an obligation stands.
type ObligationPhase =
    | Reserved = 0
    | Committed = 1
    | Aborted = 2
    | Leaked = 3

/// A region.
[<Struct; NoEquality; NoComparison>]
type RegionRecord =
    { Owner: TaskId
      Body: TaskId
      Phase: RegionPhase
      Reason: CancelReason
      External: bool
      Trigger: TaskId
      Policy: Policy
      Finalizers: int
      Outcome: Outcome
      Budget: Budget
      // links
      Live: int
      FirstTask: TaskId
      LastTask: TaskId }

/// A task.
[<Struct; NoEquality; NoComparison>]
type TaskRecord =
    { Region: RegionId
      Role: Role
      Phase: TaskPhase
      Started: bool
      Waits: Target
      Mask: int
      Depth: int
      Reason: CancelReason
      Echo: bool
      Polls: int
      Cost: int64
      Cleanup: int
      Outcome: Outcome
      Observed: bool
      Deadline: int64
      Priority: int
      // links
      PreviousTask: TaskId
      NextTask: TaskId
      FirstWaiter: TaskId
      LastWaiter: TaskId
      PreviousWaiter: TaskId
      NextWaiter: TaskId
      FirstHeld: ObligationId
      LastHeld: ObligationId }

/// An obligation.
[<Struct; NoEquality; NoComparison>]
type ObligationRecord =
    { Kind: ObligationKind
      Holder: TaskId
      Phase: ObligationPhase
      // links
      PreviousHeld: ObligationId
      NextHeld: ObligationId }

/// Bounds and allowances that the rules read.
[<NoComparison; NoEquality>]
type Limits =
    {
        /// Units a masked section may ask for, at most.
        MaskUnits: int
        /// Masked sections inside one another, at most.
        MaskDepth: int
        /// Polls of one finalizer.
        FinalizerPolls: int
        /// Clean-up polls by the kind at the root of a reason.
        Allowance: CancelKind -> int
    }

/// The limits of docs/semantics.md.
[<RequireQualifiedAccess>]
module Limits =

    /// 1,000 units, 64 deep, 100 polls a finalizer, the allowances of the table of kinds.
    let standard =
        { MaskUnits = 1000
          MaskDepth = 64
          FinalizerPolls = 100
          Allowance = CancelKinds.defaultAllowance }
