namespace Asupersync;

/// <summary>Waits until a time on the timers of the scheduler.</summary>
internal sealed class SleepSource : WaitSource<Nothing>, ITimerTarget
{
    private PendingTimer _timer;
    private TimeSpan _delay;

    /// <summary>Cold work that ends after the delay, counted from when it is awaited.</summary>
    internal static Work Sleep(TimeSpan delay)
    {
        SleepSource source = Strand.Current?.Rent<SleepSource>() ?? new SleepSource();
        source._delay = delay;
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
        else if (_delay <= TimeSpan.Zero)
        {
            TryComplete(ticket, default);
        }
        else
        {
            _timer = Strand!.Scheduler.Timers.Add(this, _delay, ticket);
        }
    }

    private protected override bool OnCancel(object? reason)
    {
        _timer.Disarm();
        return true;
    }
}
