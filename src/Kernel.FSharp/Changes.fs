namespace Asupersync.Kernel

/// A change of one record. Where it is made is the store's business: in place, or on a copy.
type IChange<'R when 'R: struct> =

    /// Makes the change.
    abstract Apply: record: byref<'R> -> unit

/// A change of links only, which the fingerprint leaves out. It may be made to the record of a task of another region, when both wait
/// for the same task.
type ILinkChange = interface end

/// The changes that rules make to records, as structs: a store that works in place is specialised for each of them, and writes no
/// more than the fields it names. Those that make something new write every field.
[<AutoOpen>]
module internal Changes =

    // Regions

    /// A new region, Open, before anything happened in it
    [<Struct; NoEquality; NoComparison>]
    type RegionIsNew(owner: TaskId, body: TaskId, policy: Policy, budget: Budget) =
        interface IChange<RegionRecord> with
            member _.Apply(record) =
                record.Owner <- owner
                record.Body <- body
                record.Phase <- RegionPhase.Open
                record.Reason <- null
                record.External <- false
                record.Trigger <- 0L<taskId>
                record.Policy <- policy
                record.Finalizers <- 0
                record.Outcome <- Outcome.none
                record.Budget <- budget
                record.Live <- 0
                record.FirstTask <- 0L<taskId>
                record.LastTask <- 0L<taskId>

    /// phase(r)
    [<Struct; NoEquality; NoComparison>]
    type RegionEnters(phase: RegionPhase) =
        interface IChange<RegionRecord> with
            member _.Apply(record) = record.Phase <- phase

    /// phase(r) and outcome(r), at the end
    [<Struct; NoEquality; NoComparison>]
    type RegionCloses(outcome: Outcome) =
        interface IChange<RegionRecord> with
            member _.Apply(record) =
                record.Phase <- RegionPhase.Closed
                record.Outcome <- outcome

    /// reason(r), external(r) and phase(r), by a request
    [<Struct; NoEquality; NoComparison>]
    type RegionIsAsked(reason: CancelReason, outside: bool, phase: RegionPhase) =
        interface IChange<RegionRecord> with
            member _.Apply(record) =
                record.Reason <- reason
                record.External <- outside
                record.Phase <- phase

    /// trigger(r)
    [<Struct; NoEquality; NoComparison>]
    type RegionTriggered(trigger: TaskId) =
        interface IChange<RegionRecord> with
            member _.Apply(record) = record.Trigger <- trigger

    /// finalizers(r) + n
    [<Struct; NoEquality; NoComparison>]
    type FinalizersAdded(count: int) =
        interface IChange<RegionRecord> with
            member _.Apply(record) =
                record.Finalizers <- record.Finalizers + count

    /// How many tasks of r live: + n
    [<Struct; NoEquality; NoComparison>]
    type LiveAdded(count: int) =
        interface IChange<RegionRecord> with
            member _.Apply(record) = record.Live <- record.Live + count

    /// The ends of a region's list of tasks
    [<Struct; NoEquality; NoComparison>]
    type TaskEnds(first: TaskId, last: TaskId) =
        interface ILinkChange

        interface IChange<RegionRecord> with
            member _.Apply(record) =
                record.FirstTask <- first
                record.LastTask <- last

    /// The ends of a region's list of tasks, with a task more at its back
    [<Struct; NoEquality; NoComparison>]
    type TaskEndsWith(task: TaskId) =
        interface ILinkChange

        interface IChange<RegionRecord> with
            member _.Apply(record) =
                if record.FirstTask = 0L<taskId> then
                    record.FirstTask <- task

                record.LastTask <- task

    /// The ends of a region's list of tasks, without a task that stood between these two
    [<Struct; NoEquality; NoComparison>]
    type TaskEndsWithout(task: TaskId, previous: TaskId, next: TaskId) =
        interface ILinkChange

        interface IChange<RegionRecord> with
            member _.Apply(record) =
                if record.FirstTask = task then
                    record.FirstTask <- next

                if record.LastTask = task then
                    record.LastTask <- previous

    // Tasks

    /// A new task, Created, that has done nothing yet
    [<Struct; NoEquality; NoComparison>]
    type TaskIsNew(region: RegionId, role: Role, budget: Budget) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Region <- region
                record.Role <- role
                record.Phase <- TaskPhase.Created
                record.Started <- false
                record.Waits <- Target.None
                record.Mask <- 0
                record.Depth <- 0
                record.Reason <- null
                record.Echo <- false
                record.Polls <- budget.Polls
                record.Cost <- budget.Cost
                record.Cleanup <- Quota.Unlimited
                record.Outcome <- Outcome.none
                record.Observed <- false
                record.Deadline <- budget.Deadline
                record.Priority <- budget.Priority
                record.PreviousTask <- 0L<taskId>
                record.NextTask <- 0L<taskId>
                record.FirstWaiter <- 0L<taskId>
                record.LastWaiter <- 0L<taskId>
                record.PreviousWaiter <- 0L<taskId>
                record.NextWaiter <- 0L<taskId>
                record.FirstHeld <- 0L<obligationId>
                record.LastHeld <- 0L<obligationId>

    /// phase(t) Running and started(t)
    [<Struct; NoEquality; NoComparison>]
    type TaskStarts(started: bool) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Phase <- TaskPhase.Running
                record.Started <- started

    /// reason(t), cleanup(t), phase(t) and echo(t), by a request
    [<Struct; NoEquality; NoComparison>]
    type TaskIsAsked(reason: CancelReason, cleanup: int, phase: TaskPhase, echo: bool) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Reason <- reason
                record.Cleanup <- cleanup
                record.Phase <- phase
                record.Echo <- echo

    /// phase(t) alone: what is left of a step when a clause of it is let go
    [<Struct; NoEquality; NoComparison>]
    type TaskEnters(phase: TaskPhase) =
        interface IChange<TaskRecord> with
            member _.Apply(record) = record.Phase <- phase

    /// phase(t) Cancelling and waits(t) none
    [<Struct; NoEquality; NoComparison>]
    type TaskAcknowledges =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Phase <- TaskPhase.Cancelling
                record.Waits <- Target.None

    /// A new phase for t, which leaves all masked sections
    [<Struct; NoEquality; NoComparison>]
    type TaskLeavesMasks(phase: TaskPhase) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Phase <- phase
                record.Mask <- 0
                record.Depth <- 0

    /// phase(t) Completed, outcome(t), waits(t) none, mask(t) and depth(t) 0
    [<Struct; NoEquality; NoComparison>]
    type TaskCompletes(outcome: Outcome) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Phase <- TaskPhase.Completed

                // Most end without a reason, and to write none costs the collector's barrier nothing.
                if isNull outcome.Reason then
                    record.Outcome <- { Severity = outcome.Severity; Reason = null }
                else
                    record.Outcome <- outcome

                record.Waits <- Target.None
                record.Mask <- 0
                record.Depth <- 0

    /// waits(t)
    [<Struct; NoEquality; NoComparison>]
    type TaskWaits(target: Target) =
        interface IChange<TaskRecord> with
            member _.Apply(record) = record.Waits <- target

    /// observed(t)
    [<Struct; NoEquality; NoComparison>]
    type TaskIsObserved =
        interface IChange<TaskRecord> with
            member _.Apply(record) = record.Observed <- true

    /// mask(t) and depth(t)
    [<Struct; NoEquality; NoComparison>]
    type TaskMasks(mask: int, depth: int) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Mask <- mask
                record.Depth <- depth

    /// polls(t), cost(t) and cleanup(t)
    [<Struct; NoEquality; NoComparison>]
    type TaskSpends(polls: int, cost: int64, cleanup: int) =
        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.Polls <- polls
                record.Cost <- cost
                record.Cleanup <- cleanup

    /// The links of t in its region's list
    [<Struct; NoEquality; NoComparison>]
    type PreviousTaskIs(id: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) = record.PreviousTask <- id

    /// The links of t in its region's list
    [<Struct; NoEquality; NoComparison>]
    type NextTaskIs(id: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) = record.NextTask <- id

    /// t is in no region's list
    [<Struct; NoEquality; NoComparison>]
    type LeavesTasks =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.PreviousTask <- 0L<taskId>
                record.NextTask <- 0L<taskId>

    /// The ends of the list of those that wait for t
    [<Struct; NoEquality; NoComparison>]
    type WaiterEnds(first: TaskId, last: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.FirstWaiter <- first
                record.LastWaiter <- last

    /// The ends of the list of those that wait for t, with one more at its back
    [<Struct; NoEquality; NoComparison>]
    type WaiterEndsWith(waiter: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                if record.FirstWaiter = 0L<taskId> then
                    record.FirstWaiter <- waiter

                record.LastWaiter <- waiter

    /// The ends of the list of those that wait for t, without one that stood between these two
    [<Struct; NoEquality; NoComparison>]
    type WaiterEndsWithout(waiter: TaskId, previous: TaskId, next: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                if record.FirstWaiter = waiter then
                    record.FirstWaiter <- next

                if record.LastWaiter = waiter then
                    record.LastWaiter <- previous

    /// The links of t in the list of those that wait with it
    [<Struct; NoEquality; NoComparison>]
    type PreviousWaiterIs(id: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) = record.PreviousWaiter <- id

    /// The links of t in the list of those that wait with it
    [<Struct; NoEquality; NoComparison>]
    type NextWaiterIs(id: TaskId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) = record.NextWaiter <- id

    /// t is in no list of those that wait
    [<Struct; NoEquality; NoComparison>]
    type LeavesWaiters =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.PreviousWaiter <- 0L<taskId>
                record.NextWaiter <- 0L<taskId>

    /// The ends of the list of what t holds
    [<Struct; NoEquality; NoComparison>]
    type HeldEnds(first: ObligationId, last: ObligationId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                record.FirstHeld <- first
                record.LastHeld <- last

    /// The ends of the list of what t holds, with one more at its back
    [<Struct; NoEquality; NoComparison>]
    type HeldEndsWith(held: ObligationId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                if record.FirstHeld = 0L<obligationId> then
                    record.FirstHeld <- held

                record.LastHeld <- held

    /// The ends of the list of what t holds, without one that stood between these two
    [<Struct; NoEquality; NoComparison>]
    type HeldEndsWithout(held: ObligationId, previous: ObligationId, next: ObligationId) =
        interface ILinkChange

        interface IChange<TaskRecord> with
            member _.Apply(record) =
                if record.FirstHeld = held then
                    record.FirstHeld <- next

                if record.LastHeld = held then
                    record.LastHeld <- previous

    // Obligations

    /// A new obligation, Reserved
    [<Struct; NoEquality; NoComparison>]
    type ObligationIsNew(kind: ObligationKind, holder: TaskId) =
        interface IChange<ObligationRecord> with
            member _.Apply(record) =
                record.Kind <- kind
                record.Holder <- holder
                record.Phase <- ObligationPhase.Reserved
                record.PreviousHeld <- 0L<obligationId>
                record.NextHeld <- 0L<obligationId>

    /// holder(o), which then stands in nobody's list
    [<Struct; NoEquality; NoComparison>]
    type HolderIs(holder: TaskId) =
        interface IChange<ObligationRecord> with
            member _.Apply(record) = record.Holder <- holder

    /// phase(o)
    [<Struct; NoEquality; NoComparison>]
    type ObligationBecomes(phase: ObligationPhase) =
        interface IChange<ObligationRecord> with
            member _.Apply(record) = record.Phase <- phase

    /// The links of o in its holder's list
    [<Struct; NoEquality; NoComparison>]
    type PreviousHeldIs(id: ObligationId) =
        interface ILinkChange

        interface IChange<ObligationRecord> with
            member _.Apply(record) = record.PreviousHeld <- id

    /// The links of o in its holder's list
    [<Struct; NoEquality; NoComparison>]
    type NextHeldIs(id: ObligationId) =
        interface ILinkChange

        interface IChange<ObligationRecord> with
            member _.Apply(record) = record.NextHeld <- id

    /// o is in no holder's list
    [<Struct; NoEquality; NoComparison>]
    type LeavesHeld =
        interface ILinkChange

        interface IChange<ObligationRecord> with
            member _.Apply(record) =
                record.PreviousHeld <- 0L<obligationId>
                record.NextHeld <- 0L<obligationId>
