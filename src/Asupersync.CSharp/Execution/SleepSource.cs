namespace Asupersync;

/// <summary>Waits until a time on the timers of the scheduler.</summary>
internal sealed class SleepSource : WaitSource<Nothing>, ITimerTarget
{
    private readonly TimerNode _timer;
    private TimeSpan _delay;
    private int _ticket;

    public SleepSource() => _timer = new TimerNode(this);

    /// <summary>Cold work that ends after the delay, counted from when it is awaited.</summary>
    internal static Work Sleep(TimeSpan delay)
    {
        SleepSource source = Strand.Current?.Rent<SleepSource>() ?? new SleepSource();
        source._delay = delay;
        return new Work(source.Defer());
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer() => TryComplete(_ticket, default);

    private protected override void OnStart(int ticket)
    {
        _ticket = ticket;
        if (Strand is TaskCell { CanAcknowledge: true } task)
        {
            // The request came between the call and the await.
            TryCancel(task.Record.Reason);
        }
        else if (_delay <= TimeSpan.Zero)
        {
            TryComplete(ticket, default);
        }
        else
        {
            Strand!.Scheduler.Timers.Add(_timer, _delay);
        }
    }

    private protected override bool OnCancel(object? reason)
    {
        Strand!.Scheduler.Timers.Remove(_timer);
        return true;
    }
}
