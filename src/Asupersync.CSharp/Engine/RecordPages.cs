using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// Records by identifier, in pages. A page whose records are all retired is dropped, so that a server that runs for years keeps only
/// the pages with something alive in them; a retired record reads as the tombstone. Some dropped pages are kept for new records.
/// </summary>
internal sealed class RecordPages<T>(T tombstone)
{
    private const int Bits = 8;
    private const int Size = 1 << Bits;
    private const int MostSpare = 64;

    private readonly Stack<Page> _spare = new();
    private Page?[] _pages = new Page?[4];
    private T _tombstone = tombstone;

    /// <summary>The highest identifier in use; identifiers start at 1.</summary>
    internal long Count { get; private set; }

    /// <summary>Pages that are held.</summary>
    internal int LivePages { get; private set; }

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
            Page? page = _pages[(int)((id - 1) >> Bits)];
            if (page is null)
            {
                return ref _tombstone;
            }

            return ref page.Records[(int)((id - 1) & (Size - 1))];
        }
    }

    /// <summary>The record of an identifier that exists, to be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T ForChange(long id)
    {
        Page? page = _pages[(int)((id - 1) >> Bits)];
        int slot = (int)((id - 1) & (Size - 1));
        if (page is null || page.IsRetired(slot))
        {
            throw WrittenAgain(id);
        }

        return ref page.Records[slot];
    }

    /// <summary>Sets a record, adding it when the identifier is the next one.</summary>
    internal void Put(long id, in T record)
    {
        if (id == Count + 1)
        {
            Grow(id);
        }

        ForChange(id) = record;
    }

    /// <summary>Says that no rule will read this record again. Harmless when said twice.</summary>
    internal void Retire(long id)
    {
        int index = (int)((id - 1) >> Bits);
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
        page.Records[slot] = _tombstone;
        if (++page.RetiredCount == Size)
        {
            _pages[index] = null;
            LivePages--;
            if (_spare.Count < MostSpare)
            {
                page.RetiredCount = 0;
                Array.Clear(page.Retired);
                _spare.Push(page);
            }
        }
    }

    private static InvalidOperationException WrittenAgain(long id) =>
        new($"ASUP2901: record {id} was retired and is written again; this is a bug of the runtime.");

    private void Grow(long id)
    {
        int index = (int)((id - 1) >> Bits);
        if (index == _pages.Length)
        {
            Array.Resize(ref _pages, _pages.Length * 2);
        }

        if (_pages[index] is null)
        {
            _pages[index] = _spare.TryPop(out Page? spare) ? spare : new Page();
            LivePages++;
        }

        Count = id;
    }

    private sealed class Page
    {
        internal readonly T[] Records = new T[Size];
        internal readonly ulong[] Retired = new ulong[Size / 64];

        internal int RetiredCount { get; set; }

        internal bool IsRetired(int slot) => (Retired[slot >> 6] & (1UL << (slot & 63))) != 0;
    }
}
