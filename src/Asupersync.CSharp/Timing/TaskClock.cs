namespace Asupersync;

/// <summary>
/// The runtime's clock as one task hands it out. Its timers are those of the task. From any thread. Its lock stands
/// outside of the one of the timers, and is held while one is set or given up, never while code of the program runs.
/// </summary>
internal sealed class TaskClock(TaskCell cell) : TimeProvider
{
    private readonly TimeProvider _clock = cell.Engine.Options.TimeProvider;

    /// <summary>Guards this clock and all its timers.</summary>
    internal SpinGate Gate;

    /// <summary>The task.</summary>
    internal TaskCell Cell => cell;

    /// <summary>Whether the task has ended; under the lock, or in the task.</summary>
    internal bool Ended { get; private set; } = cell.IsCompleted;

    private TaskTimer? _pending;

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _clock.LocalTimeZone;

    /// <inheritdoc/>
    public override long GetTimestamp() => _clock.GetTimestamp();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new TaskTimer(this, callback, state);
        if (!timer.Change(dueTime, period))
        {
            throw new AsupersyncException(
                "ASUP2204",
                $"{cell} has ended, and its clock makes no timers any more: their callbacks would run in no task. "
                    + "Use the clock of a task that lives as long as the timer."
            );
        }

        return timer;
    }

    /// <summary>The task has ended: gives up its timers.</summary>
    internal void End()
    {
        Gate.Enter();
        try
        {
            Ended = true;
            while (_pending is { } timer)
            {
                timer.Disarm();
                Forget(timer);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Remembers a timer that is set. Under the lock.</summary>
    internal void Keep(TaskTimer timer)
    {
        if (_pending is { } first)
        {
            first.Previous = timer;
        }

        timer.Next = _pending;
        _pending = timer;
    }

    /// <summary>Forgets a timer that is not set any more, so that one that fired once and was never disposed of does not stay. Under the lock.</summary>
    internal void Forget(TaskTimer timer)
    {
        if (timer.Next is { } next)
        {
            next.Previous = timer.Previous;
        }

        if (timer.Previous is { } previous)
        {
            previous.Next = timer.Next;
        }
        else if (_pending == timer)
        {
            _pending = timer.Next;
        }

        timer.Next = null;
        timer.Previous = null;
    }
}
