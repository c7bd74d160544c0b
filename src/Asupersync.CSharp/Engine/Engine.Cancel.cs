using System.Runtime.CompilerServices;
using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>The chapter Cancel.</content>
internal sealed partial class Engine
{
    /// <summary>CancelRequest by a task or, with null, by the environment.</summary>
    /// <returns>False when the target had ended.</returns>
    internal bool Cancel(TaskCell? asker, Target target, CancelKind kind, string? message)
    {
        // A task that waits while another of its flows runs cannot ask in its own name.
        TaskCell? by = asker is { } task && Queries.isActive(task.Record) && task.Record.Waits.IsNone ? task : null;
        return Ask(by?.Id ?? 0, target, CancelReason.Create(kind, by?.Region.Id ?? 0, by?.Id ?? 0, Now, message, null));
    }

    /// <summary>CancelRequest by a deadline that was due at this time.</summary>
    internal void Expire(Target target, long due) => Ask(0, target, Deadlines.reason(due));

    /// <summary>CancelRequest by the task that runs now, or by the environment when none does. From any thread.</summary>
    /// <returns>False when the target had ended; on a foreign thread, when the run had.</returns>
    internal bool CancelFromAnywhere(Target target, CancelKind kind, string? message) =>
        Scheduler.IsCurrent
            ? Cancel(TaskCell.Current, target, kind, message)
            : CancelFromOutside(target, kind, message);

    /// <summary>CancelRequest by the environment, as soon as a worker takes it. From any thread.</summary>
    /// <returns>False when the run had ended.</returns>
    internal bool CancelFromOutside(Target target, CancelKind kind, string? message)
    {
        var watch = RequestWatch.Begin(this);
        bool posted = Scheduler.Post(
            _ =>
            {
                watch?.Dispose();
                Cancel(null, target, kind, message);
            },
            null
        );
        if (!posted)
        {
            watch?.Dispose();
        }

        return posted;
    }

    /// <summary>A checkpoint: passes, spends a unit of mask, or acknowledges by throwing.</summary>
    /// <exception cref="CancelledException">A request was pending and is acknowledged now.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Checkpoint(TaskCell cell)
    {
        if (cell.Record.Phase == TaskPhase.CancelRequested)
        {
            SeeRequest(cell);
        }
    }

    /// <summary>The checkpoint of a task with a pending request.</summary>
    private void SeeRequest(TaskCell cell)
    {
        ref readonly TaskRecord record = ref cell.Record;
        if (record.Waits.IsRegion)
        {
            return; // Not before the region is closed that another flow of the task waits for.
        }

        if (record.Mask > 0 && !record.Waits.IsNone)
        {
            return; // Another flow of the task joins; a masked checkpoint next to it spends nothing.
        }

        if (record.Mask > 0)
        {
            StepContext here = Here;
            using (Enter(cell.Region))
            {
                Require(RuleName.CheckpointMasked, KRules.CheckpointMasked.enact(StoreOf(here), cell.Id), cell);
                Took(here, Recording ? KAction.NewCheckpointMasked(cell.Id) : null);
            }

            Pump(here);
            return;
        }

        Acknowledge(cell);
        throw new CancelledException(cell.Record.Reason, cell.Id);
    }

    /// <summary>Acknowledges a request that a wait of the task was ended for.</summary>
    internal void AcknowledgeIfVisible(TaskCell cell)
    {
        if (cell.CancelVisible)
        {
            Acknowledge(cell);
        }
    }

    internal void MaskEnter(TaskCell cell, int units)
    {
        StepContext here = Here;
        Premise failed;
        using (Enter(cell.Region))
        {
            failed = KRules.MaskEnter.enact(StoreOf(here), cell.Id, units);
            if (failed == Premise.None)
            {
                Took(here, Recording ? KAction.NewMaskEnter(cell.Id, units) : null);
            }
        }

        Pump(here);
        if (failed != Premise.None)
        {
            CheckpointIfCameBetween(cell, new Refusal(RuleName.MaskEnter, failed));
            Require(RuleName.MaskEnter, failed, cell);
        }
    }

    /// <summary>
    /// A call that begins with a checkpoint was refused for a request: on another worker that came after the checkpoint, which is then
    /// passed again, and acknowledges.
    /// </summary>
    /// <exception cref="CancelledException">That was so.</exception>
    private void CheckpointIfCameBetween(TaskCell cell, Refusal refusal)
    {
        if (
            Concurrent
            && cell.CanAcknowledge
            && refusal.Premise is Premise.NoPendingCancel or Premise.SpawnerRunning or Premise.RegionOpen
        )
        {
            Checkpoint(cell);
        }
    }

    internal void MaskExit(TaskCell cell)
    {
        if (!cell.Record.Waits.IsNone)
        {
            cell.Rare.LateExits++; // Another flow of the task waits, so the kernel takes no step of it: right after that wait.
            return;
        }

        StepContext here = Here;
        using (Enter(cell.Region))
        {
            Require(RuleName.MaskExit, KRules.MaskExit.enact(StoreOf(here), cell.Id), cell);
            Took(here, Recording ? KAction.NewMaskExit(cell.Id) : null);
        }

        Pump(here);
        if (cell.CancelVisible)
        {
            cell.ShowCancel();
        }
    }

    /// <summary>ChargePoll, where a quota is limited. A spent allowance is reported once, and the task goes on.</summary>
    internal void ChargePoll(TaskCell cell)
    {
        StepContext here = Here;
        if (!Queries.isActive(cell.Record))
        {
            return;
        }

        Premise failed;
        using (EnterToCharge(cell))
        {
            failed = KRules.ChargePoll.enact(StoreOf(here), cell.Id);
            if (failed == Premise.None)
            {
                Took(here, Recording ? KAction.NewChargePoll(cell.Id) : null);
            }
        }

        Pump(here);
        if (failed == Premise.None)
        {
            return;
        }

        if (failed == Premise.QuotaLimited)
        {
            cell.ChargesPolls = false;
        }
        else if (failed == Premise.QuotaLeft && cell.Record.Phase != TaskPhase.CancelRequested)
        {
            ReportAllowanceSpent(cell);
        }
    }

    /// <summary>ChargeCost; nothing where cost is unlimited.</summary>
    internal void ChargeCost(TaskCell cell, long cost)
    {
        StepContext here = Here;
        Premise failed;
        using (EnterToCharge(cell))
        {
            failed = KRules.ChargeCost.enact(StoreOf(here), cell.Id, cost);
            if (failed == Premise.None)
            {
                Took(here, Recording ? KAction.NewChargeCost(cell.Id, cost) : null);
            }
        }

        Pump(here);
        if (failed != Premise.None && failed != Premise.QuotaLimited)
        {
            throw new RefusedException(new Refusal(RuleName.ChargeCost, failed), cell.ToString());
        }
    }

    /// <summary>A charge may come to a request to the task itself, which goes on into a region that it waits for.</summary>
    private Hold EnterToCharge(TaskCell cell) =>
        cell.Record.Waits.IsRegion ? EnterBelow(Target.Task(cell.Id)) : Enter(cell.Region);

    private bool Ask(long by, Target target, CancelReason reason)
    {
        StepContext here = Here;
        Premise failed;
        using (EnterToAsk(here, target, reason))
        {
            failed = KRules.CancelRequest.enact(StoreOf(here), by, target, reason);
            if (failed == Premise.None)
            {
                Took(here, Recording ? KAction.NewCancelRequest(by, target, reason) : null);
            }
        }

        Pump(here);
        if (failed != Premise.None)
        {
            return failed == Premise.TargetNotFinished
                ? false
                : throw new RefusedException(new Refusal(RuleName.CancelRequest, failed), target.ToString());
        }

        Metrics.CancelRequested(reason.Kind);
        return true;
    }

    /// <summary>A request reaches everything below its target, unless all of that was reached by one as strong.</summary>
    private Hold EnterToAsk(StepContext here, Target target, CancelReason reason) =>
        target.IsRegion
        && RegionOf(target.RegionId) is { } region
        && Queries.isReached(StoreOf(here), target.RegionId, reason)
            ? Enter(region)
            : EnterBelow(target);

    private void Acknowledge(TaskCell cell)
    {
        StepContext here = Here;
        if (cell.Record.Waits.IsRegion)
        {
            // Another flow of the task waits for its own region (WaitInterruptible): this flow sees the request, and the task
            // acknowledges when that region has closed.
            return;
        }

        Target waits = cell.Record.Waits;
        TaskCell? awaited = waits.IsTask ? TaskOf(waits.TaskId) : null;
        using (awaited is null ? Enter(cell.Region) : Enter(cell.Region, awaited.Region))
        {
            Must(RuleName.Checkpoint, KRules.Checkpoint.enact(StoreOf(here), cell.Id));
            Took(here, Recording ? KAction.NewCheckpoint(cell.Id) : null);
            if (awaited is { IsCompleted: true })
            {
                RetireHeld(here, awaited); // It had just ended, and this task no longer takes its outcome.
            }
        }

        Pump(here);
        EndOfWait(cell); // Should the body have ended, what it still waited for is given up.
    }

    private void LeaveMasks(TaskCell cell)
    {
        StepContext here = Here;
        while (cell.Record.Depth > 0)
        {
            using (Enter(cell.Region))
            {
                Must(RuleName.MaskExit, KRules.MaskExit.enact(StoreOf(here), cell.Id));
                Took(here, Recording ? KAction.NewMaskExit(cell.Id) : null);
            }

            Pump(here);
        }
    }

    /// <summary>From the acknowledgement on every poll is charged to the clean-up allowance.</summary>
    private static void BeginCleanup(TaskCell cell)
    {
        cell.ChargesPolls = cell.Record.Cleanup != Quota.Unlimited;
        cell.ShowCancel();
    }
}
