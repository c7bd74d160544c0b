namespace Asupersync.Kernel

/// Tags a task identifier.
[<Measure>]
type taskId

/// Tags a region identifier.
[<Measure>]
type regionId

/// Tags an obligation identifier.
[<Measure>]
type obligationId

/// A task: its position in Σ's task sequence, from 1. 0 is the environment, or none.
type TaskId = int64<taskId>

/// A region: its position in Σ's region sequence, from 1. 1 is the root, 0 none.
type RegionId = int64<regionId>

/// An obligation: its position in Σ's obligation sequence, from 1. 0 is none.
type ObligationId = int64<obligationId>

/// What a cancel request aims at and what a waiter waits for: nothing, a task or a region. One signed number, so that it
/// costs no more than an identifier in a record.
[<Struct; CustomEquality; NoComparison>]
type Target private (raw: int64) =

    /// No target.
    static member None = Target 0L

    /// The task <paramref name="id"/>. A number that no task can have gives no target.
    static member Task(id: TaskId) = Target(max 0L (int64 id))

    /// The region <paramref name="id"/>. A number that no region can have gives a region that never exists.
    static member Region(id: RegionId) =
        Target(if id > 0L<regionId> then -(int64 id) else System.Int64.MinValue)

    /// True when there is no target.
    member _.IsNone = (raw = 0L)

    /// True for a task.
    member _.IsTask = raw > 0L

    /// True for a region.
    member _.IsRegion = raw < 0L

    /// The task, or 0 when this is not a task.
    member _.TaskId: TaskId = if raw > 0L then LanguagePrimitives.Int64WithMeasure raw else 0L<taskId>

    /// The region, or 0 when this is not a region.
    member _.RegionId: RegionId = if raw < 0L then LanguagePrimitives.Int64WithMeasure(-raw) else 0L<regionId>

    /// One number that tells every target from every other.
    member _.Raw = raw

    override _.Equals(other) =
        match other with
        | :? Target as target -> target.Raw = raw
        | _ -> false

    override _.GetHashCode() = raw.GetHashCode()

    /// t3, r2 or none.
    override _.ToString() =
        if raw > 0L then $"t{raw}"
        elif raw < 0L then $"r{-raw}"
        else "none"

    interface System.IEquatable<Target> with
        member _.Equals(other) = other.Raw = raw
