using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The effects of the steps of one worker, oldest first. Each is looked at twice: while the gates of its step are held, as far as others may
/// ask for it at once, and after that, when it is carried out.
/// </summary>
internal sealed class EffectQueue
{
    private const int Smallest = 32;
    private const int MostKept = 4096;

    private Entry[] _entries = new Entry[Smallest];
    private int _head;
    private int _seen;
    private int _tail;
    private int _urgent;

    internal int Count => _tail - _head;

    /// <summary>Whether an effect that was not looked at is one that others may ask for at once.</summary>
    internal bool IsUrgent => _urgent > 0;

    /// <summary>The effects that wait to be carried out.</summary>
    internal IEnumerable<Effect> Waiting => _entries[_head.._tail].Select(static entry => entry.Effect);

    internal void Add(in Effect effect)
    {
        if (_tail == _entries.Length)
        {
            MakeRoom();
        }

        _entries[_tail++].Effect = effect;
        if (effect.Kind is EffectKind.TaskCompleted or EffectKind.CancelledRegion)
        {
            _urgent++;
        }
    }

    /// <summary>Takes back the last effect if it asks to schedule this task.</summary>
    internal void TakeBackSchedule(long task)
    {
        if (_tail > _head && _entries[_tail - 1].Effect is { Kind: EffectKind.Schedule } last && last.Task == task)
        {
            _tail--;
            _seen = Math.Min(_seen, _tail);
        }
    }

    /// <summary>The oldest urgent effect that was not looked at; there is one. It stays where it is until the next effect is added.</summary>
    internal ref Entry See()
    {
        while (true)
        {
            ref Entry entry = ref _entries[_seen++];
            if (entry.Effect.Kind is EffectKind.TaskCompleted or EffectKind.CancelledRegion)
            {
                _urgent--;
                return ref entry;
            }
        }
    }

    /// <summary>The oldest effect; there is one. It stays where it is until the next effect is added.</summary>
    internal ref Entry Oldest => ref _entries[_head];

    /// <summary>Takes the oldest effect out; it is to be carried out.</summary>
    internal void DropOldest()
    {
        ref Entry entry = ref _entries[_head++];
        entry.Ended = null;
        entry.Outcome = default;
        if (_head == _tail)
        {
            Reset();
        }
        else if (_seen < _head)
        {
            _seen = _head;
        }
    }

    internal void Clear()
    {
        Array.Clear(_entries, _head, _tail - _head);
        Reset();
    }

    private void Reset()
    {
        _head = _seen = _tail = _urgent = 0;
        if (_entries.Length > MostKept)
        {
            _entries = new Entry[Smallest];
        }
    }

    private void MakeRoom()
    {
        Entry[] room = _head > _entries.Length / 2 ? _entries : new Entry[_entries.Length * 2];
        int count = _tail - _head;
        Array.Copy(_entries, _head, room, 0, count);
        if (room == _entries)
        {
            Array.Clear(room, count, _tail - count);
        }

        _entries = room;
        _seen -= _head;
        _tail = count;
        _head = 0;
    }

    /// <summary>An effect; of the end of a task, with that task and its outcome.</summary>
    internal struct Entry
    {
        internal Effect Effect;
        internal TaskCell? Ended;
        internal Kernel.Outcome Outcome;
    }
}
