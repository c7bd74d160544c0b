using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The effects of the steps of one worker, oldest first. Each is looked at twice: while the gates of its step are held, as far as others may
/// ask for it at once, and after that, when it is carried out.
/// </summary>
/// <remarks>
/// One request may have a million of them, so an effect is one word here: its kind, and the task or region that it is about. The few kinds
/// that say more stand beside, in the same order.
/// </remarks>
internal sealed class EffectQueue
{
    private const int Smallest = 32;
    private const int MostKept = 4096;
    private const int KindShift = 56;
    private const ulong SubjectMask = (1UL << KindShift) - 1;

    private readonly Queue<Effect> _whole = new();
    private ulong[] _words = new ulong[Smallest];
    private Ended[] _ended = new Ended[Smallest];
    private int _endedHead;
    private int _endedTail;
    private int _head;
    private int _seen;
    private int _tail;
    private int _urgent;

    /// <summary>How many wait. Other threads may ask whether there are any.</summary>
    internal int Count => Volatile.Read(ref _tail) - Volatile.Read(ref _head);

    /// <summary>Whether an effect that was not looked at is one that others may ask for at once.</summary>
    internal bool IsUrgent => _urgent > 0;

    /// <summary>The effects that wait to be carried out.</summary>
    internal IEnumerable<Effect> Waiting
    {
        get
        {
            var whole = new Queue<Effect>(_whole);
            foreach (ulong word in _words[_head.._tail])
            {
                yield return KindOf(word) switch
                {
                    EffectKind.Leaked or EffectKind.KernelAborted or EffectKind.RunFinalizer => whole.Dequeue(),
                    EffectKind.CancelledRegion or EffectKind.Advance or EffectKind.RegionClosed =>
                        EffectModule.onRegion(KindOf(word), SubjectOf(word)),
                    _ => EffectModule.onTask(KindOf(word), SubjectOf(word)),
                };
            }
        }
    }

    /// <summary>Adds an effect; rules say the kind as a constant, for which this comes to two stores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(in Effect effect)
    {
        if (_tail == _words.Length)
        {
            MakeRoom();
        }

        long subject = effect.Task;
        switch (effect.Kind)
        {
            case EffectKind.TaskCompleted:
                _urgent++;
                break;
            case EffectKind.CancelledRegion:
                _urgent++;
                subject = effect.Region;
                break;
            case EffectKind.Advance or EffectKind.RegionClosed:
                subject = effect.Region;
                break;
            case EffectKind.Leaked or EffectKind.KernelAborted or EffectKind.RunFinalizer:
                _whole.Enqueue(effect);
                break;
        }

        _words[_tail++] = WordOf(effect.Kind, subject);
    }

    /// <summary>Takes back the last effect if it asks to schedule this task.</summary>
    internal void TakeBackSchedule(long task)
    {
        if (_tail > _head && _words[_tail - 1] == WordOf(EffectKind.Schedule, task))
        {
            _tail--;
            _seen = Math.Min(_seen, _tail);
        }
    }

    /// <summary>The oldest urgent effect that was not looked at; there is one.</summary>
    /// <returns>Its kind, and the task or region that it is about.</returns>
    internal (EffectKind Kind, long Subject) See()
    {
        while (true)
        {
            ulong word = _words[_seen++];
            EffectKind kind = KindOf(word);
            if (kind is EffectKind.TaskCompleted or EffectKind.CancelledRegion)
            {
                _urgent--;
                return (kind, SubjectOf(word));
            }
        }
    }

    /// <summary>Whether this is the oldest effect, was not looked at, and is the only urgent one that was not.</summary>
    internal bool IsFirstAndUrgentAlone(EffectKind kind, long subject) =>
        _urgent == 1 && _seen == _head && _words[_head] == WordOf(kind, subject);

    /// <summary>Takes the oldest effect out, which is urgent and was not looked at.</summary>
    internal void TakeUrgent()
    {
        _urgent--;
        TakeOldest();
    }

    /// <summary>Keeps the task of a TaskCompleted that was looked at, and how it ended: the ledger may forget it before the effect is carried out.</summary>
    internal void Keep(TaskCell task, in Kernel.Outcome outcome)
    {
        if (_endedTail == _ended.Length)
        {
            Array.Resize(ref _ended, _ended.Length * 2);
        }

        ref Ended ended = ref _ended[_endedTail++];
        ended.Task = task;
        ended.Outcome = outcome;
    }

    /// <summary>What was kept of the oldest TaskCompleted that is not carried out.</summary>
    internal Ended TakeKept()
    {
        ref Ended kept = ref _ended[_endedHead++];
        Ended ended = kept;
        kept = default;
        if (_endedHead == _endedTail)
        {
            _endedHead = _endedTail = 0;
            if (_ended.Length > MostKept)
            {
                _ended = new Ended[Smallest];
            }
        }

        return ended;
    }

    /// <summary>The oldest of the effects that say more than their kind and one subject.</summary>
    internal Effect TakeWhole() => _whole.Dequeue();

    /// <summary>Takes the oldest effect out; there is one. It is to be carried out.</summary>
    /// <returns>Its kind, and the task or region that it is about.</returns>
    internal (EffectKind Kind, long Subject) TakeOldest()
    {
        ulong word = _words[_head++];
        if (_head == _tail)
        {
            Reset();
        }
        else if (_seen < _head)
        {
            _seen = _head;
        }

        return (KindOf(word), SubjectOf(word));
    }

    internal void Clear()
    {
        _whole.Clear();
        Array.Clear(_ended);
        _endedHead = _endedTail = 0;
        Reset();
    }

    private static ulong WordOf(EffectKind kind, long subject) => ((ulong)kind << KindShift) | (ulong)subject;

    private static EffectKind KindOf(ulong word) => (EffectKind)(word >> KindShift);

    private static long SubjectOf(ulong word) => (long)(word & SubjectMask);

    private void Reset()
    {
        _head = _seen = _tail = _urgent = 0;
        if (_words.Length > MostKept)
        {
            _words = new ulong[Smallest];
        }
    }

    private void MakeRoom()
    {
        ulong[] room = _head > _words.Length / 2 ? _words : new ulong[_words.Length * 2];
        int count = _tail - _head;
        Array.Copy(_words, _head, room, 0, count);
        _words = room;
        _seen -= _head;
        _tail = count;
        _head = 0;
    }

    /// <summary>A task that has ended, and how.</summary>
    internal struct Ended
    {
        internal TaskCell Task;
        internal Kernel.Outcome Outcome;
    }
}
