using System.Diagnostics;
using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapter Task.</content>
internal sealed partial class Engine
{
    /// <summary>Spawn: a new child of a region, by the task that runs now. Without <c>begins</c> it is the caller who makes it begin.</summary>
    internal TaskCell<T> Spawn<T>(
        TaskCell spawner,
        Capabilities held,
        RegionCell region,
        Body<T> body,
        string name,
        in WorkBudget own,
        bool? admitted = null,
        bool begins = true
    )
    {
        StepContext here = HereOf(spawner);
        // Who waited for a place, or for the end of waiting, comes with the answer.
        bool counted = admitted ?? region.Admission?.EnterTask() ?? false;
        Budget budget = own.At(this);
        TaskCell<T> cell;
        using (EnterForBirth(spawner.Region, region))
        {
            cell = SpawnHeld(here, spawner, held, region, body, name, budget, counted);
        }

        Metrics.TaskSpawned();
        if (begins)
        {
            cell.Begin();
        }

        Pump(here);
        return cell;
    }

    /// <summary>Spawn of a branch: the call of the combinator knows of it before it can begin. Nothing when the call is settled.</summary>
    internal void SpawnBranch<T>(TaskCell spawner, Capabilities held, Combination call, Branch<T> branch, Body<T> body)
    {
        StepContext here = Here;
        RegionCell region = spawner.Region;
        Budget budget = WorkBudget.Unlimited.At(this);
        TaskCell<T> cell;
        using (EnterForBirth(region, region))
        {
            if (!call.IsOpen)
            {
                return;
            }

            cell = SpawnHeld(here, spawner, held, region, body, branch, budget, region.Admission?.EnterTask() ?? false);
            branch.Becomes(cell);
            call.OnStarted(branch);
        }

        Metrics.TaskSpawned();
        cell.Begin();
        Pump(here);
        call.CarryOut();
    }

    private TaskCell<T> SpawnHeld<T>(
        StepContext here,
        TaskCell spawner,
        Capabilities held,
        RegionCell region,
        Body<T> body,
        object name,
        in Budget budget,
        bool counted
    )
    {
        long id = NewTaskId(here);
        Premise failed = KRules.Spawn.enact(new LedgerStore(Ledger, here), spawner.Id, region.Id, id, budget);
        here.NewTask = 0;
        if (failed != Premise.None)
        {
            GiveBackTask(id);
            if (counted)
            {
                region.Admission!.LeaveTask();
            }

            Require(RuleName.Spawn, failed, region);
        }

        Activity? before = Options.TaskActivities ? Activity.Current : null;
        Activity? activity = Options.TaskActivities ? Activities.EnterTask(name.ToString(), id) : null;
        var cell = new TaskCell<T>(this, id, Role.Child, region, name, spawner.PolledAt, held, body);
        Activities.Leave(activity, before);
        if (activity is not null)
        {
            cell.Rare.Activity = activity;
        }

        Adopt(here, cell, region.Record.Budget.Deadline);
        Took(here, Recording ? KAction.NewSpawn(spawner.Id, region.Id, id, budget) : null);
        return cell;
    }

    /// <summary>The identifier of a task that a step is about to make.</summary>
    private long NewTaskId(StepContext here)
    {
        if (!Concurrent)
        {
            return Ledger.Tasks.Count + 1;
        }

        return here.NewTask = Ledger.Tasks.TakeId();
    }

    /// <summary>The step was refused, and nothing has this identifier.</summary>
    private void GiveBackTask(long id)
    {
        if (Concurrent)
        {
            GiveBack(Ledger.Tasks, id);
        }
    }

    /// <summary>While a run is recorded, what makes things goes one at a time, so the last identifier may be taken back.</summary>
    private void GiveBack<TRecord, TBurial, TCell>(RecordPages<TRecord, TBurial, TCell> records, long id)
        where TBurial : struct, IBurial<TRecord>
        where TCell : class
    {
        if (_recorder is null)
        {
            records.GiveBack(id);
        }
        else
        {
            records.TakeBack();
        }
    }

    /// <summary>Start, or the way past the body of a task that was cancelled before its start.</summary>
    /// <returns>True when the body is to be entered.</returns>
    internal bool TryStart(TaskCell cell)
    {
        if (cell.Record.Phase == TaskPhase.Created)
        {
            bool started;
            StepContext here = HereOf(cell);
            using (Enter(cell.Region))
            {
                // A request may have come just now, from another worker.
                started = !Concurrent || cell.Record.Phase == TaskPhase.Created;
                if (started)
                {
                    Must(RuleName.Start, KRules.Start.enact(StoreOf(here), cell.Id));
                    Took(here, Recording ? KAction.NewStart(cell.Id) : null);
                }
            }

            if (started)
            {
                Pump(here);
                if (cell.ChargesPolls)
                {
                    ChargePoll(cell); // The poll that enters the body counts as well.
                }

                return true;
            }
        }

        Acknowledge(cell);
        return false;
    }

    /// <summary>Puts a new task on the books, with a timer when its deadline is earlier than what cancels it anyway.</summary>
    private void Adopt(StepContext here, TaskCell cell, long regionDeadline)
    {
        Ledger.Tasks.SetCell(cell.Id, cell);
        here.Effects.TakeBackSchedule(cell.Id); // It is put in line by Begin.
        ref readonly TaskRecord record = ref cell.Record;
        cell.ChargesPolls = record.Polls != Quota.Unlimited;
        if (record.Deadline < regionDeadline)
        {
            cell.Rare.DeadlineTimer = new DeadlineTimer(this, Target.Task(cell.Id), record.Deadline);
        }

        cell.Region.CountTask();
    }
}
