using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The end of a body, the completion of its task, and what the ledger then forgets.</content>
internal sealed partial class Engine
{
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
            // A helper that nobody awaits still waits for a task or region on this task's behalf: it hears how that ended, then the task ends.
            EndAfterWait(cell, result);
            return;
        }

        if (cell.RareOrNone is { Blocking: > 0 } extra)
        {
            EndAfterBlocking(cell, extra, result);
            return;
        }

        Exception? error = result.Fault?.SourceException;
        bool isOwn = IsOwnCancellation(cell, result.Status, error);
        if (cell.Record.Phase == TaskPhase.CancelRequested && cell.Record.Started && isOwn)
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
            StepContext here = Here;
            using (Enter(cell.Region))
            {
                // Here no other worker makes the reason a stronger one than the kernel's outcome has.
                cell.Outcome = new Outcome<T>.Cancelled(cell.Record.Reason) { LateError = isOwn ? null : error };
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
        cell.Rare.AfterWait = () => EndBody(cell, result);

    private void Complete(TaskCell cell, Kernel.Outcome outcome)
    {
        StepContext here = Here;
        bool isFirst = false;
        try
        {
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
                isFirst = TryPumpFrom(here, cell);
                Took(here, Recording ? KAction.NewComplete(cell.Id, outcome) : null);
                if (isFirst)
                {
                    SeeCompleted(cell);
                }

                if (forget)
                {
                    RetireHeld(here, cell);
                }
            }

            if (isFirst)
            {
                TellOfStep(here);
                TaskCompleted(here, cell, outcome);
                CarryOut(here);
            }
        }
        finally
        {
            if (isFirst)
            {
                here.Pumping = false;
            }
        }

        if (!isFirst)
        {
            Pump(here);
        }
    }

    /// <summary>
    /// Begins to carry out effects with the end of this task, which the caller sees to, when that is what comes first and nothing else is
    /// urgent: it then need not be kept in the queue.
    /// </summary>
    private static bool TryPumpFrom(StepContext here, TaskCell ended)
    {
        if (here.Pumping || !here.Effects.IsFirstAndUrgentAlone(EffectKind.TaskCompleted, ended.Id))
        {
            return false;
        }

        here.Pumping = true; // Before it leaves the queue: others ask whether all is carried out.
        here.Effects.TakeUrgent();
        return true;
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

    private void TaskCompleted(StepContext here, TaskCell cell, in Kernel.Outcome outcome)
    {
        Metrics.TaskCompleted(outcome.Severity);
        Activities.Stop(cell.RareOrNone?.Activity, outcome);
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

    /// <summary>Whether the body ended because it let its own task's cancellation through (docs/rationale.md, D29).</summary>
    private static bool IsOwnCancellation(TaskCell cell, WorkStatus status, Exception? error) =>
        status == WorkStatus.Cancelled
        || error switch
        {
            CancelledException cancelled => cancelled.SeenBy == cell.Id,
            OperationCanceledException foreign => cell.OwnsToken(foreign.CancellationToken)
                || (cell.Record.Phase == TaskPhase.CancelRequested && cell.HasTripped),
            RefusedException refused => IsRefusedByRequest(refused) && cell.CancelVisible,
            _ => false,
        };

    /// <summary>New work was refused because of a request, which may have come between a checkpoint and the call.</summary>
    private static bool IsRefusedByRequest(RefusedException refused) =>
        refused.Refusal
            is { Rule: RuleName.Spawn or RuleName.OpenRegion, Premise: Premise.SpawnerRunning or Premise.RegionOpen };
}
