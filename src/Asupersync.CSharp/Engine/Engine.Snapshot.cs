using Asupersync.Kernel;

namespace Asupersync;

/// <content>Snapshots of the live region tree.</content>
internal sealed partial class Engine
{
    /// <summary>
    /// The regions from this one down that are not closed, and what is alive in them. Between two steps, with all gates passed, it is one
    /// state; other threads say in the doubt why they ask all the same.
    /// </summary>
    internal RuntimeSnapshot TakeSnapshot(long top, int most, string? doubt = null)
    {
        // After the run nobody takes steps any more.
        using (doubt is null && Scheduler.IsCurrent ? EnterBelow(Target.Region(top)) : default)
        {
            return ReadSnapshot(top, most, doubt);
        }
    }

    private RuntimeSnapshot ReadSnapshot(long top, int most, string? doubt)
    {
        long now = Now;
        uint moment = Scheduler.MomentNow();
        List<RegionSnapshot> regions = [];
        var next = new Queue<long>();
        if (top <= Ledger.Regions.Count)
        {
            next.Enqueue(top);
        }

        int tasksLeft = most;
        bool cut = false;
        while (next.TryDequeue(out long id))
        {
            (RegionRecord record, RegionCell? cell) = Ledger.Regions.Find(id);
            if (record.Phase == RegionPhase.Closed || cell is null)
            {
                continue;
            }

            if (regions.Count == most)
            {
                cut = true;
                break;
            }

            List<TaskSnapshot> tasks = [];
            long following = record.FirstTask;

            // From another thread the list may change while it is read; it never needs more steps than there were tasks.
            for (long seen = 0; following != 0 && seen <= Ledger.Tasks.Count; seen++)
            {
                long task = following;
                (TaskRecord one, TaskCell? described) = Ledger.Tasks.Find(task);
                following = one.NextTask;
                if (one.Phase == TaskPhase.Completed || described?.Id != task)
                {
                    continue;
                }

                if (tasksLeft == 0)
                {
                    cut = true;
                    break;
                }

                tasksLeft--;
                tasks.Add(Describe(described, one, now, moment));
                if (one.Waits.IsRegion)
                {
                    next.Enqueue(one.Waits.RegionId);
                }
            }

            regions.Add(Describe(cell, record, tasks, now, moment));
        }

        return new RuntimeSnapshot
        {
            At = TimeSpan.FromTicks(now),
            Regions = regions,
            IsCut = cut,
            Doubt = doubt,
        };
    }

    private static RegionSnapshot Describe(
        RegionCell cell,
        in RegionRecord record,
        IReadOnlyList<TaskSnapshot> tasks,
        long now,
        uint moment
    ) =>
        new()
        {
            Id = cell.Id,
            Name = cell.Name,
            Owner = record.Owner,
            Phase = record.Phase,
            PhaseFor = Scheduler.Between(cell.PhaseSince, moment),
            Reason = record.Reason,
            CancelledFor = cell.CancelledSince is { } since ? Scheduler.Between(since, moment) : null,
            TimeLeft = TimeLeft(record.Budget.Deadline, now),
            TasksAdded = cell.TasksAdded,
            LiveTasks = record.Live,
            BodyEnded = cell.Body is { IsCompleted: true }, // Seen from another thread it may not be there yet.
            FinalizersLeft = record.Finalizers,
            Heap = (cell.HeapOrNone?.Count ?? 0, cell.HeapOrNone?.Bytes ?? 0),
            Tasks = tasks,
        };

    private TaskSnapshot Describe(TaskCell cell, in TaskRecord record, long now, uint moment)
    {
        List<ObligationSnapshot> held = [];
        for (
            long id = record.FirstHeld;
            id != 0 && held.Count < Ledger.Obligations.Count;
            id = Ledger.Obligations[id].NextHeld
        )
        {
            held.Add(new ObligationSnapshot(id, Ledger.Obligations[id].Kind));
        }

        int polls = record.Phase == TaskPhase.Cancelling ? record.Cleanup : record.Polls;
        return new TaskSnapshot
        {
            Id = cell.Id,
            Name = cell.Name,
            Role = record.Role,
            Phase = record.Phase,
            Reason = record.Reason,
            Age = Scheduler.Between(cell.CreatedAt, moment),
            Waiting = WaitOf(cell),
            WaitingFor = Scheduler.Between(cell.PolledAt, moment),
            WaitsForRegion = record.Waits.IsRegion ? record.Waits.RegionId : 0,
            AwaitSite = cell.AwaitSite,
            LastCheckpoint = cell.LastCheckpoint,
            MaskLeft = record.Mask,
            TimeLeft = TimeLeft(record.Deadline, now),
            PollsLeft = polls == Quota.Unlimited ? null : polls,
            CostLeft = record.Cost == Quota.UnlimitedCost ? null : record.Cost,
            Obligations = held,
        };
    }

    private static TimeSpan? TimeLeft(long deadline, long now) =>
        deadline == Quota.NoDeadline ? null : TimeSpan.FromTicks(Math.Max(0, deadline - now));
}
