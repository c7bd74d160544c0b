using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>Awaits a <see cref="Work"/>. Used by the compiler, not by user code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Performance", "CA1815", Justification = "An awaiter is not compared.")]
public readonly struct WorkAwaiter : ICriticalNotifyCompletion, IStrandAwaiter
{
    private readonly WorkAwaiter<Nothing> _inner;

    internal WorkAwaiter(WorkAwaiter<Nothing> inner) => _inner = inner;

    /// <summary>
    /// Whether the work is finished. The first reading of this property runs the work up to its first suspension.
    /// </summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _inner.IsCompleted;
    }

    /// <summary>Returns when the work ended well, or throws what it failed with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GetResult() => _inner.GetResult();

    /// <summary>Registers a continuation, from any thread. It will run on the task that awaits the work.</summary>
    /// <param name="continuation">What to run when the work is finished.</param>
    public void OnCompleted(Action continuation) => _inner.OnCompleted(continuation);

    /// <summary>Registers a continuation, from any thread. It will run on the task that awaits the work.</summary>
    /// <param name="continuation">What to run when the work is finished.</param>
    public void UnsafeOnCompleted(Action continuation) => _inner.UnsafeOnCompleted(continuation);
}
