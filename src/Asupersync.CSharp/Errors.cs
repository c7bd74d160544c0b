using Asupersync.Kernel;

namespace Asupersync;

/// <summary>An error of the runtime itself, with a stable code.</summary>
public class AsupersyncException : InvalidOperationException
{
    internal AsupersyncException(string code, string message, Exception? inner = null)
        : base($"{code}: {message}", inner) => Code = code;

    /// <summary>The stable code, for example ASUP1009. docs/errors.md lists them.</summary>
    public string Code { get; }
}

/// <summary>A rule of the kernel refused what was asked for. Nothing was changed.</summary>
public sealed class RefusedException : AsupersyncException
{
    internal RefusedException(Refusal refusal, string subject)
        : base(
            refusal.Code,
            $"{refusal.Rule} of {subject} is refused by {refusal.Premise}: {PremiseModule.advice(refusal.Premise)}."
        ) => Refusal = refusal;

    /// <summary>The rule and the guard that failed.</summary>
    public Refusal Refusal { get; }
}

/// <summary>A <see cref="Cx"/> lacks a capability, or is used by a task it does not belong to.</summary>
public sealed class CapabilityException : AsupersyncException
{
    internal CapabilityException(string code, string message)
        : base(code, message) { }
}

/// <summary>A task was cancelled. Thrown where the task sees the request, and by awaiting something that was cancelled.</summary>
public sealed class CancelledException : OperationCanceledException
{
    internal CancelledException(CancelReason reason, Exception? late = null)
        : base(null, late) => Reason = reason;

    internal CancelledException(CancelReason reason, long task)
    {
        Reason = reason;
        SeenBy = task;
    }

    /// <summary>The reason with its chain of causes, in words. They are made when they are asked for: most of these exceptions are read by nobody.</summary>
    public override string Message => Reason.ToString();

    /// <summary>Why, with the chain of causes.</summary>
    public CancelReason Reason { get; }

    /// <summary>The task that acknowledged the request by this exception; 0 when it came out of an awaited outcome.</summary>
    internal long SeenBy { get; }
}

/// <summary>Throw it to panic: the task ends Panicked instead of Err.</summary>
public sealed class PanicException : Exception
{
    /// <summary>A panic without words.</summary>
    public PanicException() { }

    /// <summary>A panic.</summary>
    /// <param name="message">What is broken.</param>
    public PanicException(string message)
        : base(message) { }

    /// <summary>A panic with a cause.</summary>
    /// <param name="message">What is broken.</param>
    /// <param name="innerException">The cause.</param>
    public PanicException(string message, Exception innerException)
        : base(message, innerException) { }
}

/// <summary>Something that was awaited had panicked; the panic is the inner exception.</summary>
public sealed class PanickedException : Exception
{
    internal PanickedException(Exception panic)
        : base($"ASUP2103: a task panicked: {panic.Message}", panic) { }
}

/// <summary>Several tasks of a region failed and nobody had taken their outcomes; first failure first.</summary>
public sealed class RegionFailedException : AggregateException
{
    internal RegionFailedException(string region, IReadOnlyList<Exception> failures, long passedOver)
        : base($"ASUP2104: {failures.Count + passedOver} tasks of {region} failed", failures) =>
        PassedOver = passedOver;

    /// <summary>Failures beyond the first 64 that nobody took (and the body's own), which are counted but not inside.</summary>
    public long PassedOver { get; }
}

/// <summary>The drain budget was spent and the runtime was told to abandon what is left.</summary>
public sealed class DrainExhaustedException : AsupersyncException
{
    internal DrainExhaustedException(RuntimeReport report)
        : base(report.Code, report.Message) { }
}
