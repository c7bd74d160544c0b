using Asupersync.Kernel;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync.Benchmarks;

/// <summary>A root region whose body and children run, made by the rules on the engine's store.</summary>
internal sealed class Family
{
    /// <summary>The root region.</summary>
    internal const long Root = 1;

    /// <summary>The body of the root, which is the parent of all children.</summary>
    internal const long Parent = 1;

    internal const long FirstChild = Parent + 1;

    internal Family(int children, bool withObligations)
    {
        Store = new LedgerStore(Ledger, Context);
        Step.initial(Store, Policy.FailFast, BudgetModule.unlimited);
        StepsByRule.Must(KRules.Start.enact(Store, Parent));
        for (long i = 1; i <= children; i++)
        {
            long child = Parent + i;
            StepsByRule.Must(KRules.Spawn.enact(Store, Parent, Root, child, BudgetModule.unlimited));
            StepsByRule.Must(KRules.Start.enact(Store, child));
            if (withObligations)
            {
                StepsByRule.Must(KRules.Reserve.enact(Store, child, i, ObligationKind.SendPermit));
            }
        }

        Carry();
    }

    internal Ledger Ledger { get; } = new(LimitsModule.standard, tracksFingerprint: false);

    internal StepContext Context { get; } = new();

    internal LedgerStore Store { get; }

    /// <summary>Takes the effects out of their queues, as the engine does after each step.</summary>
    /// <returns>How many there were.</returns>
    internal int Carry()
    {
        int effects = 0;
        while (Context.Effects.IsUrgent)
        {
            Context.Effects.See();
        }

        while (Context.Effects.Count > 0)
        {
            Context.Effects.TakeOldest();
            effects++;
        }

        return effects;
    }
}
