using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <summary>What stands behind an obligation and has to be told when the kernel resolves it.</summary>
internal interface IObligationHolder
{
    /// <summary>The kernel aborted it, or it leaked: give back what it stands for. No user code may run here.</summary>
    void OnAborted();
}

/// <content>The chapter Obligation.</content>
internal sealed partial class Engine
{
    /// <summary>Reserve, on behalf of a task that is active and waits for no task or region.</summary>
    /// <returns>The obligation's identifier.</returns>
    internal long Reserve(TaskCell holder, ObligationKind kind, IObligationHolder owner)
    {
        long id;
        StepContext here = Here;
        using (EnterForBirth(holder.Region, holder.Region))
        {
            holder.Region.Admission?.EnterObligation(holder);
            id = Concurrent ? here.NewObligation = Ledger.Obligations.TakeId() : Ledger.Obligations.Count + 1;
            Premise failed = KRules.Reserve.enact(new LedgerStore(Ledger, here), holder.Id, id, kind);
            here.NewObligation = 0;
            if (failed != Premise.None)
            {
                GiveBackObligation(id);
                holder.Region.Admission?.LeaveObligation(holder);
                Require(RuleName.Reserve, failed, holder);
            }

            Ledger.Obligations.SetCell(id, owner);
            here.OpenObligations++;
            Took(here, Recording ? KAction.NewReserve(holder.Id, id, kind) : null);
        }

        Pump(here);
        Metrics.ObligationReserved(kind);
        return id;
    }

    private void GiveBackObligation(long id)
    {
        if (Concurrent)
        {
            GiveBack(Ledger.Obligations, id);
        }
    }

    /// <summary>Commit by the task that runs now.</summary>
    internal void Commit(TaskCell task, long obligation)
    {
        StepContext here = HereOf(task);
        using (Enter(task.Region))
        {
            Require(RuleName.Commit, KRules.Commit.enact(StoreOf(here), task.Id, obligation), task, obligation);
            Resolved(here, obligation);
            task.Region.Admission?.LeaveObligation(task);
            Took(here, Recording ? KAction.NewCommit(task.Id, obligation) : null);
        }

        Pump(here);
        Metrics.ObligationResolved("committed");
    }

    /// <summary>Abort by the task that runs now.</summary>
    internal void Abort(TaskCell task, long obligation)
    {
        StepContext here = HereOf(task);
        using (Enter(task.Region))
        {
            Require(RuleName.Abort, KRules.Abort.enact(StoreOf(here), task.Id, obligation), task, obligation);
            Resolved(here, obligation);
            task.Region.Admission?.LeaveObligation(task);
            Took(here, Recording ? KAction.NewAbort(task.Id, obligation) : null);
        }

        Pump(here);
        Metrics.ObligationResolved("aborted");
    }

    /// <summary>Transfer by the task that runs now.</summary>
    internal void Transfer(TaskCell task, long obligation, TaskCell receiver)
    {
        StepContext here = HereOf(task);
        using (Enter(task.Region, receiver.Region))
        {
            bool leaves = task.Region != receiver.Region;
            if (leaves)
            {
                receiver.Region.Admission?.EnterObligation(receiver);
            }

            Premise failed = KRules.Transfer.enact(StoreOf(here), task.Id, obligation, receiver.Id);
            if (failed != Premise.None)
            {
                if (leaves)
                {
                    receiver.Region.Admission?.LeaveObligation(receiver);
                }

                Require(RuleName.Transfer, failed, task, obligation);
            }

            if (leaves)
            {
                task.Region.Admission?.LeaveObligation(task);
            }
            else
            {
                task.Region.Admission?.Move(task, receiver);
            }

            Took(here, Recording ? KAction.NewTransfer(task.Id, obligation, receiver.Id) : null);
        }

        Pump(here);
    }

    /// <summary>Whether an obligation still waits to be resolved.</summary>
    internal bool IsReserved(long obligation) => Ledger.Obligations[obligation].Phase == ObligationPhase.Reserved;

    private IObligationHolder? Resolved(StepContext here, long obligation)
    {
        IObligationHolder? owner = Ledger.Obligations.Cell(obligation);
        Ledger.Obligations.Retire(obligation);
        here.OpenObligations--;
        return owner;
    }

    private void ObligationLeaked(StepContext here, long obligation, long task)
    {
        Interlocked.Increment(ref _leaks);
        ObligationKind kind = Ledger.Obligations[obligation].Kind;
        Resolved(here, obligation)?.OnAborted();
        Metrics.ObligationResolved("leaked");

        // The step that leaks ends the task first, and by now the books may have forgotten it.
        string name = here.LastEnded is { } ended && ended.Id == task ? ended.ToString() : $"t{task}";
        Tell(
            new RuntimeReport(
                "ASUP2105",
                $"{name} ended without resolving obligation o{obligation} ({kind}); it counts as leaked. Commit it, or dispose of it, on every path.",
                []
            )
        );
    }
}
