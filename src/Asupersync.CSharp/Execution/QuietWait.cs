using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>Awaits a wait without throwing: the end, good or bad, comes as a <see cref="WorkResult{T}"/>.</summary>
internal readonly struct QuietWait<T> : ICriticalNotifyCompletion, IStrandAwaiter
{
    private readonly WaitSource<T> _source;
    private readonly int _token;

    internal QuietWait(WaitSource<T> source, int token)
    {
        _source = source;
        _token = token;
    }

    public bool IsCompleted => _source.Begin();

    public QuietWait<T> GetAwaiter() => this;

    public WorkResult<T> GetResult() => _source.TakeQuietly(_token);

    public void OnCompleted(Action continuation) =>
        WorkSource.Register(_source, new FlowItem(FlowContext.Capture(), continuation));

    public void UnsafeOnCompleted(Action continuation) => WorkSource.RegisterOrSuspend(_source, continuation);
}
