using System.Numerics;

namespace Asupersync;

/// <summary>
/// A hierarchical timing wheel that keeps the exact order. Far timers lie unsorted in slots, so that setting and giving one
/// up costs the same however many there are; a slot that has come is spread over finer ones, and the finest, of about a
/// millisecond, is sorted. Not thread-safe.
/// </summary>
/// <remarks>
/// A timer's level is that of the highest group of bits in which its instant differs from the position. So at every level
/// all slots lie ahead of the position, no level wraps around, and everything at one level comes before everything above.
/// </remarks>
internal sealed class TimerWheel
{
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const int SlotsPerSecond = 1000;

    private readonly long _origin;
    private readonly int _shift;
    private readonly int[] _heads;
    private readonly ulong[] _occupied;
    private readonly TimerPages _entries = new();
    private readonly NearTimers _near;
    private uint _levels;
    private ulong _position;

    /// <summary>A wheel whose position is an instant that no timer will be due before.</summary>
    internal TimerWheel(long origin, long frequency)
    {
        _origin = origin;
        _shift = frequency < SlotsPerSecond ? 0 : BitOperations.Log2((ulong)frequency / SlotsPerSecond);
        int levels = ((63 - _shift) / SlotBits) + 1;
        _heads = new int[levels * Slots];
        _occupied = new ulong[levels];
        _near = new NearTimers(_entries);
    }

    internal int Count { get; private set; }

    /// <summary>Whether the earliest timer is known, so that <see cref="First"/> is it.</summary>
    internal bool HasFirst => _near.Count > 0;

    internal int First => _near.First;

    /// <summary>No timer is due before this instant; only when <see cref="Count"/> is not 0.</summary>
    internal long Bound => _origin + (long)(HasFirst ? _entries[First].Due : NextSlot(out _, out _));

    /// <summary>The earliest due instant; only when <see cref="Count"/> is not 0.</summary>
    internal long Earliest => HasFirst ? Bound : _origin + (long)EarliestOfNextSlot();

    internal ref TimerEntry this[int index] => ref _entries[index];

    internal long DueOf(int index) => _origin + (long)_entries[index].Due;

    internal bool Holds(int index, long sequence) => _entries.Holds(index, sequence);

    internal int Add(long due, long sequence, ITimerTarget target, int ticket)
    {
        int index = _entries.Take();
        ref TimerEntry entry = ref _entries[index];
        entry.Due = (ulong)(due - _origin);
        entry.Sequence = sequence;
        entry.Target = target;
        entry.Ticket = ticket;
        Place(index, ref entry);
        Count++;
        return index;
    }

    internal void Remove(int index)
    {
        ref TimerEntry entry = ref _entries[index];
        if (entry.Place >= 0)
        {
            _near.RemoveAt(entry.Place);
        }
        else
        {
            Unlink(ref entry);
        }

        _entries.Return(index);
        if (--Count == 0)
        {
            _entries.Trim();
        }
    }

    /// <summary>Goes on to an instant, but not past a timer: stops where one is the first that could be due.</summary>
    internal void GoTo(long clock)
    {
        ulong to = (ulong)(clock - _origin);
        while (!HasFirst && _levels != 0)
        {
            ulong start = NextSlot(out int level, out int slot);
            if (start > to)
            {
                break;
            }

            Open(start, level, slot);
        }

        if (!HasFirst && to > _position)
        {
            _position = to;
        }
    }

    private void Place(int index, ref TimerEntry entry)
    {
        ulong differing = (entry.Due ^ _position) >> _shift;
        if (differing == 0 || entry.Due < _position)
        {
            _near.Add(index);
            return;
        }

        int level = BitOperations.Log2(differing) / SlotBits;
        int slot = (int)(entry.Due >> (_shift + (level * SlotBits))) & (Slots - 1);
        int place = (level * Slots) + slot;
        ulong bit = 1UL << slot;
        int head = -1;
        if ((_occupied[level] & bit) != 0)
        {
            head = _heads[place];
            _entries[head].Previous = index;
        }

        _occupied[level] |= bit;
        _levels |= 1u << level;
        _heads[place] = index;
        entry.Next = head;
        entry.Previous = -1;
        entry.Place = ~place;
    }

    private void Unlink(ref TimerEntry entry)
    {
        if (entry.Next >= 0)
        {
            _entries[entry.Next].Previous = entry.Previous;
        }

        int place = ~entry.Place;
        if (entry.Previous >= 0)
        {
            _entries[entry.Previous].Next = entry.Next;
        }
        else if (entry.Next >= 0)
        {
            _heads[place] = entry.Next;
        }
        else
        {
            Vacate(place / Slots, place % Slots);
        }
    }

    private void Vacate(int level, int slot)
    {
        _occupied[level] &= ~(1UL << slot);
        if (_occupied[level] == 0)
        {
            _levels &= ~(1u << level);
        }
    }

    /// <summary>Moves the position to the start of a slot, and what is in the slot to where it belongs from there.</summary>
    private void Open(ulong start, int level, int slot)
    {
        _position = start;
        Vacate(level, slot);
        int index = _heads[(level * Slots) + slot];
        if (level == 0)
        {
            _near.AddSlot(index);
            return;
        }

        while (index >= 0)
        {
            ref TimerEntry entry = ref _entries[index];
            int next = entry.Next;
            Place(index, ref entry);
            index = next;
        }
    }

    /// <summary>The first slot that holds something, and the instant at which it begins.</summary>
    private ulong NextSlot(out int level, out int slot)
    {
        level = BitOperations.TrailingZeroCount(_levels);
        slot = BitOperations.TrailingZeroCount(_occupied[level]);
        int low = _shift + (level * SlotBits);
        int high = low + SlotBits;
        ulong above = high < 64 ? _position >> high << high : 0;
        return above | ((ulong)slot << low);
    }

    private ulong EarliestOfNextSlot()
    {
        NextSlot(out int level, out int slot);
        ulong earliest = ulong.MaxValue;
        for (int index = _heads[(level * Slots) + slot]; index >= 0; index = _entries[index].Next)
        {
            earliest = Math.Min(earliest, _entries[index].Due);
        }

        return earliest;
    }
}
