namespace Asupersync;

/// <summary>
/// The timers of a scheduler: a heap ordered by due timestamp, then by the order of adding, with removal in place.
/// Scheduler thread only. Adding, firing and removing are the rules Arm, Fire and Disarm of docs/semantics.md, chapter 13,
/// and a round of firing goes through the instants at which something is due.
/// </summary>
internal sealed class Timers
{
    private const int Arity = 4;

    private readonly long _frequency;
    private Entry[] _heap = new Entry[16];
    private long _sequence;

    // The instant to which the last round of firing came: no timer is due before it.
    private long _now;

    internal Timers(TimeProvider provider)
    {
        Provider = provider;
        _frequency = provider.TimestampFrequency;
        _now = provider.GetTimestamp();
    }

    internal TimeProvider Provider { get; }

    /// <summary>Told of everything that happens to timers, in order; for tests.</summary>
    internal ITimerObserver? Observer { get; set; }

    internal int Count { get; private set; }

    /// <summary>The earliest due timestamp; only when <see cref="Count"/> is not 0.</summary>
    internal long NextDue => _heap[0].Due;

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

    internal void Add(TimerNode node, TimeSpan delay) => AddAt(node, After(delay));

    /// <summary>Sets a timer for a moment; one that has passed counts as now. Returns when the timer is due.</summary>
    internal long AddAt(TimerNode node, long moment)
    {
        if (node.IsPending)
        {
            throw new InvalidOperationException("The timer is pending.");
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        long due = Math.Max(moment, _now);
        Rise(Count++, new Entry(due, _sequence++, node));
        Observer?.Armed(node, moment, due);
        return due;
    }

    /// <summary>Takes a timer out. False when it was not pending.</summary>
    internal bool Remove(TimerNode node)
    {
        if (node.Index < 0)
        {
            return false;
        }

        TakeOut(node);
        Observer?.Disarmed(node);
        return true;
    }

    /// <summary>
    /// Fires everything due now, in order; what is added meanwhile waits for the next round. Returns how many fired.
    /// </summary>
    internal int FireDue()
    {
        if (Count == 0)
        {
            return 0;
        }

        long clock = Provider.GetTimestamp();
        long newcomers = _sequence;
        int fired = 0;
        while (Count > 0 && _heap[0].Due <= clock && _heap[0].Sequence < newcomers)
        {
            (long due, _, TimerNode node) = _heap[0];
            _now = due;
            TakeOut(node);
            fired++;
            Observer?.Fired(node, due, clock);
            node.Target.OnTimer();
        }

        // A newcomer may be due at an instant on the way: time stops there until the next round.
        _now = Math.Max(_now, Count == 0 ? clock : Math.Min(clock, _heap[0].Due));
        Observer?.Ended(_now);
        return fired;
    }

    private void TakeOut(TimerNode node)
    {
        int hole = node.Index;
        node.Index = -1;
        Count--;
        Entry last = _heap[Count];
        _heap[Count] = default;
        if (hole == Count)
        {
            return;
        }

        if (hole > 0 && last.IsBefore(_heap[(hole - 1) / Arity]))
        {
            Rise(hole, last);
        }
        else
        {
            Sink(hole, last);
        }
    }

    private static Int128 DivideUp(Int128 value, long divisor) =>
        value > 0 && value <= long.MaxValue - divisor
            ? ((long)value + divisor - 1) / divisor
            : (value + divisor - 1) / divisor;

    private static long Saturate(Int128 value) => value > long.MaxValue ? long.MaxValue : (long)value;

    private void Rise(int hole, Entry entry)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / Arity;
            if (!entry.IsBefore(_heap[parent]))
            {
                break;
            }

            Put(hole, _heap[parent]);
            hole = parent;
        }

        Put(hole, entry);
    }

    private void Sink(int hole, Entry entry)
    {
        while (true)
        {
            int first = (hole * Arity) + 1;
            if (first >= Count)
            {
                break;
            }

            int least = first;
            int end = Math.Min(first + Arity, Count);
            for (int i = first + 1; i < end; i++)
            {
                if (_heap[i].IsBefore(_heap[least]))
                {
                    least = i;
                }
            }

            if (!_heap[least].IsBefore(entry))
            {
                break;
            }

            Put(hole, _heap[least]);
            hole = least;
        }

        Put(hole, entry);
    }

    private void Put(int index, Entry entry)
    {
        _heap[index] = entry;
        entry.Node.Index = index;
    }

    private readonly record struct Entry(long Due, long Sequence, TimerNode Node)
    {
        internal bool IsBefore(in Entry other) => Due < other.Due || (Due == other.Due && Sequence < other.Sequence);
    }
}
