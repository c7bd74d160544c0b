namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// What a table of records asks about one kind of record.
type internal IRecordKind<'Record> =

    /// True when no field tells the two apart, links included.
    abstract Same: left: inref<'Record> * right: inref<'Record> -> bool

    /// The record's share of the fingerprint of a state.
    abstract Fingerprint: id: int64 * record: inref<'Record> -> uint64

/// Comparing what the records have in common.
[<RequireQualifiedAccess>]
module internal Compared =

    /// Reasons are built anew by each step, so equal ones are mostly different objects.
    let reason (left: CancelReason) (right: CancelReason) =
        obj.ReferenceEquals(left, right)
        || (not (isNull left)
            && not (isNull right)
            && left.Fingerprint = right.Fingerprint
            && CancelReason.Strength(left, right) = 0)

    /// Outcomes.
    let outcome (left: Outcome) (right: Outcome) =
        left.Severity = right.Severity && reason left.Reason right.Reason

/// Regions.
[<Sealed>]
type internal RegionRecordKind() =
    interface IRecordKind<RegionRecord> with
        member _.Fingerprint(id, record) =
            Fingerprint.ofRegion (id * 1L<regionId>) record

        member _.Same(left, right) =
            left.Phase = right.Phase
            && left.Live = right.Live
            && left.FirstTask = right.FirstTask
            && left.LastTask = right.LastTask
            && left.Owner = right.Owner
            && left.Body = right.Body
            && left.External = right.External
            && left.Trigger = right.Trigger
            && left.Policy = right.Policy
            && left.Finalizers = right.Finalizers
            && left.Budget.Polls = right.Budget.Polls
            && left.Budget.Cost = right.Budget.Cost
            && left.Budget.Deadline = right.Budget.Deadline
            && left.Budget.Priority = right.Budget.Priority
            && Compared.reason left.Reason right.Reason
            && Compared.outcome left.Outcome right.Outcome

/// Tasks.
[<Sealed>]
type internal TaskRecordKind() =
    interface IRecordKind<TaskRecord> with
        member _.Fingerprint(id, record) =
            Fingerprint.ofTask (id * 1L<taskId>) record

        member _.Same(left, right) =
            left.Phase = right.Phase
            && left.Region = right.Region
            && left.Role = right.Role
            && left.Started = right.Started
            && left.Waits.Raw = right.Waits.Raw
            && left.Mask = right.Mask
            && left.Depth = right.Depth
            && left.Echo = right.Echo
            && left.Polls = right.Polls
            && left.Cost = right.Cost
            && left.Cleanup = right.Cleanup
            && left.Observed = right.Observed
            && left.Deadline = right.Deadline
            && left.Priority = right.Priority
            && left.PreviousTask = right.PreviousTask
            && left.NextTask = right.NextTask
            && left.FirstWaiter = right.FirstWaiter
            && left.LastWaiter = right.LastWaiter
            && left.PreviousWaiter = right.PreviousWaiter
            && left.NextWaiter = right.NextWaiter
            && left.FirstHeld = right.FirstHeld
            && left.LastHeld = right.LastHeld
            && Compared.reason left.Reason right.Reason
            && Compared.outcome left.Outcome right.Outcome

/// Obligations.
[<Sealed>]
type internal ObligationRecordKind() =
    interface IRecordKind<ObligationRecord> with
        member _.Fingerprint(id, record) =
            Fingerprint.ofObligation (id * 1L<obligationId>) record

        member _.Same(left, right) =
            left.Kind = right.Kind
            && left.Holder = right.Holder
            && left.Phase = right.Phase
            && left.PreviousHeld = right.PreviousHeld
            && left.NextHeld = right.NextHeld
