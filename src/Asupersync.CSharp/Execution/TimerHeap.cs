namespace Asupersync;

/// <summary>Timers by due instant, then by number: a heap that knows of each entry where it stands.</summary>
internal sealed class TimerHeap(TimerPages entries)
{
    private const int Arity = 4;

    private TimerItem[] _heap = new TimerItem[16];

    internal int Count { get; private set; }

    /// <summary>The first timer; only when <see cref="Count"/> is not 0.</summary>
    internal ref readonly TimerItem FirstItem => ref _heap[0];

    internal void Add(int index)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        ref TimerEntry entry = ref entries[index];
        Rise(Count++, new TimerItem(entry.Due, entry.Sequence, index));
    }

    /// <summary>Takes out the entry at a place.</summary>
    internal void RemoveAt(int hole)
    {
        Count--;
        TimerItem last = _heap[Count];
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

    private void Rise(int hole, in TimerItem item)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / Arity;
            if (!item.IsBefore(_heap[parent]))
            {
                break;
            }

            Put(hole, _heap[parent]);
            hole = parent;
        }

        Put(hole, item);
    }

    private void Sink(int hole, in TimerItem item)
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

            if (!_heap[least].IsBefore(item))
            {
                break;
            }

            Put(hole, _heap[least]);
            hole = least;
        }

        Put(hole, item);
    }

    private void Put(int place, in TimerItem item)
    {
        _heap[place] = item;
        entries[item.Index].Place = place;
    }
}
