namespace Asupersync;

/// <summary>
/// The timers of a scheduler. They may be set and given up from any thread; one thread fires them. Setting, firing and
/// giving up are the rules Arm, Fire and Disarm of docs/semantics.md, chapter 13, each one step under the lock, and a round
/// of firing goes through the instants at which something is due.
/// </summary>
internal sealed class Timers
{
    private const long Nobody = long.MaxValue;

    private readonly TimerWheel _wheel;
    private readonly long _frequency;
    private SpinGate _gate;
    private long _sequence = 1; // 0 is that of no timer, also where one is seen half written.
    private volatile int _count;

    // The instant to which the last round of firing came: no timer is due before it.
    private long _now;

    // The instant until which the firing thread may sleep.
    private long _awaited = Nobody;

    internal Timers(TimeProvider provider)
    {
        Provider = provider;
        _frequency = provider.TimestampFrequency;
        _now = provider.GetTimestamp();
        _wheel = new TimerWheel(_now, _frequency);
    }

    internal TimeProvider Provider { get; }

    /// <summary>Told of everything that happens to timers, in order; for tests.</summary>
    internal ITimerObserver? Observer { get; set; }

    /// <summary>
    /// Told, outside of the lock, that a timer was set for an instant before the one that <see cref="TryNext"/> gave last: the
    /// thread that fires may have to wake.
    /// </summary>
    internal Action? OnEarlier { get; set; }

    internal int Count => _count;

    /// <summary>The timestamp that lies a delay after now, rounded up.</summary>
    internal long After(TimeSpan delay) => After(Provider.GetTimestamp(), delay);

    /// <summary>The timestamp that lies a delay after another, rounded up.</summary>
    internal long After(long start, TimeSpan delay) =>
        Saturate(start + DivideUp((Int128)delay.Ticks * _frequency, TimeSpan.TicksPerSecond));

    /// <summary>How long it is from one timestamp to another, rounded up, never negative.</summary>
    internal TimeSpan Until(long due, long now) =>
        due <= now
            ? TimeSpan.Zero
            : new TimeSpan(Saturate(DivideUp(((Int128)due - now) * TimeSpan.TicksPerSecond, _frequency)));

    /// <summary>Sets a timer for a delay from now.</summary>
    internal PendingTimer Add(ITimerTarget target, TimeSpan delay, int ticket = 0) =>
        AddAt(target, After(delay), ticket);

    /// <summary>Sets a timer for a moment; one that has passed counts as now.</summary>
    internal PendingTimer AddAt(ITimerTarget target, long moment, int ticket = 0) =>
        AddAt(target, moment, ticket, out _);

    /// <summary>The same, and tells when the timer is due.</summary>
    internal PendingTimer AddAt(ITimerTarget target, long moment, int ticket, out long due)
    {
        PendingTimer timer;
        bool earlier;
        _gate.Enter();
        try
        {
            due = Math.Max(moment, _now);
            long sequence = _sequence++;
            timer = new PendingTimer(this, _wheel.Add(due, sequence, target, ticket), sequence);
            _count = _wheel.Count;
            earlier = due < _awaited;
            if (earlier)
            {
                _awaited = due;
            }

            Observer?.Armed(timer, target, moment, due);
        }
        finally
        {
            _gate.Exit();
        }

        if (earlier)
        {
            OnEarlier?.Invoke();
        }

        return timer;
    }

    internal bool IsPending(PendingTimer timer)
    {
        _gate.Enter();
        try
        {
            return _wheel.Holds(timer.Index, timer.Sequence);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Takes a timer out. False when it was not pending.</summary>
    internal bool Disarm(PendingTimer timer)
    {
        _gate.Enter();
        try
        {
            if (!_wheel.Holds(timer.Index, timer.Sequence))
            {
                return false;
            }

            TakeOut(timer.Index);
            Observer?.Disarmed(timer);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>
    /// When the firing thread has to look again; false when there is no timer. The system's clock runs on by itself, so there it
    /// is enough to look at an instant before which nothing is due; another clock may have to be told the due instant exactly.
    /// </summary>
    internal bool TryNext(out long instant)
    {
        _gate.Enter();
        try
        {
            bool any = _wheel.Count > 0;
            instant =
                !any ? Nobody
                : Provider == TimeProvider.System ? _wheel.Bound
                : _wheel.Earliest;
            _awaited = instant;
            return any;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>
    /// Fires everything due now, in order; what is added meanwhile waits for the next round. Returns how many fired. One
    /// thread at a time.
    /// </summary>
    internal int FireDue()
    {
        if (_count == 0)
        {
            return 0;
        }

        long clock = Provider.GetTimestamp();
        long newcomers = Nobody;
        int fired = 0;
        while (Take(clock, ref newcomers, out int ticket, out long due) is { } target)
        {
            fired++;
            target.OnTimer(ticket, due);
        }

        return fired;
    }

    /// <summary>Takes the first timer that is due in this round. Null ends the round.</summary>
    private ITimerTarget? Take(long clock, ref long newcomers, out int ticket, out long due)
    {
        _gate.Enter();
        try
        {
            newcomers = Math.Min(newcomers, _sequence);
            _wheel.GoTo(clock);
            if (_wheel.HasFirst)
            {
                int index = _wheel.First;
                ref TimerEntry entry = ref _wheel[index];
                due = _wheel.DueOf(index);
                if (due <= clock && entry.Sequence < newcomers)
                {
                    var timer = new PendingTimer(this, index, entry.Sequence);
                    ITimerTarget target = entry.Target!;
                    ticket = entry.Ticket;
                    _now = due;
                    TakeOut(index);
                    Observer?.Fired(timer, due, clock);
                    return target;
                }

                // A newcomer may be due at an instant on the way: time stops there until the next round.
                clock = Math.Min(clock, due);
            }

            _now = Math.Max(_now, clock);
            Observer?.Ended(_now);
            ticket = 0;
            due = 0;
            return null;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void TakeOut(int index)
    {
        _wheel.Remove(index);
        _count = _wheel.Count;
    }

    private static Int128 DivideUp(Int128 value, long divisor) =>
        value > 0 && value <= long.MaxValue - divisor
            ? ((long)value + divisor - 1) / divisor
            : (value + divisor - 1) / divisor;

    private static long Saturate(Int128 value) => value > long.MaxValue ? long.MaxValue : (long)value;
}
