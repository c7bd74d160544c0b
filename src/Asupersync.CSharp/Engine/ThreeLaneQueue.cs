using System.Diagnostics.CodeAnalysis;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The three lanes: cancel and ready first in, first out, timed by earliest deadline. Which lane is next is decided by the kernel's
/// <see cref="Lanes"/>. A task that is cancelled while it stands in another lane is promoted; its old place is passed over later.
/// </summary>
internal sealed class ThreeLaneQueue(int cancelLimit, int timedLimit) : ILaneQueue
{
    private readonly Queue<TaskCell> _cancel = new();
    private readonly Queue<TaskCell> _ready = new();
    private readonly PriorityQueue<TaskCell, (long Deadline, long Id)> _timed = new();
    private int _cancelCount;
    private int _readyCount;
    private int _timedCount;
    private Cycle _cycle;

    public bool IsEmpty => _cancelCount + _readyCount + _timedCount == 0;

    /// <summary>Tasks in a lane. Other threads may read it, for measurements.</summary>
    internal int LengthOf(Lane lane) =>
        lane switch
        {
            Lane.Cancel => _cancelCount,
            Lane.Timed => _timedCount,
            _ => _readyCount,
        };

    public void Enqueue(Strand strand)
    {
        var cell = (TaskCell)strand;
        Add(cell, cell.LaneNow);
    }

    /// <summary>Moves a task that stands in a less urgent lane to the cancel lane.</summary>
    internal void Promote(TaskCell cell)
    {
        if (cell.QueuedIn is Lane.Ready or Lane.Timed)
        {
            Leave(cell.QueuedIn);
            Add(cell, Lane.Cancel);
        }
    }

    public bool TryDequeue([NotNullWhen(true)] out Strand? strand)
    {
        (Lane lane, _cycle) = Lanes.choose(
            cancelLimit,
            timedLimit,
            _cycle,
            _cancelCount > 0,
            _timedCount > 0,
            _readyCount > 0
        );
        if (lane == Lane.None)
        {
            strand = null;
            return false;
        }

        TaskCell cell;
        do
        {
            cell = lane switch
            {
                Lane.Cancel => _cancel.Dequeue(),
                Lane.Timed => _timed.Dequeue(),
                _ => _ready.Dequeue(),
            };
        } while (cell.QueuedIn != lane);

        Leave(lane);
        cell.QueuedIn = Lane.None;
        strand = cell;
        return true;
    }

    private void Add(TaskCell cell, Lane lane)
    {
        cell.QueuedIn = lane;
        switch (lane)
        {
            case Lane.Cancel:
                _cancel.Enqueue(cell);
                _cancelCount++;
                break;
            case Lane.Timed:
                _timed.Enqueue(cell, (cell.Deadline, cell.Id));
                _timedCount++;
                break;
            default:
                _ready.Enqueue(cell);
                _readyCount++;
                break;
        }
    }

    private void Leave(Lane lane)
    {
        switch (lane)
        {
            case Lane.Cancel:
                _cancelCount--;
                break;
            case Lane.Timed:
                _timedCount--;
                break;
            default:
                _readyCount--;
                break;
        }
    }
}
