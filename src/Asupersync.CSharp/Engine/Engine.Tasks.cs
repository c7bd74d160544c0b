using System.Diagnostics;
using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapters Task and Join, and the end of a body.</content>
internal sealed partial class Engine
{
    /// <summary>Spawn: a new child of a region, by the task that runs now.</summary>
    internal TaskCell<T> Spawn<T>(
        TaskCell spawner,
        Capabilities held,
        RegionCell region,
        Body<T> body,
        string name,
        in WorkBudget own,
        bool? admitted = null
    )
    {
        // Who waited for a place, or for the end of waiting, comes with the answer.
        bool counted = admitted ?? region.Admission?.EnterTask() ?? false;
        long id = Ledger.Tasks.Count + 1;
        Budget budget = own.At(this);
        FSharpResult<LedgerStore, Refusal> result = KRules.Spawn.step(Store, spawner.Id, region.Id, id, budget);
        if (result.IsError)
        {
            if (counted)
            {
                region.Admission!.LeaveTask();
            }

            throw new RefusedException(result.ErrorValue, region.ToString());
        }

        Activity? before = Options.TaskActivities ? Activity.Current : null;
        Activity? activity = Options.TaskActivities ? Activities.EnterTask(name, id) : null;
        var cell = new TaskCell<T>(this, id, Role.Child, region, name, held, body);
        Activities.Leave(activity, before);
        if (activity is not null)
        {
            cell.Rare.Activity = activity;
        }

        Adopt(cell, region.Record.Budget.Deadline);
        Took(Recording ? KAction.NewSpawn(spawner.Id, region.Id, id, budget) : null);
        return cell;
    }

    /// <summary>Start, or the way past the body of a task that was cancelled before its start.</summary>
    /// <returns>True when the body is to be entered.</returns>
    internal bool TryStart(TaskCell cell)
    {
        if (cell.Record.Phase == TaskPhase.Created)
        {
            Must(KRules.Start.step(Store, cell.Id));
            Took(Recording ? KAction.NewStart(cell.Id) : null);
            if (cell.ChargesPolls)
            {
                ChargePoll(cell); // The poll that enters the body counts as well.
            }

            return true;
        }

        Acknowledge(cell);
        return false;
    }

    /// <summary>The body ended: Complete, or Drain and Finalize when the task had acknowledged a request, or does so by this end.</summary>
    internal void EndBody<T>(TaskCell<T> cell, WorkResult<T> result)
    {
        cell.WaitsFor = null;
        if (!cell.Record.Waits.IsNone)
        {
            // A helper that nobody awaits still waits for a task or region on this task's behalf; the task ends after it.
            EndAfterWait(cell, result);
            return;
        }

        if (cell.RareOrNone is { Blocking: > 0 } extra)
        {
            EndAfterBlocking(cell, extra, result);
            return;
        }

        Exception? error = result.Fault?.SourceException;
        if (
            cell.Record.Phase == TaskPhase.CancelRequested
            && cell.Record.Started
            && IsOwnCancellation(cell, result.Status, error)
        )
        {
            LeaveMasks(cell);
            Acknowledge(cell);
        }

        if (error is not null && cell.Record.Started && IsPanic(error))
        {
            cell.Outcome = new Outcome<T>.Panicked(error);
            Complete(cell, OutcomeModule.panicked);
        }
        else if (cell.Record.Phase == TaskPhase.Cancelling)
        {
            cell.Outcome = new Outcome<T>.Cancelled(cell.Record.Reason)
            {
                LateError = IsOwnCancellation(cell, result.Status, error) ? null : error,
            };
            Must(KRules.Drain.step(Store, cell.Id));
            Took(Recording ? KAction.NewDrain(cell.Id) : null);
            Must(KRules.Finalize.step(Store, cell.Id));
            Took(Recording ? KAction.NewFinalize(cell.Id) : null);
        }
        else if (error is CancelledException passed)
        {
            cell.Outcome = new Outcome<T>.Cancelled(passed.Reason);
            Complete(cell, OutcomeModule.cancelled(passed.Reason));
        }
        else if (error is not null)
        {
            cell.Outcome = new Outcome<T>.Err(error);
            Complete(cell, OutcomeModule.err);
        }
        else
        {
            cell.Outcome = Values.Ok(result.Value!);
            Complete(cell, OutcomeModule.ok);
        }
    }

    // Apart from EndBody, which would else make a closure for every task.
    private void EndAfterBlocking<T>(TaskCell<T> cell, TaskExtra extra, WorkResult<T> result)
    {
        cell.WaitsFor = "waits for synchronous code that it called and did not await";
        extra.AfterBlocking = () => EndBody(cell, result);
    }

    private void EndAfterWait<T>(TaskCell<T> cell, WorkResult<T> result) =>
        cell.Rare.AfterWait = () =>
        {
            Release(cell);
            EndBody(cell, result);
        };

    /// <summary>JoinBlock, or nothing when the target has ended.</summary>
    /// <returns>The wait to await, or null.</returns>
    internal WaitSource<Nothing>? JoinBlock(TaskCell waiter, TaskCell target)
    {
        if (target.IsCompleted)
        {
            return null;
        }

        Require(KRules.JoinBlock.step(Store, waiter.Id, target.Id), target);
        WaitSource<Nothing> wait = waiter.ArmKernelWait(interruptible: true);
        waiter.WaitsFor = target;
        Took(Recording ? KAction.NewJoinBlock(waiter.Id, target.Id) : null);
        return wait;
    }

    /// <summary>JoinReady for a task, unless its outcome was taken before.</summary>
    internal void JoinReady(TaskCell waiter, TaskCell target)
    {
        waiter.WaitsFor = null;
        if (target.Retired || (target.Record.Observed && waiter.Record.Waits.IsNone))
        {
            return;
        }

        TakeOutcome(waiter, Target.Task(target.Id));
        target.Region.TakeFailure(target);
        RetireIfDone(target);
    }

    /// <summary>Takes what a task still waited for when its body had ended.</summary>
    private void Release(TaskCell cell)
    {
        Target waits = cell.Record.Waits;
        if (!waits.IsNone)
        {
            TakeOutcome(cell, waits);
        }

        if (waits.IsRegion)
        {
            Forget(_regions[waits.RegionId]!);
        }
    }

    private void TakeOutcome(TaskCell waiter, Target target)
    {
        // Refused when another flow of the task waits for something else: one task waits for one thing.
        FSharpResult<LedgerStore, Refusal> result = KRules.JoinReady.step(Store, waiter.Id, target);
        if (result.IsError)
        {
            throw new RefusedException(result.ErrorValue, target.ToString());
        }

        Took(Recording ? KAction.NewJoinReady(waiter.Id, target) : null);
        SettleLate(waiter);
    }

    private void Complete(TaskCell cell, Kernel.Outcome outcome)
    {
        Must(KRules.Complete.step(Store, cell.Id, outcome));
        Took(Recording ? KAction.NewComplete(cell.Id, outcome) : null);
    }

    /// <summary>Puts a new task on the books, with a timer when its deadline is earlier than what cancels it anyway.</summary>
    private void Adopt(TaskCell cell, long regionDeadline)
    {
        _tasks.Put(cell.Id, cell);
        ref TaskRecord record = ref cell.Record;
        cell.Deadline = record.Deadline;
        cell.ChargesPolls = record.Polls != Quota.Unlimited;
        if (record.Deadline < regionDeadline)
        {
            cell.Rare.DeadlineTimer = new DeadlineTimer(this, Target.Task(cell.Id), record.Deadline);
        }

        cell.Region.TasksAdded++;
        cell.PolledAt = Scheduler.Moment;
        Metrics.TaskSpawned();
        cell.Begin();
    }

    private void TaskCompleted(TaskCell cell)
    {
        _lastEnded = cell;
        if (cell.Failure is not null)
        {
            cell.Region.AddFailure(cell);
        }

        Metrics.TaskCompleted(cell.Record.Outcome.Severity);
        Activities.Stop(cell.RareOrNone?.Activity, cell.Record.Outcome);
        cell.OnCompletedByKernel();
        if (cell.Region.Admission is { } admission)
        {
            admission.LeaveObligations(cell);
            if (cell.IsChild)
            {
                admission.LeaveTask();
            }
        }

        cell.Region.Combination?.OnCompleted(cell);
        RetireIfDone(cell);
    }

    /// <summary>Lets the ledger forget a task that no rule will read again.</summary>
    private void RetireIfDone(TaskCell cell)
    {
        if (cell.Retired)
        {
            return;
        }

        ref TaskRecord record = ref cell.Record;
        ref RegionRecord region = ref Ledger.Regions[record.Region];
        bool counts = Queries.counts(record) && !record.Observed;
        bool needed =
            region.Phase != RegionPhase.Closed && (region.Body == cell.Id || region.Trigger == cell.Id || counts);
        if (record.Phase != TaskPhase.Completed || record.FirstWaiter != 0 || needed)
        {
            return;
        }

        cell.Retired = true;
        Ledger.Tasks.Retire(cell.Id);
        _tasks.Retire(cell.Id);
    }

    /// <summary>Whether the body ended because it let its own task's cancellation through.</summary>
    private static bool IsOwnCancellation(TaskCell cell, WorkStatus status, Exception? error) =>
        status == WorkStatus.Cancelled
        || (
            error is CancelledException cancelled
                ? cancelled.SeenBy == cell.Id
                : error is OperationCanceledException foreign && cell.OwnsToken(foreign.CancellationToken)
        );
}
