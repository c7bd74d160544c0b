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

    /// <summary>The oldest urgent effect that was not looked at. False when there is none.</summary>
    internal bool TrySee(out Effect effect)
    {
        while (_urgent > 0 && _seen < _tail)
        {
            effect = _entries[_seen++].Effect;
            if (effect.Kind is EffectKind.TaskCompleted or EffectKind.CancelledRegion)
            {
                _urgent--;
                return true;
            }
        }

        effect = default;
        return false;
    }

    /// <summary>Keeps with the effect that was looked at last the task that ended, since the ledger may forget it before that is carried out.</summary>
    internal void Keep(TaskCell ended)
    {
        ref Entry entry = ref _entries[_seen - 1];
        entry.Ended = ended;
        entry.Outcome = ended.Record.Outcome;
    }

    /// <summary>Takes the oldest effect, to carry it out.</summary>
    internal bool TryDequeue(out Entry entry)
    {
        if (_head == _tail)
        {
            entry = default;
            return false;
        }

        entry = _entries[_head];
        _entries[_head++] = default;
        _seen = Math.Max(_seen, _head);
        if (_head == _tail)
        {
            Reset();
        }

        return true;
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
