namespace Asupersync;

/// <summary>
/// The timers of a scheduler: a heap ordered by due timestamp, then by the order of adding, with removal in place.
/// Scheduler thread only.
/// </summary>
internal sealed class Timers
{
    private const int Arity = 4;

    private readonly long _frequency;
    private Entry[] _heap = new Entry[16];
    private long _sequence;

    internal Timers(TimeProvider provider)
    {
        Provider = provider;
        _frequency = provider.TimestampFrequency;
    }

    internal TimeProvider Provider { get; }

    internal int Count { get; private set; }

    /// <summary>The earliest due timestamp; only when <see cref="Count"/> is not 0.</summary>
    internal long NextDue => _heap[0].Due;

    /// <summary>The timestamp that lies a delay after now, rounded up.</summary>
    internal long After(TimeSpan delay) =>
        Saturate(Provider.GetTimestamp() + DivideUp((Int128)delay.Ticks * _frequency, TimeSpan.TicksPerSecond));

    /// <summary>How long it is from one timestamp to another, rounded up, never negative.</summary>
    internal TimeSpan Until(long due, long now) =>
        due <= now
            ? TimeSpan.Zero
            : new TimeSpan(Saturate(DivideUp(((Int128)due - now) * TimeSpan.TicksPerSecond, _frequency)));

    internal void Add(TimerNode node, TimeSpan delay) => AddAt(node, After(delay));

    internal void AddAt(TimerNode node, long due)
    {
        if (node.IsPending)
        {
            throw new InvalidOperationException("The timer is pending.");
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        Rise(Count++, new Entry(due, _sequence++, node));
    }

    /// <summary>Takes a timer out. False when it was not pending.</summary>
    internal bool Remove(TimerNode node)
    {
        int hole = node.Index;
        if (hole < 0)
        {
            return false;
        }

        node.Index = -1;
        Count--;
        Entry last = _heap[Count];
        _heap[Count] = default;
        if (hole == Count)
        {
            return true;
        }

        if (hole > 0 && last.IsBefore(_heap[(hole - 1) / Arity]))
        {
            Rise(hole, last);
        }
        else
        {
            Sink(hole, last);
        }

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

        long now = Provider.GetTimestamp();
        long newcomers = _sequence;
        int fired = 0;
        while (Count > 0 && _heap[0].Due <= now && _heap[0].Sequence < newcomers)
        {
            TimerNode node = _heap[0].Node;
            Remove(node);
            fired++;
            node.Target.OnTimer();
        }

        return fired;
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
