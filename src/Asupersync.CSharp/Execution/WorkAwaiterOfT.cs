using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>Awaits a <see cref="Work{T}"/>. Used by the compiler, not by user code.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Performance", "CA1815", Justification = "An awaiter is not compared.")]
public readonly struct WorkAwaiter<T> : ICriticalNotifyCompletion, IStrandAwaiter
{
    private readonly WorkSource<T>? _source;
    private readonly T? _value;
    private readonly int _token;

    internal WorkAwaiter(T value) => _value = value;

    internal WorkAwaiter(WorkSource<T> source, int token)
    {
        _source = source;
        _token = token;
    }

    /// <summary>
    /// Whether the work is finished. The first reading of this property runs the work up to its first suspension.
    /// </summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            WorkSource<T>? source = _source;
            return source is null || source.Begin();
        }
    }

    /// <summary>The result of finished work, or what it failed with thrown.</summary>
    /// <returns>The result.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T GetResult()
    {
        WorkSource<T>? source = _source;
        return source is null ? _value! : source.Take(_token);
    }

    /// <summary>Registers a continuation, from any thread. It will run on the task that awaits the work.</summary>
    /// <param name="continuation">What to run when the work is finished.</param>
    public void OnCompleted(Action continuation) =>
        WorkSource.Register(_source, new FlowItem(FlowContext.Capture(), continuation));

    /// <summary>Registers a continuation, from any thread. It will run on the task that awaits the work.</summary>
    /// <param name="continuation">What to run when the work is finished.</param>
    public void UnsafeOnCompleted(Action continuation) => WorkSource.RegisterOrSuspend(_source, continuation);

    internal WorkSource<T>? Source => _source;

    internal int Token => _token;

    /// <summary>The end of finished work without a throw.</summary>
    internal WorkResult<T> GetResultQuietly() =>
        _source is null ? new WorkResult<T>(_value!) : _source.TakeQuietly(_token);
}
