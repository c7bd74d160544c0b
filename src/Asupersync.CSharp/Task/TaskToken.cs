namespace Asupersync;

/// <summary>
/// The way out to code that knows only <see cref="CancellationToken"/>. It trips when the task could see the request, and its listeners run
/// in a poll of the task: nobody's code runs on the stack of whoever cancels.
/// </summary>
internal sealed class TaskToken : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TaskCell _cell;
    private int _tripping;

    internal TaskToken(TaskCell cell)
    {
        _cell = cell;
        Token = _source.Token; // Who asks when the task has ended gets it as well.
        if (IsDue)
        {
            _tripping = 1;
            _source.Cancel();
        }
    }

    internal CancellationToken Token { get; }

    private bool IsDue =>
        !_cell.IsCompleted && (_cell.CancelVisible || _cell.Record.Phase is Kernel.TaskPhase.Cancelling);

    /// <summary>
    /// For who has just made the token known: where that was another thread than the task's, a request may have come before, and found none.
    /// </summary>
    internal void LookAgain()
    {
        if (IsDue)
        {
            Trip();
        }
    }

    /// <summary>Trips it in the next poll of the task. From any thread.</summary>
    internal void Trip()
    {
        if (Interlocked.Exchange(ref _tripping, 1) == 0)
        {
            _cell.Resume(new Action(_source.Cancel));
        }
    }

    public void Dispose()
    {
        if (Volatile.Read(ref _tripping) == 0)
        {
            _source.Dispose();
        }
    }
}
