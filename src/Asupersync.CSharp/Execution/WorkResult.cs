using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>How a piece of work ended.</summary>
internal enum WorkStatus
{
    Succeeded,
    Faulted,
    Cancelled,
}

/// <summary>The end of a piece of work as a value, for those who must not pay for an exception.</summary>
internal readonly struct WorkResult<T>
{
    private readonly object? _failure;
    private readonly T? _value;

    internal WorkResult(T value) => _value = value;

    internal WorkResult(ExceptionDispatchInfo fault) => _failure = fault;

    internal WorkResult(CancelledWait cancelled) => _failure = cancelled;

    internal WorkStatus Status =>
        _failure switch
        {
            null => WorkStatus.Succeeded,
            ExceptionDispatchInfo => WorkStatus.Faulted,
            _ => WorkStatus.Cancelled,
        };

    /// <summary>The value of work that succeeded.</summary>
    internal T? Value => _value;

    /// <summary>What work that faulted threw.</summary>
    internal ExceptionDispatchInfo? Fault => _failure as ExceptionDispatchInfo;

    /// <summary>Why a wait ended as cancelled.</summary>
    internal object? Reason => (_failure as CancelledWait)?.Reason;
}
