namespace Asupersync;

/// <summary>
/// The way out to code that knows only <see cref="CancellationToken"/>. It trips when the task could see the request, and its listeners run
/// in a poll of the task: nobody's code runs on the stack of whoever cancels.
/// </summary>
internal sealed class TaskToken : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TaskCell _cell;
    private bool _tripping;

    internal TaskToken(TaskCell cell)
    {
        _cell = cell;
        Token = _source.Token; // Who asks when the task has ended gets it as well.
        if (cell.CancelVisible || cell.Record.Phase is Kernel.TaskPhase.Cancelling)
        {
            _tripping = true;
            _source.Cancel();
        }
    }

    internal CancellationToken Token { get; }

    internal void Trip()
    {
        if (!_tripping)
        {
            _tripping = true;
            _cell.AddReady(new Action(_source.Cancel));
        }
    }

    public void Dispose()
    {
        if (!_tripping)
        {
            _source.Dispose();
        }
    }
}
