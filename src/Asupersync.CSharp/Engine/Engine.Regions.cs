using System.Diagnostics;
using Asupersync.Kernel;
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
        BeginRecord(budget);
        _pollWatch = Options.PollBudget is { } poll ? new PollWatch(this, poll) : null;
        StepContext here = Here;
        here.NewRegion = Concurrent ? Ledger.Regions.TakeId() : 0;
        here.NewTask = Concurrent ? Ledger.Tasks.TakeId() : 0;
        Step.initial(StoreOf(here), Options.Policy, budget);
        here.NewRegion = here.NewTask = 0;
        var root = new RegionCell(this, 1, null, "root") { DrainBudget = Options.DrainBudget, Limits = Options.Limits };
        TaskCell<T> main = Enrol(here, root, 1, "main", Capabilities.All, body);
        Metrics.RegionOpened();
        Metrics.TaskSpawned();
        Log?.Began(root);
        WatchDeadline(root);
        main.Begin();
        Pump(here);
        return main;
    }

    /// <summary>OpenRegion: the task opens a region with a body, and this work waits for it.</summary>
    internal (RegionCell Region, TaskCell<T> Body) OpenRegion<T>(
        TaskCell opener,
        Capabilities held,
        Body<T> body,
        RegionOptions options,
        WorkSource work
    )
    {
        try
        {
            return OpenNow(opener, held, body, options, work);
        }
        catch (RefusedException refused)
        {
            CheckpointIfCameBetween(opener, refused.Refusal);
            throw;
        }
    }

    private (RegionCell Region, TaskCell<T> Body) OpenNow<T>(
        TaskCell opener,
        Capabilities held,
        Body<T> body,
        RegionOptions options,
        WorkSource work
    )
    {
        options.Validate();
        Budget budget = options.Budget.At(this);
        RegionCell cell;
        TaskCell<T> main;
        StepContext here = Here;
        using (EnterForBirth(opener.Region, opener.Region))
        {
            opener.Region.Admission?.EnterSubregion();
            long region = Concurrent ? here.NewRegion = Ledger.Regions.TakeId() : Ledger.Regions.Count + 1;
            long id = NewTaskId(here);
            Premise failed = KRules.OpenRegion.enact(
                new LedgerStore(Ledger, here),
                opener.Id,
                region,
                id,
                options.Policy,
                budget
            );
            here.NewRegion = here.NewTask = 0;
            if (failed != Premise.None)
            {
                GiveBackTask(id);
                GiveBackRegion(region);
                opener.Region.Admission?.LeaveSubregion();
                Require(RuleName.OpenRegion, failed, opener);
            }

            cell = new RegionCell(this, region, opener, options.Name)
            {
                DrainBudget = options.DrainBudget,
                Limits = options.Limits,
                Home = opener.Region.Home ?? (options.Pinned ? Worker.Current : null),
            };
            opener.BeginKernelWait(work);
            opener.WaitsFor = cell;
            main = Enrol(here, cell, id, null, held, body);
            Took(here, Recording ? KAction.NewOpenRegion(opener.Id, region, id, options.Policy, budget) : null);
        }

        Metrics.RegionOpened();
        Metrics.TaskSpawned();
        Log?.Opened(cell, opener);
        WatchDeadline(cell);
        main.Begin();
        Pump(here);
        return (cell, main);
    }

    private void GiveBackRegion(long id)
    {
        if (Concurrent)
        {
            GiveBack(Ledger.Regions, id);
        }
    }

    /// <summary>JoinReady for the region that the task had opened, and its outcome.</summary>
    internal Outcome<T> TakeRegion<T>(TaskCell opener, RegionCell region, TaskCell<T> body)
    {
        Kernel.Outcome verdict = region.Record.Outcome;
        Outcome<T> outcome = OutcomeOf(region, verdict, body);
        JoinReady(opener, region);
        Forget(region);
        if (opener.CancelVisible)
        {
            opener.ShowCancel();
        }

        return outcome;
    }

    /// <summary>
    /// Lets the ledger forget a closed region whose outcome was taken. Behind its gate: a task outside of it that just takes an outcome takes
    /// that task out of the region's list.
    /// </summary>
    private void Forget(RegionCell region)
    {
        using (Enter(region))
        {
            Ledger.Regions.Retire(region.Id);
        }
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
        StepContext here = Here;
        using (Enter(cell.Region))
        {
            Require(RuleName.Defer, KRules.Defer.enact(StoreOf(here), cell.Id), cell.Region);
            cell.Region.Push(held, finalizer);
            Took(here, Recording ? KAction.NewDefer(cell.Id) : null);
        }

        Pump(here);
    }

    private TaskCell<T> Enrol<T>(
        StepContext here,
        RegionCell region,
        long body,
        string? name,
        Capabilities held,
        Body<T> code
    )
    {
        Ledger.Regions.SetCell(region.Id, region);
        Activity? before = Activities.Wanted ? Activity.Current : null;
        region.Activity = Activities.EnterRegion(region, region.Owner is null ? Parent : default);
        uint now = region.Owner?.PolledAt ?? Scheduler.Moment;
        var cell = new TaskCell<T>(this, body, Role.Body, region, name, now, held, code);
        Activities.Leave(region.Activity, before);
        region.Body = cell;
        region.Note(now);
        Adopt(here, cell, region.Record.Budget.Deadline);
        return cell;
    }

    /// <summary>
    /// Sets the timer of a region's deadline, when that is earlier than what cancels it anyway. After the step that opens the region and before
    /// its body begins: the request asks for the region's gate only, which that step does not pass.
    /// </summary>
    private void WatchDeadline(RegionCell region)
    {
        long deadline = region.Record.Budget.Deadline;
        if (deadline < (region.Owner?.Deadline ?? Quota.NoDeadline))
        {
            region.DeadlineTimer = new DeadlineTimer(this, Target.Region(region.Id), deadline);
        }
    }

    /// <summary>
    /// Whether a rung of the ladder is due, for the worker whose step may have made it so: where others take steps of the region at the same
    /// time, whoever comes last through its gate sees all of them. CloseBegin waits for live children when the body ended well (D11).
    /// </summary>
    private bool IsRungDue(in RegionRecord record) =>
        record.Phase switch
        {
            RegionPhase.Open => BodyEnded(record.Body) is { } severity && (severity != Severity.Ok || record.Live == 0),
            RegionPhase.Closing => true,
            RegionPhase.Draining or RegionPhase.Finalizing => record.Live == 0,
            _ => false,
        };

    /// <summary>How the body of an open region ended, or null.</summary>
    private Severity? BodyEnded(long id)
    {
        ref readonly TaskRecord body = ref Ledger.Tasks[id];
        return body.Phase == TaskPhase.Completed ? body.Outcome.Severity : null;
    }

    /// <summary>Takes the next rung of the closing ladder, which is due unless another worker has just taken it.</summary>
    private void Advance(RegionCell region)
    {
        TaskCell? finalizer;
        StepContext here = Here;
        while (true)
        {
            bool below = CancelsAsItCloses(region);
            using (EnterForRung(region, below))
            {
                if (!below && CancelsAsItCloses(region))
                {
                    continue; // It came to that rung just now, and the step asks for more gates.
                }

                finalizer = AdvanceHeld(here, region);
                break;
            }
        }

        if (finalizer is not null)
        {
            Metrics.TaskSpawned();
            finalizer.Begin();
        }

        Pump(here);
    }

    private Hold EnterForRung(RegionCell region, bool below)
    {
        if (_recorder is null || !Concurrent)
        {
            return below ? EnterBelow(Target.Region(region.Id)) : Enter(region);
        }

        // The rung may make a finalizer.
        _births.Enter();
        return (below ? EnterBelow(Target.Region(region.Id)) : Enter(region)).WithBirth();
    }

    /// <summary>Whether the next rung is the one that cancels what a failed body left.</summary>
    private bool CancelsAsItCloses(RegionCell region) =>
        Concurrent
        && region.Record.Phase == RegionPhase.Closing
        && Ledger.Tasks[region.Record.Body].Outcome.Severity > Severity.Ok;

    private TaskCell? AdvanceHeld(StepContext here, RegionCell region)
    {
        long id = region.Id;
        ref readonly RegionRecord record = ref Ledger.Regions[id];
        if (Concurrent && !IsRungDue(record))
        {
            return null;
        }

        switch (record.Phase)
        {
            case RegionPhase.Open:
                Must(RuleName.CloseBegin, KRules.CloseBegin.enact(StoreOf(here), id));
                Took(here, Recording ? KAction.NewCloseBegin(id) : null);
                break;
            case RegionPhase.Closing:
                Must(RuleName.CloseCancelChildren, KRules.CloseCancelChildren.enact(StoreOf(here), id));
                Took(here, Recording ? KAction.NewCloseCancelChildren(id) : null);
                break;
            case RegionPhase.Draining:
                Must(RuleName.CloseChildrenDone, KRules.CloseChildrenDone.enact(StoreOf(here), id));
                Took(here, Recording ? KAction.NewCloseChildrenDone(id) : null);
                break;
            case RegionPhase.Finalizing when record.Finalizers > 0:
                return RunFinalizer(here, region);
            case RegionPhase.Finalizing:
                Must(RuleName.CloseComplete, KRules.CloseComplete.enact(StoreOf(here), id));
                Took(here, Recording ? KAction.NewCloseComplete(id) : null);
                break;
            default:
                break;
        }

        return null;
    }

    private TaskCell RunFinalizer(StepContext here, RegionCell region)
    {
        long id = NewTaskId(here);
        Must(RuleName.CloseRunFinalizer, KRules.CloseRunFinalizer.enact(new LedgerStore(Ledger, here), region.Id, id));
        here.NewTask = 0;
        (Capabilities held, Body<Nothing> code) = region.Pop();
        var finalizer = new TaskCell<Nothing>(this, id, Role.Finalizer, region, null, Scheduler.Moment, held, code);
        Adopt(here, finalizer, Quota.NoDeadline);
        Took(here, Recording ? KAction.NewCloseRunFinalizer(region.Id, id) : null);
        return finalizer;
    }

    private void RegionClosed(StepContext here, RegionCell region)
    {
        region.DeadlineTimer?.Dispose();
        region.EndDrainWatch();
        region.ReclaimHeap();
        region.EndLinks();
        region.Owner?.Region.Admission?.LeaveSubregion();
        Metrics.RegionClosed(region.Record.Outcome.Severity);
        Activities.Stop(region.Activity, region.Record.Outcome);
        Log?.Closed(region);
        RetireCounted(here, region);
        if (region.Record.Trigger != 0 && TaskOf(region.Record.Trigger) is { } trigger)
        {
            RetireIfDone(here, trigger);
        }

        RetireIfDone(here, region.Body);
        region.Settle();
        if (region.Owner is null)
        {
            RootClosed(region);
        }
    }

    /// <summary>
    /// Lets the ledger forget the tasks whose outcomes the region has counted. Behind its gate all the way: whoever takes an outcome now, or
    /// forgets a task that has just ended, takes it out of this list.
    /// </summary>
    private void RetireCounted(StepContext here, RegionCell region)
    {
        using (Enter(region))
        {
            for (long id = region.Record.FirstTask; id != 0; )
            {
                long next = Ledger.Tasks[id].NextTask;
                if (TaskOf(id) is { } counted)
                {
                    RetireHeld(here, counted);
                }

                id = next;
            }
        }
    }
}
