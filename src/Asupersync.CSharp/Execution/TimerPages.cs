using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>The entries of timers, in pages, used again once free.</summary>
internal sealed class TimerPages
{
    private const int Bits = 10;
    private const int Size = 1 << Bits;
    private const int MostKeptEmpty = 16;

    private TimerEntry[][] _pages = new TimerEntry[4][];
    private int _count;
    private int _free = -1;

    internal ref TimerEntry this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _pages[index >> Bits][index & (Size - 1)];
    }

    /// <summary>Whether the entry is still used by that timer.</summary>
    internal bool Holds(int index, long sequence) =>
        index >> Bits < _count && this[index].Sequence == sequence && sequence != TimerEntry.Free;

    /// <summary>Takes a free entry.</summary>
    internal int Take()
    {
        if (_free < 0)
        {
            AddPage();
        }

        int index = _free;
        _free = this[index].Next;
        return index;
    }

    /// <summary>Gives an entry back.</summary>
    internal void Return(int index)
    {
        ref TimerEntry entry = ref this[index];
        entry.Sequence = TimerEntry.Free;
        entry.Target = null;
        entry.Next = _free;
        _free = index;
    }

    /// <summary>Lets pages go after a burst, when all entries are free.</summary>
    internal void Trim()
    {
        if (_count > MostKeptEmpty)
        {
            _pages = new TimerEntry[4][];
            _count = 0;
            _free = -1;
        }
    }

    private void AddPage()
    {
        if (_count == _pages.Length)
        {
            Array.Resize(ref _pages, _count * 2);
        }

        _pages[_count] = new TimerEntry[Size];
        int first = _count++ << Bits;
        for (int index = first + Size - 1; index >= first; index--)
        {
            Return(index);
        }
    }
}
