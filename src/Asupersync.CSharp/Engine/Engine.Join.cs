using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapter Join.</content>
internal sealed partial class Engine
{
    /// <summary>JoinBlock by this work, or nothing when the target has ended.</summary>
    /// <returns>Whether there is something to wait for.</returns>
    internal bool JoinBlock<TResult>(TaskCell waiter, TaskCell target, KernelWork<TResult> work)
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
            waiter.BeginKernelWait(work);
            work.Arm();
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
        waiter.Takes();
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
        EndOfWait(waiter);
    }

    /// <summary>The same for a branch, by the task that started it, while the gate of their region is held.</summary>
    internal void JoinReadyHeld(StepContext here, TaskCell waiter, TaskCell target)
    {
        TakeOutcomeHeld(here, waiter, Target.Task(target.Id));
        if (target.Region.Record.Phase != RegionPhase.Closed)
        {
            target.Region.TakeFailure(target); // Else the region's outcome was decided with this failure.
        }
    }

    /// <summary>JoinReady for a region.</summary>
    private void JoinReady(TaskCell opener, RegionCell region)
    {
        StepContext here = Here;
        opener.Takes();
        using (Enter(opener.Region))
        {
            TakeOutcomeHeld(here, opener, Target.Region(region.Id));
        }

        Pump(here);
        EndOfWait(opener);
    }

    /// <summary>
    /// The kernel holds a task to no wait any more: what had to stand back for that goes on. That is also its end, when its body ended while
    /// another of its flows was about to take what it waited for.
    /// </summary>
    private void EndOfWait(TaskCell task)
    {
        SettleLate(task);
        if (task.RareOrNone is { AfterWait: { } next } extra && task.Record.Waits.IsNone)
        {
            extra.AfterWait = null;
            task.AddReady(next);
        }
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
}
