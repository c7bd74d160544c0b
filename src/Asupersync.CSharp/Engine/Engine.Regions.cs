using System.Diagnostics;
using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapter Region: opening, deferring and the closing ladder.</content>
internal sealed partial class Engine
{
    /// <summary>The activity in which the run was started.</summary>
    internal ActivityContext Parent { get; init; }

    /// <summary>Refuses a root budget that no region could have. From any thread, before the run.</summary>
    internal void CheckRootBudget()
    {
        if (!BudgetModule.isValid(Options.Budget.At(0)))
        {
            throw new RefusedException(new Refusal(RuleName.OpenRegion, Premise.BudgetValid), "the root region");
        }
    }

    /// <summary>The initial state: the root region and its body.</summary>
    internal TaskCell<T> Begin<T>(Body<T> body)
    {
        Budget budget = Options.Budget.At(this);
        _trace?.Begin(Ledger.Limits, Options.Policy, budget);
        Step.initial(Store, Options.Policy, budget);
        var root = new RegionCell(this, 1, null, "root") { DrainBudget = Options.DrainBudget, Limits = Options.Limits };
        TaskCell<T> main = Enrol(root, 1, "main", Capabilities.All, body);
        Log?.Began(root);
        Pump();
        return main;
    }

    /// <summary>OpenRegion: the task opens a region with a body and waits for it.</summary>
    internal (RegionCell Region, TaskCell<T> Body, WaitSource<Nothing> Wait) OpenRegion<T>(
        TaskCell opener,
        Capabilities held,
        Body<T> body,
        RegionOptions options
    )
    {
        options.Limits?.Validate();
        long region = Ledger.Regions.Count + 1;
        long id = Ledger.Tasks.Count + 1;
        Budget budget = options.Budget.At(this);
        opener.Region.Admission?.EnterSubregion();
        FSharpResult<LedgerStore, Refusal> result = KRules.OpenRegion.step(
            Store,
            opener.Id,
            region,
            id,
            options.Policy,
            budget
        );
        if (result.IsError)
        {
            opener.Region.Admission?.LeaveSubregion();
            throw new RefusedException(result.ErrorValue, opener.ToString());
        }

        var cell = new RegionCell(this, region, opener, options.Name)
        {
            DrainBudget = options.DrainBudget,
            Limits = options.Limits,
        };
        WaitSource<Nothing> wait = opener.ArmKernelWait(interruptible: false);
        opener.WaitsFor = cell;
        TaskCell<T> main = Enrol(cell, id, null, held, body);
        Log?.Opened(cell, opener);
        Took(Recording ? KAction.NewOpenRegion(opener.Id, region, id, options.Policy, budget) : null);
        return (cell, main, wait);
    }

    /// <summary>JoinReady for the region that the task had opened, and its outcome.</summary>
    internal Outcome<T> TakeRegion<T>(TaskCell opener, RegionCell region, TaskCell<T> body)
    {
        opener.WaitsFor = null;
        Kernel.Outcome verdict = region.Record.Outcome;
        Outcome<T> outcome = OutcomeOf(region, verdict, body);
        TakeOutcome(opener, Target.Region(region.Id));
        Forget(region);
        if (opener.CancelVisible)
        {
            opener.ShowCancel();
        }

        return outcome;
    }

    /// <summary>Lets the ledger forget a closed region whose outcome was taken.</summary>
    private void Forget(RegionCell region)
    {
        Ledger.Regions.Retire(region.Id);
        _regions.Retire(region.Id);
    }

    /// <summary>The kernel's verdict on a region, with the values and exceptions that the kernel does not hold.</summary>
    internal static Outcome<T> OutcomeOf<T>(RegionCell region, Kernel.Outcome verdict, TaskCell<T> body) =>
        verdict.Severity switch
        {
            Severity.Ok => body.Outcome!,
            Severity.Cancelled => new Outcome<T>.Cancelled(verdict.Reason)
            {
                LateError = (body.Outcome as Outcome<T>.Cancelled)?.LateError,
            },
            Severity.Panicked => new Outcome<T>.Panicked(region.Failure(region.Record.Trigger)),
            _ => new Outcome<T>.Err(region.Failure(region.Record.Trigger)),
        };

    /// <summary>Defer: a finalizer for the task's region.</summary>
    internal void Defer(TaskCell cell, Capabilities held, Body<Nothing> finalizer)
    {
        Require(KRules.Defer.step(Store, cell.Id), cell.Region);
        cell.Region.Push(held, finalizer);
        Took(Recording ? KAction.NewDefer(cell.Id) : null);
    }

    private TaskCell<T> Enrol<T>(RegionCell region, long body, string? name, Capabilities held, Body<T> code)
    {
        _regions.Put(region.Id, region);
        Activity? before = Activities.Wanted ? Activity.Current : null;
        region.Activity = Activities.EnterRegion(region, region.Owner is null ? Parent : default);
        var cell = new TaskCell<T>(this, body, Role.Body, region, name, held, code);
        Activities.Leave(region.Activity, before);
        Metrics.RegionOpened();
        region.Body = cell;
        region.Note(Scheduler.Moment);
        long deadline = region.Record.Budget.Deadline;
        if (deadline < (region.Owner?.Deadline ?? Quota.NoDeadline))
        {
            region.DeadlineTimer = new DeadlineTimer(this, Target.Region(region.Id), deadline);
        }

        Adopt(cell, deadline);
        return cell;
    }

    /// <summary>Takes the next rung of the closing ladder, if it can be taken. CloseBegin waits for live children when the body ended well (D11).</summary>
    private void Advance(long id)
    {
        ref RegionRecord record = ref Ledger.Regions[id];
        switch (record.Phase)
        {
            case RegionPhase.Open
                when Ledger.Tasks[record.Body] is { Phase: TaskPhase.Completed } body
                    && (body.Outcome.Severity != Severity.Ok || record.Live == 0):
                Must(KRules.CloseBegin.step(Store, id));
                Took(Recording ? KAction.NewCloseBegin(id) : null);
                break;
            case RegionPhase.Closing:
                Must(KRules.CloseCancelChildren.step(Store, id));
                Took(Recording ? KAction.NewCloseCancelChildren(id) : null);
                break;
            case RegionPhase.Draining when record.Live == 0:
                Must(KRules.CloseChildrenDone.step(Store, id));
                Took(Recording ? KAction.NewCloseChildrenDone(id) : null);
                break;
            case RegionPhase.Finalizing when record.Live == 0 && record.Finalizers > 0:
                long finalizer = Ledger.Tasks.Count + 1;
                Must(KRules.CloseRunFinalizer.step(Store, id, finalizer));
                AdoptFinalizer(_regions[id]!, finalizer);
                Took(Recording ? KAction.NewCloseRunFinalizer(id, finalizer) : null);
                break;
            case RegionPhase.Finalizing when record.Live == 0:
                Must(KRules.CloseComplete.step(Store, id));
                Took(Recording ? KAction.NewCloseComplete(id) : null);
                break;
            default:
                break;
        }
    }

    private void AdoptFinalizer(RegionCell region, long id)
    {
        (Capabilities held, Body<Nothing> code) = region.Pop();
        Adopt(new TaskCell<Nothing>(this, id, Role.Finalizer, region, null, held, code), Quota.NoDeadline);
    }

    private void RegionClosed(RegionCell region)
    {
        region.DeadlineTimer?.Dispose();
        region.Drain?.Dispose();
        region.ReclaimHeap();
        region.Owner?.Region.Admission?.LeaveSubregion();
        Metrics.RegionClosed(region.Record.Outcome.Severity);
        Activities.Stop(region.Activity, region.Record.Outcome);
        Log?.Closed(region);
        for (long id = region.Record.FirstTask; id != 0; )
        {
            long next = Ledger.Tasks[id].NextTask;
            if (_tasks[id] is { } counted)
            {
                RetireIfDone(counted);
            }

            id = next;
        }

        if (region.Record.Trigger != 0 && _tasks[region.Record.Trigger] is { } trigger)
        {
            RetireIfDone(trigger);
        }

        RetireIfDone(region.Body);
        if (region.Owner is null)
        {
            RootClosed(region);
        }
    }
}
