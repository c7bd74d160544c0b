using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>
/// Records by identifier, in pages. A page whose records are all retired is dropped, so that a server that runs for years keeps only
/// the pages with something alive in them; a retired record reads as the tombstone. Some dropped pages are kept for new records.
/// </summary>
/// <remarks>
/// With several workers a dropped page rests until every worker has been between two polls: whoever had found it by then is through with it.
/// </remarks>
internal class RecordPages<T>(T tombstone, Quiescence? workers = null)
{
    private const int Bits = 8;
    private const int Size = 1 << Bits;
    private const int MostSpare = 64;

    private readonly Queue<(Page Page, long[]? Noted)> _spare = new();
    private readonly Lock _growth = new();

    // What the rules read; of the same length as the pages.
    private Slot[]?[] _records = new Slot[]?[4];
    private Page?[] _pages = new Page?[4];
    private T _tombstone = tombstone;
    private long _count;
    private int _livePages;

    /// <summary>The highest identifier in use; identifiers start at 1.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>Pages that are held.</summary>
    internal int LivePages => Volatile.Read(ref _livePages);

    /// <summary>
    /// The identifiers whose records are kept, and of some that were retired. Other threads may ask as well, and see roughly that.
    /// </summary>
    internal IEnumerable<long> Kept()
    {
        Page?[] pages = Volatile.Read(ref _pages);
        long count = Count;
        for (int page = 0; page < pages.Length && (long)page << Bits < count; page++)
        {
            if (Volatile.Read(ref pages[page]) is null)
            {
                continue;
            }

            long first = ((long)page << Bits) + 1;
            for (long id = first; id < first + Size && id <= count; id++)
            {
                yield return id;
            }
        }
    }

    /// <summary>The record of an identifier that exists. Writing to a retired one changes nothing that anybody reads.</summary>
    internal ref T this[long id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Slot[]? page = _records[(int)((id - 1) >> Bits)];
            if (page is null)
            {
                return ref _tombstone;
            }

            return ref At(page, id);
        }
    }

    /// <summary>Takes the next identifier; any thread. One that comes to nothing has to be given back.</summary>
    internal long TakeId() => Interlocked.Increment(ref _count);

    /// <summary>Takes back the identifier that was taken last; only where nobody else takes one.</summary>
    internal void TakeBack() => Interlocked.Decrement(ref _count);

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
        Slot[]? page = _records[(int)((id - 1) >> Bits)];
        if (page is null)
        {
            throw WrittenAgain(id);
        }

        return ref At(page, id);
    }

    /// <summary>Throws when the record was retired: nobody may write it then.</summary>
    internal void Guard(long id)
    {
        if (_pages[(int)((id - 1) >> Bits)] is not { } page || page.IsRetired((int)((id - 1) & (Size - 1))))
        {
            throw WrittenAgain(id);
        }
    }

    // All pages have the same size, so the place in the page is within it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T At(Slot[] page, long id) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(page), (nint)((id - 1) & (Size - 1))).Record;

    /// <summary>Sets a record, adding it when the identifier is the next one, or was taken before.</summary>
    internal void Put(long id, in T record)
    {
        if (workers is not null)
        {
            EnsurePage(id);
        }
        else if (id == _count + 1)
        {
            EnsurePage(id);
            _count = id;
        }

        ForChange(id) = record;
    }

    /// <summary>Says that no rule will read this record again. Harmless when said twice.</summary>
    internal void Retire(long id)
    {
        int index = (int)((id - 1) >> Bits);
        if (workers is not null)
        {
            RetireShared(id, index);
            return;
        }

        if (_pages[index] is not { } page)
        {
            return;
        }

        int slot = (int)((id - 1) & (Size - 1));
        if (page.IsRetired(slot))
        {
            return;
        }

        page.Retired[slot >> 6] |= 1UL << (slot & 63);
        page.Records[slot].Record = _tombstone;
        if (++page.RetiredCount == Size)
        {
            Drop(index, page);
        }
    }

    private static InvalidOperationException WrittenAgain(long id) =>
        new($"ASUP2901: record {id} was retired and is written again; this is a bug of the runtime.");

    private void RetireShared(long id, int index)
    {
        if (_pages[index] is not { } page)
        {
            return;
        }

        int slot = (int)((id - 1) & (Size - 1));
        ulong bit = 1UL << (slot & 63);
        if ((Interlocked.Or(ref page.Retired[slot >> 6], bit) & bit) != 0)
        {
            return;
        }

        page.Records[slot].Record = _tombstone;
        if (Interlocked.Increment(ref page.RetiredCount) == Size)
        {
            lock (_growth)
            {
                Drop(index, page);
            }
        }
    }

    private void Drop(int index, Page page)
    {
        _records[index] = null;
        _pages[index] = null;
        _livePages--;
        if (_spare.Count < MostSpare)
        {
            // Only now, when nobody finds the page any more.
            Interlocked.MemoryBarrier();
            _spare.Enqueue((page, workers?.Note()));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsurePage(long id)
    {
        int index = (int)((id - 1) >> Bits);
        Slot[]?[] records = _records;
        if (index >= records.Length || records[index] is null)
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
                int length = Math.Max(_pages.Length * 2, index + 1);
                Page?[] pages = _pages;
                Slot[]?[] records = _records;
                Array.Resize(ref pages, length);
                Array.Resize(ref records, length);
                Volatile.Write(ref _pages, pages);
                Volatile.Write(ref _records, records);
            }

            if (_pages[index] is null)
            {
                Page page = TakeSpare() ?? new Page();
                Volatile.Write(ref _pages[index], page);
                Volatile.Write(ref _records[index], page.Records);
                _livePages++;
            }
        }
    }

    private Page? TakeSpare()
    {
        if (
            !_spare.TryPeek(out (Page Page, long[]? Noted) spare)
            || (spare.Noted is { } noted && !workers!.IsOver(noted))
        )
        {
            return null;
        }

        _spare.Dequeue();
        spare.Page.RetiredCount = 0;
        Array.Clear(spare.Page.Retired);
        return spare.Page;
    }

    /// <summary>A struct around it, so that a reference to an element of the array is no matter of its exact type.</summary>
    private struct Slot
    {
        internal T Record;
    }

    private sealed class Page
    {
        internal readonly Slot[] Records = new Slot[Size];
        internal readonly ulong[] Retired = new ulong[Size / 64];
        internal int RetiredCount;

        internal bool IsRetired(int slot) => (Retired[slot >> 6] & (1UL << (slot & 63))) != 0;
    }
}
