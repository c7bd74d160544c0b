using System.Diagnostics.CodeAnalysis;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The three lanes: cancel and ready first in, first out, timed by earliest deadline. Which lane is next is decided by the kernel's
/// <see cref="Lanes"/>. A task that is cancelled while it stands in another lane is promoted; its old place is passed over later.
/// </summary>
/// <remarks>
/// Where there are several workers a gate guards each one's lanes: its owner passes it at every poll, others when they take from it. A task
/// that was never polled is put into its lane only when the lanes are empty, the newest first, so that a task runs what it spawned while
/// that is in the cache, and a recursion goes deep before it goes wide; it is then the next one at once. When a task yields, all of them
/// come before it; else, every 64th turn at the latest, the oldest (docs/rationale.md, D43).
/// </remarks>
internal sealed class ThreeLaneQueue(int cancelLimit, int timedLimit, ushort number, bool shared) : ILaneQueue
{
    private const int MostMoved = 256;
    private const int TurnsPerOldest = 64;

    private readonly SegmentDeque<Place> _cancel = new();
    private readonly SegmentDeque<Place> _ready = new();
    private readonly PriorityQueue<Place, (long Deadline, long Id)> _timed = new();

    // Those that were never polled, in the order of their birth.
    private readonly SegmentDeque<Place> _newborns = new();

    // Those here that have ended, and have code left that nobody awaits: the ledger may have forgotten them. No task ends while it is in line.
    private Dictionary<long, TaskCell>? _ended;

    private SpinGate _gate;
    private int _count;
    private int _cancelCount;
    private int _readyCount;
    private int _timedCount;
    private int _newCount;
    private int _turnsToOldest = TurnsPerOldest;
    private int _pinned;
    private Cycle _cycle;

    /// <inheritdoc/>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public bool HasMovable => Count > Volatile.Read(ref _pinned);

    /// <inheritdoc/>
    public bool HasSurplus => Count - Volatile.Read(ref _pinned) > 1;

    /// <summary>The ledger's tasks: where the lanes find those that stand in them.</summary>
    internal RecordPages<TaskRecord, TaskBurial, TaskCell> Tasks { private get; set; } = null!;

    /// <summary>Tasks in a lane. Other threads may read it, for measurements.</summary>
    internal int LengthOf(Lane lane) =>
        lane switch
        {
            Lane.Cancel => _cancelCount,
            Lane.Timed => _timedCount,
            _ => _readyCount + _newCount,
        };

    private int InLanes => _cancelCount + _readyCount + _timedCount;

    // A word of its own: others read it without the gate, and may not see a task in no lane while it goes from one to another.
    private int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void Enqueue(Strand strand)
    {
        var cell = (TaskCell)strand;
        // Before the gate, which is a fence: a request that comes now is either seen here or finds where to promote the task.
        cell.StandsIn = number;
        Enter();
        Lane lane = cell.LaneNow;
        if (lane == Lane.Ready && cell.Polls == 0)
        {
            AddNew(cell);
        }
        else
        {
            if (_newCount > 0 && Worker.Current?.Polling == strand)
            {
                AdmitAll();
            }

            Add(cell, lane);
        }

        Exit();
    }

    /// <summary>Moves a task that stands in a less urgent lane, of whichever worker, to that worker's cancel lane.</summary>
    internal static void Promote(TaskCell cell)
    {
        if (cell.Concurrent)
        {
            Interlocked.MemoryBarrier(); // The request is written before this is read: see Enqueue.
        }

        if (cell.StandsIn is not 0 and var number)
        {
            var lanes = (ThreeLaneQueue)cell.Scheduler.Workers[number - 1].Lanes;
            lanes.Enter();
            if (cell.StandsIn == number && cell.QueuedIn is Lane.Ready or Lane.Timed)
            {
                lanes.Move(cell, Lane.Cancel);
            }

            lanes.Exit();
        }
    }

    /// <inheritdoc/>
    public bool TryDequeue([NotNullWhen(true)] out Strand? strand)
    {
        strand = null;
        if (shared && IsEmpty)
        {
            return false;
        }

        Enter();
        bool newest = _newCount > 0 && AdmitNew();
        (Lane lane, _cycle) = Lanes.choose(
            cancelLimit,
            timedLimit,
            _cycle,
            _cancelCount > 0,
            _timedCount > 0,
            newest || _readyCount > 0
        );
        if (lane != Lane.None)
        {
            TaskCell? cell;
            do
            {
                cell = lane switch
                {
                    Lane.Cancel => Next(_cancel.TakeFirst()),
                    Lane.Timed => Next(_timed.Dequeue()),
                    _ => Next(newest ? _newborns.TakeLast() : _ready.TakeFirst()),
                };
            } while (cell is null);

            Leave(cell);
            strand = cell;
        }

        Exit();
        return strand is not null;
    }

    /// <inheritdoc/>
    public bool MoveHalfTo(ILaneQueue other, bool leaveOne)
    {
        if (leaveOne ? !HasSurplus : IsEmpty)
        {
            return false;
        }

        List<TaskCell>? moved = null;
        Enter();
        int movable = Count - _pinned;
        int wanted = Math.Min((movable + (leaveOne ? 0 : 1)) / 2, MostMoved);
        if (wanted > 0)
        {
            moved = new List<TaskCell>(wanted);
            TakeFrom(_cancel, wanted, moved);
            TakeTimed(wanted, moved);
            TakeFrom(_ready, wanted, moved);
            TakeNew(wanted, moved);
        }

        Exit();
        foreach (TaskCell cell in moved ?? [])
        {
            ((ThreeLaneQueue)other).TakeOver(cell);
        }

        return moved is { Count: > 0 };
    }

    /// <summary>Puts a task that stood elsewhere into its lane.</summary>
    private void TakeOver(TaskCell cell)
    {
        cell.StandsIn = number;
        Enter();
        Add(cell, cell.LaneNow);
        Exit();
    }

    private void AddNew(TaskCell cell)
    {
        Place place = Stand(cell, Lane.Ready);
        cell.StandAsNewborn();
        _newborns.AddLast(place);
        _newCount++;
    }

    /// <summary>
    /// Puts the oldest task that was never polled into the ready lane, if it is time for that. True when the lanes are empty, so that the
    /// newest is to go through that lane now.
    /// </summary>
    private bool AdmitNew()
    {
        if (InLanes == 0)
        {
            return true;
        }

        if (--_turnsToOldest <= 0)
        {
            _turnsToOldest = TurnsPerOldest;
            AdmitOldest();
        }

        return false;
    }

    /// <summary>The task that is polled yields: all that wait for their first turn go before its next one.</summary>
    private void AdmitAll()
    {
        while (_newCount > 0)
        {
            AdmitOldest();
        }
    }

    private void AdmitOldest()
    {
        TaskCell? oldest = null;
        while (oldest is null)
        {
            oldest = Next(_newborns.TakeFirst());
        }

        Admit(oldest);
    }

    private void Admit(TaskCell cell) => Move(cell, Lane.Ready);

    /// <summary>
    /// Puts a task that stands here into another lane. The lanes are not empty for a moment meanwhile: their owner might go to rest then.
    /// </summary>
    private void Move(TaskCell cell, Lane lane)
    {
        CountUp(1);
        LeavePlace(cell); // It stands in these lanes all the while: a request that comes now waits for the gate, and then promotes it.
        Add(cell, lane);
        CountUp(-1);
    }

    private void CountUp(int change) => Volatile.Write(ref _count, _count + change);

    private void TakeNew(int wanted, List<TaskCell> moved)
    {
        var stay = new List<Place>();
        while (moved.Count < wanted && _newCount > stay.Count)
        {
            Place place = _newborns.TakeFirst();
            if (!MayLeave(place, moved))
            {
                stay.Add(place);
            }
        }

        for (int i = stay.Count - 1; i >= 0; i--)
        {
            _newborns.AddFirst(stay[i]);
        }
    }

    /// <summary>The task at a place, unless it has left that place.</summary>
    private TaskCell? Next(Place place)
    {
        TaskCell? cell = Tasks.Cell(place.Id) ?? _ended?.GetValueOrDefault(place.Id);
        return cell?.QueuedAt == place.Number ? cell : null;
    }

    private void TakeFrom(SegmentDeque<Place> lane, int wanted, List<TaskCell> moved)
    {
        for (int left = lane.Count; left > 0 && moved.Count < wanted; left--)
        {
            Place place = lane.TakeFirst();
            if (!MayLeave(place, moved))
            {
                lane.AddLast(place);
            }
        }
    }

    private void TakeTimed(int wanted, List<TaskCell> moved)
    {
        var stay = new List<(Place, (long, long))>();
        while (moved.Count < wanted && _timed.TryDequeue(out Place place, out (long, long) priority))
        {
            if (!MayLeave(place, moved))
            {
                stay.Add((place, priority));
            }
        }

        _timed.EnqueueRange(stay);
    }

    /// <summary>Takes the task at a place along, unless it has left it before. False when it is pinned and has to stay there.</summary>
    private bool MayLeave(Place place, List<TaskCell> moved)
    {
        if (Next(place) is not { } cell)
        {
            return true;
        }

        if (cell.Home is not null)
        {
            return false;
        }

        Leave(cell);
        moved.Add(cell);
        return true;
    }

    private Place Stand(TaskCell cell, Lane lane)
    {
        cell.QueuedIn = lane;
        CountUp(1);
        if (cell.Home is not null)
        {
            _pinned++;
        }

        if (cell.Finished)
        {
            _ended ??= [];
            _ended.Add(cell.Id, cell);
        }

        return new Place(cell.Id, ++cell.QueuedAt);
    }

    private void Add(TaskCell cell, Lane lane)
    {
        Place place = Stand(cell, lane);
        switch (lane)
        {
            case Lane.Cancel:
                _cancel.AddLast(place);
                _cancelCount++;
                break;
            case Lane.Timed:
                _timed.Enqueue(place, (cell.Deadline, cell.Id));
                _timedCount++;
                break;
            default:
                _ready.AddLast(place);
                _readyCount++;
                break;
        }
    }

    private void Leave(TaskCell cell)
    {
        LeavePlace(cell);
        cell.StandsIn = 0;
    }

    private void LeavePlace(TaskCell cell)
    {
        switch (cell.QueuedIn)
        {
            case Lane.Cancel:
                _cancelCount--;
                break;
            case Lane.Timed:
                _timedCount--;
                break;
            default:
                if (cell.IsNewborn)
                {
                    _newCount--;
                }
                else
                {
                    _readyCount--;
                }

                break;
        }

        if (cell.Home is not null)
        {
            _pinned--;
        }

        if (cell.Finished)
        {
            _ended?.Remove(cell.Id);
        }

        CountUp(-1);
        cell.QueuedIn = Lane.None;
        cell.QueuedAt++;
    }

    private void Enter()
    {
        if (shared)
        {
            _gate.Enter();
        }
    }

    private void Exit()
    {
        if (shared)
        {
            _gate.Exit();
        }
    }

    /// <summary>
    /// Where a task was put. It stands there as long as its own count says the same. There may be a million places: they refer to no object,
    /// so the collector need not look at each task once more for its place.
    /// </summary>
    private readonly record struct Place(long Id, int Number);
}
