using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// A line with two ends, in segments: it grows without being copied, and no part of it is large. An array that doubles would be
/// a large object, and every large one of a burst makes the collector go through the whole heap.
/// </summary>
internal sealed class SegmentDeque<T>
{
    private const int Size = 128;
    private const int MostSpare = 64;

    // The same one when nothing is in line.
    private Segment _first;
    private Segment _last;

    // The first one's place in its segment, and the first free place after the last one.
    private int _start;
    private int _end;

    // Emptied segments for new items, linked by Next.
    private Segment? _spare;
    private int _spareCount;

    internal SegmentDeque() => _first = _last = new Segment();

    /// <summary>How many items are in line.</summary>
    internal int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddLast(in T item)
    {
        if (_end == Size)
        {
            Lengthen();
        }

        _last.Items[_end++] = item;
        Count++;
    }

    /// <summary>Puts an item before all others.</summary>
    internal void AddFirst(in T item)
    {
        if (Count == 0)
        {
            _start = _end = Size;
        }
        else if (_start == 0)
        {
            Segment segment = TakeSegment();
            segment.Next = _first;
            _first.Previous = segment;
            _first = segment;
            _start = Size;
        }

        _first.Items[--_start] = item;
        Count++;
    }

    /// <summary>Takes the first item; only when there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T TakeFirst()
    {
        Debug.Assert(Count > 0, "An empty line has no first item.");
        ref T place = ref _first.Items[_start];
        T item = place;
        place = default!;
        _start++;
        if (--Count == 0)
        {
            _start = _end = 0;
        }
        else if (_start == Size)
        {
            DropFirst();
        }

        return item;
    }

    /// <summary>Takes the last item; only when there is one.</summary>
    internal T TakeLast()
    {
        Debug.Assert(Count > 0, "An empty line has no last item.");
        ref T place = ref _last.Items[--_end];
        T item = place;
        place = default!;
        if (--Count == 0)
        {
            _start = _end = 0;
        }
        else if (_end == 0)
        {
            DropLast();
        }

        return item;
    }

    private void Lengthen()
    {
        Segment segment = TakeSegment();
        segment.Previous = _last;
        _last.Next = segment;
        _last = segment;
        _end = 0;
    }

    private void DropFirst()
    {
        Segment emptied = _first;
        _first = emptied.Next!;
        _first.Previous = null;
        _start = 0;
        Keep(emptied);
    }

    private void DropLast()
    {
        Segment emptied = _last;
        _last = emptied.Previous!;
        _last.Next = null;
        _end = Size;
        Keep(emptied);
    }

    private Segment TakeSegment()
    {
        if (_spare is not { } segment)
        {
            return new Segment();
        }

        _spare = segment.Next;
        _spareCount--;
        segment.Next = null;
        return segment;
    }

    private void Keep(Segment emptied)
    {
        emptied.Previous = null;
        emptied.Next = null;
        if (_spareCount < MostSpare)
        {
            emptied.Next = _spare;
            _spare = emptied;
            _spareCount++;
        }
    }

    private sealed class Segment
    {
        internal readonly T[] Items = new T[Size];
        internal Segment? Previous;
        internal Segment? Next;
    }
}
