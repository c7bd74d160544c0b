namespace Asupersync;

/// <summary>
/// The wait for one socket operation. A cancel request does not end the wait: it tells the operating system to end the operation, and
/// the wait ends with that. So a buffer is never in use after its await, and what was completed all the same is not lost.
/// </summary>
internal sealed class SocketWait : WaitSource<Nothing>, IObligationHolder
{
    private readonly System.Action _ended;
    private CancellationTokenSource _stop = new();
    private int _ticket;

    public SocketWait() => _ended = () => TryComplete(_ticket, default);

    /// <summary>Whether the operation was told to end.</summary>
    internal bool WasStopped => _stop.IsCancellationRequested;

    /// <summary>The token for the next operation.</summary>
    internal CancellationToken Renew()
    {
        if (_stop.IsCancellationRequested)
        {
            _stop = new CancellationTokenSource();
        }

        return _stop.Token;
    }

    /// <summary>The wait until an operation has ended, well or not. Its result is taken from the operation afterwards.</summary>
    internal WaitSource<Nothing> Until<T>(TaskCell cell, in ValueTask<T> operation)
    {
        _ticket = Arm(cell, WaitMode.Shared);

        // Without the context: the callback may come on any thread, and must not queue up behind the strand itself.
        operation.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_ended);
        return this;
    }

    /// <summary>The task ended without this operation, which nobody awaits any more.</summary>
    void IObligationHolder.OnAborted() => _stop.Cancel();

    private protected override bool OnCancel(object? reason)
    {
        _stop.Cancel();
        return false;
    }
}
