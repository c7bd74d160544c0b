namespace Asupersync.Tests;

/// <summary>
/// A clock that stands still while tasks run. When the runtime has nothing to do but wait for a timer, the clock jumps to that timer
/// (unless <see cref="Jumps"/> is off); a test may also move it by hand, from the body of a task. So a run takes no real time and
/// always sees the same instants.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _now;

    /// <summary>Whether the clock moves by itself when the runtime waits for a timer.</summary>
    internal bool Jumps { get; init; } = true;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are set to ring.</summary>
    internal int Armed
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(timer => timer.Due is not null);
            }
        }
    }

    internal TimeSpan Now => TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and rings what became due.</summary>
    internal void Advance(TimeSpan by)
    {
        long now = Interlocked.Add(ref _now, by.Ticks);
        ManualTimer[] due;
        lock (_gate)
        {
            due = [.. _timers.Where(timer => timer.Due <= now)];
        }

        foreach (ManualTimer timer in due)
        {
            timer.Due = null;
            timer.Ring();
        }
    }

    private sealed class ManualTimer(ManualTime clock, System.Action ring) : ITimer
    {
        internal long? Due { get; set; }

        internal System.Action Ring { get; } = ring;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetTimestamp() + dueTime.Ticks;
            }

            // The runtime arms its one timer when everything else has come to rest.
            if (clock.Jumps && Due is { } due)
            {
                clock.Advance(TimeSpan.FromTicks(due - clock.GetTimestamp()));
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
