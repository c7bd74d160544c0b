using Asupersync.Kernel;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync.Benchmarks;

/// <summary>Who takes the steps of a measured loop. Structs, so that each loop is compiled for its side.</summary>
internal interface ISteps
{
    /// <summary>The records as they are now.</summary>
    Records Now { get; }

    /// <summary>Puts the records of regions and tasks back to what they were.</summary>
    void PutBack(Records start);

    /// <summary>The task ends well.</summary>
    void Complete(long task);

    /// <summary>The task hands the obligation on.</summary>
    void Transfer(long task, long obligation, long receiver);
}

/// <summary>The kernel's rules on the engine's store.</summary>
internal readonly struct StepsByRule(Family family) : ISteps
{
    public Records Now => Records.Of(family.Ledger);

    public void PutBack(Records start) => start.PutBack(family.Ledger);

    public void Complete(long task) => Must(KRules.Complete.enact(family.Store, task, OutcomeModule.ok));

    public void Transfer(long task, long obligation, long receiver) =>
        Must(KRules.Transfer.enact(family.Store, task, obligation, receiver));

    /// <summary>Insists that the step was taken.</summary>
    internal static void Must(Premise failed)
    {
        if (failed != Premise.None)
        {
            throw new InvalidOperationException(failed.ToString());
        }
    }
}

/// <summary>The hand-written steps on arrays.</summary>
internal readonly struct StepsInArrays(Records records, StepContext context) : ISteps
{
    private readonly ByHand<InArrays> _byHand = new(new InArrays(records), context);

    public Records Now => records;

    public void PutBack(Records start) => start.PutBack(records);

    public void Complete(long task) => StepsByRule.Must(_byHand.Complete(task, OutcomeModule.ok));

    public void Transfer(long task, long obligation, long receiver) =>
        StepsByRule.Must(_byHand.Transfer(task, obligation, receiver));
}

/// <summary>The hand-written steps on the engine's pages.</summary>
internal readonly struct StepsInPages(Family family) : ISteps
{
    private readonly ByHand<InPages> _byHand = new(new InPages(family.Ledger), family.Context);

    public Records Now => Records.Of(family.Ledger);

    public void PutBack(Records start) => start.PutBack(family.Ledger);

    public void Complete(long task) => StepsByRule.Must(_byHand.Complete(task, OutcomeModule.ok));

    public void Transfer(long task, long obligation, long receiver) =>
        StepsByRule.Must(_byHand.Transfer(task, obligation, receiver));
}
