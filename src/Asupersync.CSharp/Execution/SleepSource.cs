namespace Asupersync;

/// <summary>Waits until a time on the timers of the scheduler.</summary>
internal sealed class SleepSource : WaitSource<Nothing>, ITimerTarget
{
    [ThreadStatic]
    private static Shelf<SleepSource> _shelf;

    private PendingTimer _timer;
    private long _time;
    private bool _isMoment;

    /// <summary>Cold work that ends after the delay, counted from when it is awaited.</summary>
    internal static Work Sleep(TimeSpan delay)
    {
        SleepSource source = _shelf.Take();
        source._time = delay.Ticks;
        source._isMoment = false;
        return new Work(source.Defer());
    }

    /// <summary>Cold work that ends at a moment.</summary>
    internal static Work Until(long moment)
    {
        SleepSource source = _shelf.Take();
        source._time = moment;
        source._isMoment = true;
        return new Work(source.Defer());
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(int ticket, long due)
    {
        if (Strand is { Concurrent: false } strand)
        {
            strand.HearOfRequest(); // It came first.
        }

        TryComplete(ticket, default);
    }

    private protected override void OnStart(int ticket)
    {
        if (Strand is TaskCell { CanAcknowledge: true } task)
        {
            // The request came between the call and the await.
            TryCancel(task.Record.Reason);
        }
        else if (!_isMoment && _time <= 0)
        {
            TryComplete(ticket, default);
        }
        else
        {
            Timers timers = Strand!.Scheduler.Timers;
            _timer = timers.AddAt(this, _isMoment ? _time : timers.After(new TimeSpan(_time)), ticket);
        }
    }

    private protected override bool OnCancel(object? reason)
    {
        _timer.Disarm();
        return true;
    }

    private protected override void OnFree(Strand strand)
    {
        _timer = default;
        _shelf.Put(this);
    }
}
