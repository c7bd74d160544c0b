using Asupersync.Kernel;
using Microsoft.FSharp.Core;
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
        long id = Ledger.Obligations.Count + 1;
        holder.Region.Admission?.EnterObligation(holder);
        FSharpResult<LedgerStore, Refusal> result = KRules.Reserve.step(Store, holder.Id, id, kind);
        if (result.IsError)
        {
            holder.Region.Admission?.LeaveObligation(holder);
            throw new RefusedException(result.ErrorValue, holder.ToString());
        }

        _obligations.Put(id, owner);
        OpenObligations++;
        Metrics.ObligationReserved(kind);
        Took(Recording ? KAction.NewReserve(holder.Id, id, kind) : null);
        return id;
    }

    /// <summary>Commit by the task that runs now.</summary>
    internal void Commit(TaskCell task, long obligation)
    {
        Require(KRules.Commit.step(Store, task.Id, obligation), task, obligation);
        Resolved(obligation);
        task.Region.Admission?.LeaveObligation(task);
        Metrics.ObligationResolved("committed");
        Took(Recording ? KAction.NewCommit(task.Id, obligation) : null);
    }

    /// <summary>Abort by the task that runs now.</summary>
    internal void Abort(TaskCell task, long obligation)
    {
        Require(KRules.Abort.step(Store, task.Id, obligation), task, obligation);
        Resolved(obligation);
        task.Region.Admission?.LeaveObligation(task);
        Metrics.ObligationResolved("aborted");
        Took(Recording ? KAction.NewAbort(task.Id, obligation) : null);
    }

    /// <summary>Transfer by the task that runs now.</summary>
    internal void Transfer(TaskCell task, long obligation, TaskCell receiver)
    {
        bool leaves = task.Region != receiver.Region;
        if (leaves)
        {
            receiver.Region.Admission?.EnterObligation(receiver);
        }

        FSharpResult<LedgerStore, Refusal> result = KRules.Transfer.step(Store, task.Id, obligation, receiver.Id);
        if (result.IsError)
        {
            if (leaves)
            {
                receiver.Region.Admission?.LeaveObligation(receiver);
            }

            throw new RefusedException(result.ErrorValue, $"obligation o{obligation} by {task}");
        }

        if (leaves)
        {
            task.Region.Admission?.LeaveObligation(task);
        }
        else
        {
            task.Region.Admission?.Move(task, receiver);
        }

        Took(Recording ? KAction.NewTransfer(task.Id, obligation, receiver.Id) : null);
    }

    /// <summary>Whether an obligation still waits to be resolved.</summary>
    internal bool IsReserved(long obligation) => Ledger.Obligations[obligation].Phase == ObligationPhase.Reserved;

    private IObligationHolder? Resolved(long obligation)
    {
        IObligationHolder? owner = _obligations[obligation];
        _obligations.Retire(obligation);
        Ledger.Obligations.Retire(obligation);
        OpenObligations--;
        return owner;
    }

    private void ObligationLeaked(long obligation, long task)
    {
        Leaks++;
        ObligationKind kind = Ledger.Obligations[obligation].Kind;
        Resolved(obligation)?.OnAborted();
        Metrics.ObligationResolved("leaked");

        // The step that leaks ends the task first, and by now the books may have forgotten it.
        string name = _lastEnded is { } ended && ended.Id == task ? ended.ToString() : $"t{task}";
        Tell(
            new RuntimeReport(
                "ASUP2105",
                $"{name} ended without resolving obligation o{obligation} ({kind}); it counts as leaked. Commit it, or dispose of it, on every path.",
                []
            )
        );
    }
}
