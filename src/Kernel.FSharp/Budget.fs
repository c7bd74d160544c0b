namespace Asupersync.Kernel

open System

/// Numbers that may run out. Unlimited is a number too, so that the smaller of two is their meet.
[<RequireQualifiedAccess>]
module Quota =

    /// No limit on polls. The same number stands in the TLA+ specification.
    [<Literal>]
    let Unlimited = Int32.MaxValue

    /// No limit on cost.
    [<Literal>]
    let UnlimitedCost = Int64.MaxValue

    /// No deadline.
    [<Literal>]
    let NoDeadline = Int64.MaxValue

/// What a task or region may use: deadline in ticks of the runtime's clock, polls, cost in the program's own unit, and a
/// priority from 0 to 255.
[<Struct>]
type Budget =
    {
        /// Absolute time after which it is cancelled; <c>Quota.NoDeadline</c> for none.
        Deadline: int64
        /// Polls it may take; <c>Quota.Unlimited</c> for any number.
        Polls: int
        /// Cost it may charge; <c>Quota.UnlimitedCost</c> for any.
        Cost: int64
        /// 0 (lowest) to 255.
        Priority: int
    }

/// The algebra of budgets.
[<RequireQualifiedAccess>]
module Budget =

    /// The top of the meet-semilattice: meet unlimited b = b.
    let unlimited =
        { Deadline = Quota.NoDeadline
          Polls = Quota.Unlimited
          Cost = Quota.UnlimitedCost
          Priority = 0 }

    /// The unit of <c>andThen</c>: nothing used.
    let zero = { Deadline = 0L; Polls = 0; Cost = 0L; Priority = 0 }

    /// True when no quota is negative and the priority is within 0 to 255 (premise BudgetValid).
    let isValid budget =
        budget.Deadline >= 0L
        && budget.Polls >= 0
        && budget.Cost >= 0L
        && budget.Priority >= 0
        && budget.Priority <= 255

    /// meet a b = earlier deadline, smaller quotas, higher priority. Associative, commutative, idempotent.
    let meet a b =
        { Deadline = min a.Deadline b.Deadline
          Polls = min a.Polls b.Polls
          Cost = min a.Cost b.Cost
          Priority = max a.Priority b.Priority }

    let private addSaturating (a: int64) (b: int64) =
        if a > Int64.MaxValue - b then Int64.MaxValue else a + b

    /// andThen a b = what a and then b use together; deadlines are read as durations. Saturates at unlimited.
    let andThen a b =
        { Deadline = addSaturating a.Deadline b.Deadline
          Polls = int (min (int64 Quota.Unlimited) (int64 a.Polls + int64 b.Polls))
          Cost = addSaturating a.Cost b.Cost
          Priority = max a.Priority b.Priority }
