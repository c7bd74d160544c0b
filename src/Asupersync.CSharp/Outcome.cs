using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// How a task or region ended: <see cref="Ok"/>, <see cref="Err"/>, <see cref="Cancelled"/> or <see cref="Panicked"/>, in this order of
/// severity (docs/semantics.md, Outcome). Match on the nested types.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Design", "CA1034", Justification = "The four cases belong to the type, as in a union.")]
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>The severity, for comparing outcomes.</summary>
    public abstract Severity Severity { get; }

    /// <summary>Whether it ended with a value.</summary>
    public bool IsOk => this is Ok;

    /// <summary>The value, or what went wrong as an exception.</summary>
    /// <returns>The value of <see cref="Ok"/>.</returns>
    /// <exception cref="CancelledException">It was cancelled.</exception>
    /// <exception cref="PanickedException">It panicked.</exception>
    /// <exception cref="Exception">The error itself, with its stack trace, when it ended with an error.</exception>
    public abstract T GetOrThrow();

    /// <summary>What <see cref="GetOrThrow"/> throws, for those that hand it on; null for Ok.</summary>
    internal virtual ExceptionDispatchInfo? Fault => null;

    /// <summary>
    /// The value of a region, for the task that opened it, or a failure to hand on; where the region was cancelled with this task, the task
    /// sees its own request.
    /// </summary>
    internal T ValueFor(TaskCell opener, out object? failure)
    {
        if (this is Ok ok)
        {
            failure = null;
            return ok.Value;
        }

        failure = this is Cancelled && opener.CanAcknowledge ? CancelledWait.For(opener.Record.Reason) : Fault;
        return default!;
    }

    /// <summary>The same end, of something with another type of value. Not for Ok.</summary>
    internal Outcome<TOther> WithoutValue<TOther>() =>
        this switch
        {
            Err(var error) => new Outcome<TOther>.Err(error),
            Panicked(var panic) => new Outcome<TOther>.Panicked(panic),
            Cancelled cancelled => new Outcome<TOther>.Cancelled(cancelled.Reason) { LateError = cancelled.LateError },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>One line for people: the case, and what it carries.</summary>
    /// <returns>For example <c>Ok { Value = 1 }</c>.</returns>
    public sealed override string ToString() =>
        this switch
        {
            Ok(var value) => $"Ok {{ Value = {value} }}",
            Err(var error) => $"Err {{ Error = {error.GetType().Name}: {error.Message} }}",
            Panicked(var panic) => $"Panicked {{ Panic = {panic.GetType().Name}: {panic.Message} }}",
            Cancelled { LateError: { } late } cancelled =>
                $"Cancelled {{ Reason = {cancelled.Reason}, LateError = {late.GetType().Name}: {late.Message} }}",
            Cancelled(var reason) => $"Cancelled {{ Reason = {reason} }}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Ended with a value.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Ok(T Value) : Outcome<T>
    {
        /// <inheritdoc/>
        public override Severity Severity => Severity.Ok;

        /// <inheritdoc/>
        public override T GetOrThrow() => Value;
    }

    /// <summary>Ended with an error.</summary>
    /// <param name="Error">The exception that the body threw, or a <see cref="RegionFailedException"/> when several count.</param>
    public sealed record Err(Exception Error) : Outcome<T>
    {
        /// <inheritdoc/>
        public override Severity Severity => Severity.Err;

        internal override ExceptionDispatchInfo Fault => ExceptionDispatchInfo.Capture(Error);

        /// <inheritdoc/>
        public override T GetOrThrow()
        {
            ExceptionDispatchInfo.Throw(Error);
            throw Error;
        }
    }

    /// <summary>Was cancelled.</summary>
    /// <param name="Reason">Why, with the chain of causes.</param>
    public sealed record Cancelled(CancelReason Reason) : Outcome<T>
    {
        /// <summary>The error that clean-up ended with after the request was acknowledged, if any.</summary>
        public Exception? LateError { get; init; }

        /// <inheritdoc/>
        public override Severity Severity => Severity.Cancelled;

        /// <inheritdoc/>
        public override T GetOrThrow() => throw ToException();

        internal override ExceptionDispatchInfo Fault => ExceptionDispatchInfo.Capture(ToException());

        private CancelledException ToException() => new(Reason, LateError);
    }

    /// <summary>Broke: a defect, not an error that callers are meant to handle.</summary>
    /// <param name="Panic">What was thrown.</param>
    public sealed record Panicked(Exception Panic) : Outcome<T>
    {
        /// <inheritdoc/>
        public override Severity Severity => Severity.Panicked;

        /// <inheritdoc/>
        public override T GetOrThrow() => throw new PanickedException(Panic);

        internal override ExceptionDispatchInfo Fault => ExceptionDispatchInfo.Capture(new PanickedException(Panic));
    }
}
