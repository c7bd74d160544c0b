using System.Diagnostics;
using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapters Task and Join, and the end of a body.</content>
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
    internal void SpawnBranch<T>(
        TaskCell spawner,
        Capabilities held,
        Combination call,
        int number,
        Branch<T> branch,
        Body<T> body,
        string name
    )
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

            cell = SpawnHeld(here, spawner, held, region, body, name, budget, region.Admission?.EnterTask() ?? false);
            branch.Becomes(cell);
            call.OnStarted(cell, number);
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
        string name,
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
        Activity? activity = Options.TaskActivities ? Activities.EnterTask(name, id) : null;
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

    /// <summary>The body ended: Complete, or Drain and Finalize when the task had acknowledged a request, or does so by this end.</summary>
    internal void EndBody<T>(TaskCell<T> cell, WorkResult<T> result)
    {
        cell.WaitsFor = null;
        if (result.Status == WorkStatus.Cancelled)
        {
            // The body is one wait of the runtime's own, so nobody has thrown, which else acknowledges and gives up what is waited for.
            AcknowledgeIfVisible(cell);
        }

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
            StepContext here = Here;
            using (Enter(cell.Region))
            {
                Must(RuleName.Drain, KRules.Drain.enact(StoreOf(here), cell.Id));
                Took(here, Recording ? KAction.NewDrain(cell.Id) : null);
                Must(RuleName.Finalize, KRules.Finalize.enact(StoreOf(here), cell.Id));
                Took(here, Recording ? KAction.NewFinalize(cell.Id) : null);
            }

            Pump(here);
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

    /// <summary>JoinBlock with this wait, or nothing when the target has ended.</summary>
    /// <returns>Whether there is something to wait for.</returns>
    internal bool JoinBlock(TaskCell waiter, TaskCell target, KernelWait wait)
    {
        if (target.IsCompleted)
        {
            return false;
        }

        StepContext here = HereOf(waiter);
        using (Enter(waiter.Region, target.Region))
        {
            if (target.IsCompleted)
            {
                return false; // Just now, on another worker.
            }

            Require(RuleName.JoinBlock, KRules.JoinBlock.enact(StoreOf(here), waiter.Id, target.Id), target);
            waiter.ArmKernelWait(wait, interruptible: true);
            waiter.WaitsFor = target;
            Took(here, Recording ? KAction.NewJoinBlock(waiter.Id, target.Id) : null);
        }

        Pump(here);
        return true;
    }

    /// <summary>JoinReady for a task, unless its outcome was taken before.</summary>
    internal void JoinReady(TaskCell waiter, TaskCell target)
    {
        StepContext here = Here;
        waiter.WaitsFor = null;
        using (Enter(waiter.Region, target.Region))
        {
            if (target.Retired || (target.Record.Observed && waiter.Record.Waits.IsNone))
            {
                return;
            }

            JoinReadyHeld(here, waiter, target);
            RetireHeld(here, target);
        }

        Pump(here);
        SettleLate(waiter);
    }

    /// <summary>The same for a branch, by the task that started it, while the gate of their region is held.</summary>
    internal void JoinReadyHeld(StepContext here, TaskCell waiter, TaskCell target)
    {
        TakeOutcomeHeld(here, waiter, Target.Task(target.Id));
        target.Region.TakeFailure(target);
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
            Forget(RegionOf(waits.RegionId)!);
        }
    }

    private void TakeOutcome(TaskCell waiter, Target target)
    {
        StepContext here = Here;
        using (
            target.IsTask && TaskOf(target.TaskId) is { } task
                ? Enter(waiter.Region, task.Region)
                : Enter(waiter.Region)
        )
        {
            TakeOutcomeHeld(here, waiter, target);
        }

        Pump(here);
        SettleLate(waiter);
    }

    /// <summary>
    /// Whether the kernel has ended what a task waits for. The record of a region says so before the step that closes it is over, on another
    /// worker, so the region itself is asked.
    /// </summary>
    internal bool IsWaitOver(TaskCell cell)
    {
        Target waits = cell.Record.Waits;
        return waits.IsTask
            ? TaskOf(waits.TaskId)?.IsCompleted != false
            : waits.IsRegion && RegionOf(waits.RegionId)?.IsSettled != false;
    }

    private void TakeOutcomeHeld(StepContext here, TaskCell waiter, Target target)
    {
        // Refused when another flow of the task waits for something else: one task waits for one thing.
        Premise failed = KRules.JoinReady.enact(StoreOf(here), waiter.Id, target);
        if (failed != Premise.None)
        {
            throw new RefusedException(new Refusal(RuleName.JoinReady, failed), target.ToString());
        }

        Took(here, Recording ? KAction.NewJoinReady(waiter.Id, target) : null);
    }

    private void Complete(TaskCell cell, Kernel.Outcome outcome)
    {
        StepContext here = Here;
        // A failure may cancel everything below the region.
        using (
            outcome.Severity is Severity.Err or Severity.Panicked && !Queries.isFailureOwn(StoreOf(here), cell.Id)
                ? EnterBelow(Target.Region(cell.Region.Id))
                : Enter(cell.Region)
        )
        {
            // What it still holds is named after it when that leaks.
            bool forget = cell.Record.FirstHeld == 0;
            Must(RuleName.Complete, KRules.Complete.enact(StoreOf(here), cell.Id, outcome));
            Took(here, Recording ? KAction.NewComplete(cell.Id, outcome) : null);
            if (forget)
            {
                RetireHeld(here, cell);
            }
        }

        Pump(here);
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

        cell.Region.TasksAdded++;
    }

    /// <summary>What everybody may ask for once the gates are open: the task has ended.</summary>
    private void SeeCompleted(TaskCell cell)
    {
        if (cell.Failure is not null)
        {
            cell.Region.AddFailure(cell);
        }

        cell.SeeCompleted();
        if (cell.Region.Admission is { } admission)
        {
            admission.LeaveObligations(cell);
            if (cell.IsChild)
            {
                admission.LeaveTask();
            }
        }

        cell.Region.Combination?.OnCompleted(cell);
    }

    private void TaskCompleted(StepContext here, in EffectQueue.Ended ended)
    {
        TaskCell cell = ended.Task;
        Metrics.TaskCompleted(ended.Outcome.Severity);
        Activities.Stop(cell.RareOrNone?.Activity, ended.Outcome);
        here.LastEnded = cell;
        cell.OnCompletedByKernel();
        cell.Region.Combination?.CarryOut();
        RetireIfDone(here, cell);
    }

    /// <summary>Lets the ledger forget a task that no rule will read again.</summary>
    private void RetireIfDone(StepContext here, TaskCell cell)
    {
        if (!cell.Retired)
        {
            using (Enter(cell.Region))
            {
                RetireHeld(here, cell);
            }
        }
    }

    private void RetireHeld(StepContext here, TaskCell cell)
    {
        if (cell.Retired)
        {
            return;
        }

        ref readonly TaskRecord record = ref cell.Record;
        ref readonly RegionRecord region = ref Ledger.Regions[record.Region];
        bool counts = Queries.isCounted(record.Outcome.Severity, record.Echo) && !record.Observed;
        bool needed =
            region.Phase != RegionPhase.Closed && (region.Body == cell.Id || region.Trigger == cell.Id || counts);
        if (record.Phase != TaskPhase.Completed || record.FirstWaiter != 0 || needed)
        {
            return;
        }

        if (counts)
        {
            Kernel.Forget.task(StoreOf(here), cell.Id);
        }

        cell.Retired = true;
        Ledger.Tasks.Retire(cell.Id);
    }

    /// <summary>Whether the body ended because it let its own task's cancellation through.</summary>
    private static bool IsOwnCancellation(TaskCell cell, WorkStatus status, Exception? error) =>
        status == WorkStatus.Cancelled
        || error switch
        {
            CancelledException cancelled => cancelled.SeenBy == cell.Id,
            OperationCanceledException foreign => cell.OwnsToken(foreign.CancellationToken),
            RefusedException refused => IsRefusedByRequest(refused) && cell.CancelVisible,
            _ => false,
        };

    /// <summary>New work was refused because of a request, which may have come between a checkpoint and the call.</summary>
    private static bool IsRefusedByRequest(RefusedException refused) =>
        refused.Refusal
            is { Rule: RuleName.Spawn or RuleName.OpenRegion, Premise: Premise.SpawnerRunning or Premise.RegionOpen };
}
