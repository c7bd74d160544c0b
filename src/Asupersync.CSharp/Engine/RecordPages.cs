using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>
/// Records by identifier, each with what the facade has of the same thing, its cell, in pages. A page whose records are all retired is dropped, so that a server that runs for years keeps only
/// the pages with something alive in them; a retired record reads as its burial left it. Some dropped pages are kept for new records.
/// </summary>
/// <remarks>
/// With several workers a dropped page rests until every worker has been between two polls: whoever had found it by then is through with it.
/// </remarks>
internal class RecordPages<T, TBurial, TCell>
    where TBurial : struct, IBurial<T>
    where TCell : class
{
    private const int Bits = 8;
    private const int Size = 1 << Bits;
    private const int Words = Size / 64;
    private const int MostSpare = 64;

    // What stands in place of a dropped page: all of its records are retired.
    private static readonly Slot[] AllBuried = NewBuried();

    private readonly Slot[] _buried = AllBuried;
    private readonly Quiescence? _workers;
    private readonly Queue<(Page Page, long[]? Noted)> _spare = new();
    private readonly Lock _growth = new();

    // What the rules read; of the same length as the pages.
    private Slot[][] _records = [];
    private Page?[] _pages = [];
    private PaddedLong _count;
    private int _livePages;

    internal RecordPages(Quiescence? workers = null)
    {
        _workers = workers;
        Grow(4);
    }

    /// <summary>The highest identifier in use; identifiers start at 1.</summary>
    internal long Count => Volatile.Read(ref _count.Value);

    /// <summary>Whether the identifier exists. One that somebody was given was taken before that, so this need not be the latest count.</summary>
    internal bool Has(long id) => (ulong)(id - 1) < (ulong)_count.Value;

    /// <summary>Pages that are held.</summary>
    internal int LivePages => Volatile.Read(ref _livePages);

    /// <summary>
    /// The identifiers whose records are kept, and of some that were retired. Other threads may ask as well, and see roughly that.
    /// </summary>
    internal IEnumerable<long> Kept()
    {
        Page?[] pages = Volatile.Read(ref _pages);
        long count = Count;
        for (int page = 0; page < pages.Length && (long)page << Bits <= count; page++)
        {
            if (Volatile.Read(ref pages[page]) is null)
            {
                continue;
            }

            long first = (long)page << Bits;
            for (long id = Math.Max(first, 1); id < first + Size && id <= count; id++)
            {
                yield return id;
            }
        }
    }

    /// <summary>The record of an identifier that exists.</summary>
    internal ref readonly T this[long id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref SlotOf(_records[(int)(id >> Bits)], id).Record;
    }

    /// <summary>The cell of an identifier that exists; null when it was retired.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TCell? Cell(long id) => SlotOf(_records[(int)(id >> Bits)], id).Cell;

    /// <summary>
    /// The record and cell of an identifier that was taken, for any thread: as another thread is just writing them, or retired, or empty; or
    /// of another identifier, when the caller is no worker and the page was dropped and taken again at this moment.
    /// </summary>
    internal (T Record, TCell? Cell) Find(long id)
    {
        Slot[][] records = Volatile.Read(ref _records);
        int index = (int)(id >> Bits);
        ref Slot slot = ref SlotOf(index < records.Length ? records[index] : _buried, id);
        return (slot.Record, slot.Cell);
    }

    /// <summary>Puts the cell beside the record of an identifier that is in use.</summary>
    internal void SetCell(long id, TCell cell) => SlotOf(_records[(int)(id >> Bits)], id).Cell = cell;

    /// <summary>Takes the next identifier; any thread. One that comes to nothing has to be given back.</summary>
    internal long TakeId() => Interlocked.Increment(ref _count.Value);

    /// <summary>Takes back the identifier that was taken last; only where nobody else takes one.</summary>
    internal void TakeBack() => Interlocked.Decrement(ref _count.Value);

    /// <summary>Gives back an identifier that was taken for a step that was not.</summary>
    internal void GiveBack(long id)
    {
        EnsurePage(id);
        Retire(id);
    }

    /// <summary>The record of an identifier that exists, to be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T ForChange(long id)
    {
        Slot[] page = _records[(int)(id >> Bits)];
        if (page == _buried)
        {
            throw WrittenAgain(id);
        }

        return ref SlotOf(page, id).Record;
    }

    /// <summary>Throws when the record was retired: nobody may write it then.</summary>
    internal void Guard(long id)
    {
        if (_pages[(int)(id >> Bits)] is not { } page || page.IsRetired((int)id & (Size - 1)))
        {
            throw WrittenAgain(id);
        }
    }

    // All pages have the same size, so the place in the page is within it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Slot SlotOf(Slot[] page, long id) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(page), (nint)id & (Size - 1));

    /// <summary>Where a record is put: that of an identifier that exists, or is the next one, or was taken before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Place(long id)
    {
        if (_workers is not null)
        {
            EnsurePage(id);
        }
        else if (id == _count.Value + 1)
        {
            EnsurePage(id);
            _count.Value = id;
        }

        return ref ForChange(id);
    }

    /// <summary>Says that no rule will read this record again. Harmless when said twice.</summary>
    internal void Retire(long id)
    {
        int index = (int)(id >> Bits);
        if (_pages[index] is not { } page)
        {
            return;
        }

        int slot = (int)id & (Size - 1);
        if (_workers is not null)
        {
            RetireShared(page, index, slot);
        }
        else if (!page.IsRetired(slot))
        {
            ulong word = page.Retired[slot >> 6] |= 1UL << slot;
            Bury(ref page.Records[slot]);
            if (word == ulong.MaxValue && ++page.FullWords == Words)
            {
                Drop(index, page);
            }
        }
    }

    private static InvalidOperationException WrittenAgain(long id) =>
        new($"ASUP2901: record {id} was retired and is written again; this is a bug of the runtime.");

    private static void Bury(ref Slot slot)
    {
        default(TBurial).Bury(ref slot.Record);
        slot.Cell = null;
    }

    private void RetireShared(Page page, int index, int slot)
    {
        ulong bit = 1UL << slot;
        ulong before = Interlocked.Or(ref page.Retired[slot >> 6], bit);
        if ((before & bit) != 0)
        {
            return;
        }

        Bury(ref page.Records[slot]);

        // Another worker may still be burying a record of the page: a dropped page is not used again before that one's poll is over.
        if ((before | bit) == ulong.MaxValue && Interlocked.Increment(ref page.FullWords) == Words)
        {
            lock (_growth)
            {
                Drop(index, page);
            }
        }
    }

    private void Drop(int index, Page page)
    {
        _records[index] = _buried;
        _pages[index] = null;
        _livePages--;
        if (_spare.Count < MostSpare)
        {
            // Only now, when nobody finds the page any more.
            Interlocked.MemoryBarrier();
            _spare.Enqueue((page, _workers?.Note()));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsurePage(long id)
    {
        int index = (int)(id >> Bits);
        Slot[][] records = _records;
        if (index >= records.Length || records[index] == _buried)
        {
            AddPage(index);
        }
    }

    private void AddPage(int index)
    {
        lock (_growth)
        {
            if (index >= _pages.Length)
            {
                Grow(Math.Max(_pages.Length * 2, index + 1));
            }

            if (_pages[index] is null)
            {
                Page page = TakeSpare() ?? new Page();
                if (index == 0)
                {
                    // Nothing has the identifier 0.
                    page.Retired[0] = 1;
                }

                Volatile.Write(ref _pages[index], page);
                Volatile.Write(ref _records[index], page.Records);
                _livePages++;
            }
        }
    }

    private void Grow(int length)
    {
        Page?[] pages = _pages;
        Slot[][] records = _records;
        Array.Resize(ref pages, length);
        Array.Resize(ref records, length);
        Array.Fill(records, _buried, _records.Length, length - _records.Length);
        Volatile.Write(ref _pages, pages);
        Volatile.Write(ref _records, records);
    }

    private static Slot[] NewBuried()
    {
        var records = new Slot[Size];
        foreach (ref Slot slot in records.AsSpan())
        {
            Bury(ref slot);
        }

        return records;
    }

    private Page? TakeSpare()
    {
        if (
            !_spare.TryPeek(out (Page Page, long[]? Noted) spare)
            || (spare.Noted is { } noted && !_workers!.IsOver(noted))
        )
        {
            return null;
        }

        _spare.Dequeue();
        spare.Page.FullWords = 0;
        Array.Clear(spare.Page.Retired);
        return spare.Page;
    }

    private struct Slot
    {
        internal T Record;
        internal TCell? Cell;
    }

    private sealed class Page
    {
        internal readonly Slot[] Records = new Slot[Size];
        internal readonly ulong[] Retired = new ulong[Words];

        /// <summary>Words of the above with every bit set.</summary>
        internal int FullWords;

        internal bool IsRetired(int slot) => (Retired[slot >> 6] & (1UL << (slot & 63))) != 0;
    }
}
