using System.Diagnostics;
using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <content>
/// What is locked for a step where several workers take steps (docs/rationale.md, D42). A region's gate guards the region's record, those
/// of its tasks, and the obligations that these hold. A step that touches one region passes one gate. Steps that touch several take turns,
/// and pass the gates one after the other; a holder of a single gate waits for nothing, so nobody waits in a circle.
/// </content>
internal sealed partial class Engine
{
    private readonly Lock _several = new();
    private readonly Lock _births = new();

    /// <summary>Whether there are several workers. Kept here, as with every strand, since every step asks.</summary>
    internal bool Concurrent { get; }

    /// <summary>What this worker keeps while it takes steps. Asked for once a call and handed on: it takes a thread's own field to find.</summary>
    internal StepContext Here => Concurrent ? Unsafe.As<StepContext>(Worker.Current!.Context!) : _alone;

    /// <summary>The same for a step of the task that runs now: its worker is this one.</summary>
    private StepContext HereOf(TaskCell running)
    {
        Debug.Assert(TaskCell.Current == running, "The task is polled on this thread.");
        return Unsafe.As<StepContext>(running.LastWorker!.Context!);
    }

    private LedgerStore StoreOf(StepContext here) => new(Ledger, here);

    /// <summary>For a step about one region.</summary>
    internal Hold Enter(RegionCell region)
    {
        if (!Concurrent)
        {
            return default;
        }

        region.Gate!.Enter();
        return new Hold(this, region, null, false);
    }

    /// <summary>For a step about a task and what belongs to this region, often its own.</summary>
    internal Hold Enter(RegionCell first, RegionCell second)
    {
        if (!Concurrent)
        {
            return default;
        }

        if (first == second)
        {
            first.Gate!.Enter();
            return new Hold(this, first, null, false);
        }

        _several.Enter();
        List<RegionCell> held = Here.Held;
        Take(first, held);
        Take(second, held);
        return new Hold(this, null, held, false);
    }

    /// <summary>For a step that makes something: while a run is recorded such steps are taken one at a time, so that identifiers are dense.</summary>
    private Hold EnterForBirth(RegionCell first, RegionCell second)
    {
        if (!Concurrent)
        {
            return default;
        }

        if (_recorder is not null)
        {
            _births.Enter();
            return Enter(first, second).WithBirth();
        }

        return Enter(first, second);
    }

    /// <summary>For a step that may reach everything below a task or region.</summary>
    private Hold EnterBelow(Target target)
    {
        if (!Concurrent)
        {
            return default;
        }

        _several.Enter();
        List<RegionCell> held = Here.Held;
        if (target.IsRegion)
        {
            if (RegionOf(target.RegionId) is { } region)
            {
                Take(region, held);
                TakeBelow(held, 0);
            }
        }
        else if (TaskOf(target.TaskId) is { } task)
        {
            Take(task.Region, held);
            if (RegionBelow(task.Id) is { } below)
            {
                Take(below, held);
                TakeBelow(held, 1);
            }
        }

        return new Hold(this, null, held, false);
    }

    private static void Take(RegionCell region, List<RegionCell> held)
    {
        region.Gate!.Enter();
        held.Add(region);
    }

    /// <summary>The regions that tasks of those held wait for, and so on.</summary>
    private void TakeBelow(List<RegionCell> held, int from)
    {
        for (int i = from; i < held.Count; i++)
        {
            for (long id = held[i].Record.FirstTask; id != 0; id = Ledger.Tasks[id].NextTask)
            {
                if (RegionBelow(id) is { } below)
                {
                    Take(below, held);
                }
            }
        }
    }

    // A region that is closing now counts as below: its record says Closed before that step is over and has its number.
    private RegionCell? RegionBelow(long task)
    {
        Target waits = Ledger.Tasks[task].Waits;
        return waits.IsRegion ? RegionOf(waits.RegionId) : null;
    }

    /// <summary>The gates passed for a step; disposing lets go of them.</summary>
    internal readonly ref struct Hold
    {
        private readonly Engine? _engine;
        private readonly RegionCell? _one;
        private readonly List<RegionCell>? _many;
        private readonly bool _birth;

        internal Hold(Engine engine, RegionCell? one, List<RegionCell>? many, bool birth)
        {
            _engine = engine;
            _one = one;
            _many = many;
            _birth = birth;
        }

        internal Hold WithBirth() => new(_engine!, _one, _many, true);

        public void Dispose()
        {
            if (_one is not null)
            {
                _one.Gate!.Exit();
            }
            else if (_many is not null)
            {
                foreach (RegionCell region in _many)
                {
                    region.Gate!.Exit();
                }

                _many.Clear();
                _engine!._several.Exit();
            }

            if (_birth)
            {
                _engine!._births.Exit();
            }
        }
    }
}
