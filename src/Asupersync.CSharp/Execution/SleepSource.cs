namespace Asupersync;

/// <summary>Waits until a time on the timers of the scheduler.</summary>
internal sealed class SleepSource : WaitSource<Nothing>, ITimerTarget
{
    private PendingTimer _timer;
    private TimeSpan _delay;
    private long? _moment;

    /// <summary>Cold work that ends after the delay, counted from when it is awaited.</summary>
    internal static Work Sleep(TimeSpan delay)
    {
        SleepSource source = Strand.Current?.Rent<SleepSource>() ?? new SleepSource();
        source._delay = delay;
        source._moment = null;
        return new Work(source.Defer());
    }

    /// <summary>Cold work that ends at a moment.</summary>
    internal static Work Until(long moment)
    {
        SleepSource source = Strand.Current?.Rent<SleepSource>() ?? new SleepSource();
        source._moment = moment;
        return new Work(source.Defer());
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(int ticket, long due) => TryComplete(ticket, default);

    private protected override void OnStart(int ticket)
    {
        if (Strand is TaskCell { CanAcknowledge: true } task)
        {
            // The request came between the call and the await.
            TryCancel(task.Record.Reason);
        }
        else if (_moment is null && _delay <= TimeSpan.Zero)
        {
            TryComplete(ticket, default);
        }
        else
        {
            Timers timers = Strand!.Scheduler.Timers;
            _timer = timers.AddAt(this, _moment ?? timers.After(_delay), ticket);
        }
    }

    private protected override bool OnCancel(object? reason)
    {
        _timer.Disarm();
        return true;
    }
}
