namespace Asupersync;

/// <summary>A timer of a task, for code that takes a <see cref="TimeProvider"/>; also the piece of the task that runs the callback.</summary>
internal sealed class TaskTimer(TaskClock clock, TimerCallback callback, object? state)
    : StrandItem,
        ITimer,
        ITimerTarget,
        IParcel
{
    private readonly ExecutionContext _context = FlowContext.Capture();
    private PendingTimer _timer;
    private TimeSpan _period;
    private int _ticket;
    private volatile bool _ready;
    private volatile bool _disposed;

    /// <summary>Whose timer it is.</summary>
    internal TaskCell Cell => clock.Cell;

    /// <summary>The next of the timers that the clock remembers.</summary>
    internal TaskTimer? Next { get; set; }

    /// <summary>The one before it there.</summary>
    internal TaskTimer? Previous { get; set; }

    /// <inheritdoc/>
    object IParcel.Item => this;

    /// <inheritdoc/>
    /// <remarks>It is sent once until it ran; a firing that finds it on its way sends nothing.</remarks>
    IParcel? IParcel.Next { get; set; }

    private Timers Timers => Cell.Engine.Scheduler.Timers;

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        bool sets = dueTime != Timeout.InfiniteTimeSpan;
        long moment = sets ? Timers.After(dueTime) : 0;
        clock.Gate.Enter();
        try
        {
            if (_disposed || clock.Ended)
            {
                return false;
            }

            Disarm();
            clock.Forget(this);
            _period = period;
            if (sets)
            {
                clock.Keep(this);
                _timer = Timers.AddAt(this, moment, _ticket);
            }

            return true;
        }
        finally
        {
            clock.Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        clock.Gate.Enter();
        try
        {
            _disposed = true;
            Disarm();
            clock.Forget(this);
        }
        finally
        {
            clock.Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    void ITimerTarget.OnTimer(int ticket, long due)
    {
        long now = _period > TimeSpan.Zero ? clock.GetTimestamp() : due;
        clock.Gate.Enter();
        try
        {
            if (ticket != _ticket)
            {
                return; // It was changed meanwhile.
            }

            if (_period <= TimeSpan.Zero)
            {
                clock.Forget(this);
            }
            else
            {
                _timer = Timers.AddAt(this, InstantAfter(due, now), ticket);
            }

            if (_ready)
            {
                return;
            }

            _ready = true;
        }
        finally
        {
            clock.Gate.Exit();
        }

        Cell.Resume(this);
    }

    /// <inheritdoc/>
    internal override void Run()
    {
        // A firing that still finds it ready comes before this call.
        _ready = false;
        if (!_disposed && !clock.Ended)
        {
            ExecutionContext.Restore(_context);
            callback(state);
        }
    }

    /// <summary>Gives the timer up; what still fires of it counts for nothing. Under the lock.</summary>
    internal void Disarm()
    {
        _timer.Disarm();
        _ticket++;
    }

    /// <summary>The first instant after now of those that lie at whole periods after one that is due.</summary>
    private long InstantAfter(long due, long now)
    {
        long period = Timers.After(0, _period);
        long late = now - due;
        return late < period ? due + period : due + ((late / period) + 1) * period;
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(time, ClrTimers.Longest, name);
        }
    }
}
