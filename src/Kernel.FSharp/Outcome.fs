namespace Asupersync.Kernel

/// How something ended, worst last. The order is the lattice's (docs/semantics.md, Outcome).
type Severity =
    /// Not ended yet.
    | None = 0
    /// It ended with a value.
    | Ok = 1
    /// It ended with an error.
    | Err = 2
    /// It was cancelled.
    | Cancelled = 3
    /// It, or its clean-up, broke.
    | Panicked = 4

/// An outcome as the kernel sees it: values, errors and panics stay with the facade.
[<Struct; CustomEquality; NoComparison>]
type Outcome =
    {
        /// How it ended.
        Severity: Severity
        /// Why, when it was cancelled; null otherwise.
        Reason: CancelReason
    }

    override this.Equals(other) =
        match other with
        | :? Outcome as outcome ->
            this.Severity = outcome.Severity
            && CancelReason.Strength(this.Reason, outcome.Reason) = 0
        | _ -> false

    override this.GetHashCode() =
        int this.Severity * 31
        + (if isNull this.Reason then 0 else this.Reason.GetHashCode())

    /// Ok, Err, Cancelled(reason), Panicked or none.
    override this.ToString() =
        match this.Severity with
        | Severity.Cancelled -> $"Cancelled({this.Reason})"
        | severity -> $"{severity}"

/// The outcome lattice.
[<RequireQualifiedAccess>]
module Outcome =

    /// Not ended yet: the bottom, and the unit of <c>join</c>.
    let none = { Severity = Severity.None; Reason = null }

    /// Ended with a value.
    let ok = { Severity = Severity.Ok; Reason = null }

    /// Ended with an error.
    let err = { Severity = Severity.Err; Reason = null }

    /// Broke.
    let panicked = { Severity = Severity.Panicked; Reason = null }

    /// Cancelled for a reason.
    let cancelled reason =
        { Severity = Severity.Cancelled; Reason = reason }

    /// join a b = the worse of the two; of two Cancelled the one with the stronger reason.
    /// Associative, commutative, idempotent, monotone.
    let join a b =
        if a.Severity > b.Severity then a
        elif b.Severity > a.Severity then b
        elif CancelReason.Strength(a.Reason, b.Reason) >= 0 then a
        else b
