namespace Asupersync;

/// <summary>
/// The timers that come next, in their order: those of the slot that was opened last as one sorted run, which costs each of them nothing
/// more, and what came later in a heap.
/// </summary>
internal sealed class NearTimers(TimerPages entries)
{
    // Places in the run are told from those in the heap by this bit.
    private const int InRun = 1 << 30;
    private const int Gone = -1;
    private const int Smallest = 16;
    private const int MostKept = 4096;

    private readonly TimerHeap _late = new(entries);
    private TimerItem[] _run = new TimerItem[Smallest];
    private int _next;
    private int _end;
    private int _left;

    internal int Count => _left + _late.Count;

    /// <summary>The first entry; only when <see cref="Count"/> is not 0.</summary>
    internal int First =>
        _left > 0 && (_late.Count == 0 || _run[_next].IsBefore(_late.FirstItem))
            ? _run[_next].Index
            : _late.FirstItem.Index;

    /// <summary>Adds one entry.</summary>
    internal void Add(int index) => _late.Add(index);

    /// <summary>Takes the entries of a slot, the newest first; there is no run.</summary>
    internal void AddSlot(int head)
    {
        for (int index = head; index >= 0; )
        {
            if (_end == _run.Length)
            {
                Array.Resize(ref _run, _end * 2);
            }

            ref TimerEntry entry = ref entries[index];
            _run[_end++] = new TimerItem(entry.Due, entry.Sequence, index);
            index = entry.Next;
        }

        Span<TimerItem> run = _run.AsSpan(0, _end);
        run.Reverse(); // Mostly what was set later is due later.
        if (!IsSorted(run))
        {
            run.Sort();
        }

        for (int i = 0; i < run.Length; i++)
        {
            entries[run[i].Index].Place = InRun | i;
        }

        _left = _end;
    }

    /// <summary>Takes out the entry at a place.</summary>
    internal void RemoveAt(int place)
    {
        if ((place & InRun) == 0)
        {
            _late.RemoveAt(place);
            return;
        }

        int at = place & ~InRun;
        _run[at] = new TimerItem(0, 0, Gone);
        if (--_left == 0)
        {
            EndRun();
            return;
        }

        while (_run[_next].Index == Gone)
        {
            _next++;
        }
    }

    private void EndRun()
    {
        _next = _end = 0;
        if (_run.Length > MostKept)
        {
            _run = new TimerItem[Smallest];
        }
    }

    private static bool IsSorted(ReadOnlySpan<TimerItem> items)
    {
        for (int i = 1; i < items.Length; i++)
        {
            if (items[i].IsBefore(items[i - 1]))
            {
                return false;
            }
        }

        return true;
    }
}
