namespace Asupersync;

/// <summary>
/// One call of synchronous code by a task, and the wait for it. A request to cancel ends the wait only while the call waits for a
/// thread; one that runs is told by its token, and waited for.
/// </summary>
internal sealed class BlockingCall<T> : WaitSource<T>, IBlockingJob
{
    private readonly TaskCell _cell;
    private readonly Func<CancellationToken, T> _function;
    private readonly CancellationToken _stop;
    private readonly ExecutionContext _context = FlowContext.Capture();
    private int _ticket;

    internal BlockingCall(TaskCell cell, Func<CancellationToken, T> function)
    {
        _cell = cell;
        _function = function;
        _stop = cell.Token;
    }

    /// <inheritdoc/>
    LinkedListNode<IBlockingJob>? IBlockingJob.Place { get; set; }

    private BlockingPool Pool => _cell.Engine.Blocking;

    /// <summary>Hands the call to the pool, and gives the wait for its end, to be awaited at once.</summary>
    internal WaitSource<T> Submit()
    {
        _ticket = Arm(_cell, WaitMode.Shared);
        bool accepted = false;
        try
        {
            accepted = Pool.TryRun(this);
        }
        finally
        {
            if (!accepted)
            {
                Abandon(_ticket);
            }
        }

        return accepted ? this : throw new BlockingQueueFullException(_cell, Pool);
    }

    /// <inheritdoc/>
    void IBlockingJob.Execute() => ExecutionContext.Run(_context, static call => ((BlockingCall<T>)call!).Call(), this);

    private protected override bool OnCancel(object? reason) => Pool.TryRecall(this);

    private void Call()
    {
        T value;
        try
        {
            value = _function(_stop);
            (value as Task)?.GetAwaiter().GetResult(); // An async lambda: the call lasts as long as its task.
        }
        catch (Exception exception)
        {
            TryFail(_ticket, exception);
            return;
        }

        TryComplete(_ticket, value);
    }
}
