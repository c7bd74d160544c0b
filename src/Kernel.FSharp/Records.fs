namespace Asupersync.Kernel

// The records of docs/semantics.md, section 1. Fields under "links" are an index over the others, kept so that rules find
// children, waiters and held obligations without a search; they are no part of Σ, and the invariant LinksAgree ties them to it.
// Every list is in order of identifier. Fields are mutable for stores that work in place; nothing but the changes of rules writes them.

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
    { mutable Owner: TaskId
      mutable Body: TaskId
      mutable Phase: RegionPhase
      mutable Reason: CancelReason
      mutable External: bool
      mutable Trigger: TaskId
      mutable Policy: Policy
      mutable Finalizers: int
      mutable Outcome: Outcome
      mutable Budget: Budget
      // links
      mutable Live: int
      mutable FirstTask: TaskId
      mutable LastTask: TaskId }

/// A task.
[<Struct; NoEquality; NoComparison>]
type TaskRecord =
    { mutable Region: RegionId
      mutable Role: Role
      mutable Phase: TaskPhase
      mutable Started: bool
      mutable Waits: Target
      mutable Mask: int
      mutable Depth: int
      mutable Reason: CancelReason
      mutable Echo: bool
      mutable Polls: int
      mutable Cost: int64
      mutable Cleanup: int
      mutable Outcome: Outcome
      mutable Observed: bool
      mutable Deadline: int64
      mutable Priority: int
      // links
      mutable PreviousTask: TaskId
      mutable NextTask: TaskId
      mutable FirstWaiter: TaskId
      mutable LastWaiter: TaskId
      mutable PreviousWaiter: TaskId
      mutable NextWaiter: TaskId
      mutable FirstHeld: ObligationId
      mutable LastHeld: ObligationId }

/// An obligation.
[<Struct; NoEquality; NoComparison>]
type ObligationRecord =
    { mutable Kind: ObligationKind
      mutable Holder: TaskId
      mutable Phase: ObligationPhase
      // links
      mutable PreviousHeld: ObligationId
      mutable NextHeld: ObligationId }

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
