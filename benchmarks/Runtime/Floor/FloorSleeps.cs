namespace Asupersync.Benchmarks;

/// <summary>Bodies that sleep, each with an entry in a timing wheel.</summary>
internal sealed class FloorSleeps(int most, long now, long frequency) : ITimerTarget
{
    private readonly TimerWheel _wheel = new(now, frequency);
    private readonly FloorBox[] _sleepers = new FloorBox[most];
    private readonly int[] _entries = new int[most];
    private int _count;

    /// <summary>Those that sleep now.</summary>
    internal int Count => _wheel.Count;

    /// <summary>When the first is due; only when some sleep.</summary>
    internal long Bound => _wheel.Bound;

    /// <summary>Sleeps until an instant.</summary>
    internal Sleeping Until(long due) => new(this, due);

    /// <summary>Wakes one, by the order in which they fell asleep, because of a request.</summary>
    internal void Cancel(long number)
    {
        _wheel.Remove(_entries[number]);
        _sleepers[number].Cancel();
    }

    /// <summary>Wakes those that are due.</summary>
    internal void Fire(long clock)
    {
        _wheel.GoTo(clock);
        while (_wheel.HasFirst && _wheel.DueOf(_wheel.First) <= clock)
        {
            int first = _wheel.First;
            int number = _wheel[first].Ticket;
            _wheel.Remove(first);
            FloorLoop.Post(_sleepers[number]);
            _wheel.GoTo(clock);
        }
    }

    /// <inheritdoc/>
    public void OnTimer(int ticket, long due) =>
        throw new NotSupportedException("The floor looks at the wheel itself.");

    private void Add(FloorBox sleeper, long due)
    {
        _sleepers[_count] = sleeper;
        _entries[_count] = _wheel.Add(due, _count + 1, this, _count);
        _count++;
    }

    internal readonly struct Sleeping(FloorSleeps sleeps, long due) : IFloorAwaiter
    {
        public bool IsCompleted => false;

        public Sleeping GetAwaiter() => this;

        public int GetResult() => 1;

        public void Wake(FloorBox waiter) => sleeps.Add(waiter, due);

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }
}
