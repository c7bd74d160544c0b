using Asupersync.Kernel;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync.Benchmarks;

/// <summary>
/// The kernel's steps of what a floor does, by its rules on the engine's store: a body is a task of one region, and what it hands over is an
/// obligation. Their effects are taken out and not carried out, since the floor does that itself.
/// </summary>
internal sealed class FloorBooks
{
    private readonly Family _family = new(0, withObligations: false);

    private LedgerStore Store => _family.Store;

    private Ledger Ledger => _family.Ledger;

    /// <summary>A new task, by its parent.</summary>
    internal long Spawn(long parent)
    {
        long id = Ledger.Tasks.Count + 1;
        StepsByRule.Must(KRules.Spawn.enact(Store, parent, Family.Root, id, BudgetModule.unlimited));
        _family.Carry();
        return id;
    }

    internal void Start(long task) => StepsByRule.Must(KRules.Start.enact(Store, task));

    internal void Block(long waiter, long target) => StepsByRule.Must(KRules.JoinBlock.enact(Store, waiter, target));

    /// <summary>The task has ended well; unless somebody is going to take its outcome it is forgotten.</summary>
    internal void Complete(long task, bool forget)
    {
        StepsByRule.Must(KRules.Complete.enact(Store, task, OutcomeModule.ok));
        _family.Carry();
        if (forget)
        {
            Ledger.Tasks.Retire(task);
        }
    }

    internal void Take(long waiter, long target)
    {
        StepsByRule.Must(KRules.JoinReady.enact(Store, waiter, Target.Task(target)));
        Ledger.Tasks.Retire(target);
    }

    /// <summary>Something is handed over: reserved and committed.</summary>
    internal void HandOver(long task)
    {
        long id = Ledger.Obligations.Count + 1;
        StepsByRule.Must(KRules.Reserve.enact(Store, task, id, ObligationKind.SendPermit));
        StepsByRule.Must(KRules.Commit.enact(Store, task, id));
        Ledger.Obligations.Retire(id);
    }

    /// <summary>A request to the whole region, by its body. Tells of every task that sees it.</summary>
    internal void Cancel(Action<long> sees)
    {
        var reason = CancelReason.Create(CancelKind.User, Family.Root, Family.Parent, 0, null, null);
        StepsByRule.Must(KRules.CancelRequest.enact(Store, Family.Parent, Target.Region(Family.Root), reason));
        EffectQueue effects = _family.Context.Effects;
        while (effects.IsUrgent)
        {
            effects.See();
        }

        while (effects.Count > 0)
        {
            (EffectKind kind, long subject) = effects.TakeOldest();
            if (kind == EffectKind.CancelDelivered && subject != Family.Parent)
            {
                sees(subject);
            }
        }

        _family.Context.Consequences.Clear();
    }

    /// <summary>The end of a task that saw a request, and of its clean-up.</summary>
    internal void EndCancelled(long task)
    {
        StepsByRule.Must(KRules.Checkpoint.enact(Store, task));
        StepsByRule.Must(KRules.Drain.enact(Store, task));
        StepsByRule.Must(KRules.Finalize.enact(Store, task));
        _family.Carry();
        Ledger.Tasks.Retire(task);
    }

    /// <summary>Insists that only the body is left, and that so many tasks and obligations were there.</summary>
    internal void Check(long tasks, long obligations)
    {
        Benchmarks.Check.Equal(1, Ledger.Regions[Family.Root].Live);
        Benchmarks.Check.Equal(Family.Parent + tasks, Ledger.Tasks.Count);
        Benchmarks.Check.Equal(obligations, Ledger.Obligations.Count);
    }
}
