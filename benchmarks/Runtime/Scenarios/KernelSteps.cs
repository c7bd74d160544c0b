using Asupersync.Kernel;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync.Benchmarks;

/// <summary>Steps of the kernel on the engine's store, with nothing else around them.</summary>
internal static class KernelSteps
{
    private const int Children = 1000;

    /// <summary>1 to <see cref="Children"/> in no order, as tasks of a program end and hand things over.</summary>
    private static readonly int[] Order = InNoOrder();

    internal static IEnumerable<Scenario> All()
    {
        yield return Step(
            "kernel step (two records and an effect) on the engine's store: Complete",
            () => CompleteByRule(500),
            "hand-written loop over the same pages",
            () => CompleteInPages(500)
        );
        yield return Step(
            "the same against arrays: Complete",
            () => CompleteByRule(500),
            "hand-written loop over arrays",
            () => CompleteInArrays(500)
        );
        yield return Step(
            "kernel step (three records) on the engine's store: Transfer",
            () => TransferByRule(501),
            "hand-written loop over the same pages",
            () => TransferInPages(501)
        );
        yield return Step(
            "the same against arrays: Transfer",
            () => TransferByRule(501),
            "hand-written loop over arrays",
            () => TransferInArrays(501)
        );
        yield return Life(
            "kernel steps of a child that nobody awaits: Spawn, Start, Complete, retired; per child",
            awaited: false
        );
        yield return Life(
            "kernel steps of a child's life: Spawn, JoinBlock, Start, Complete, JoinReady, retired; per child",
            awaited: true
        );
    }

    private static Scenario Life(string name, bool awaited) =>
        new(name, "ns", null, null, new Side("rules", () => Lives(200_000, awaited)), null) { OneWorker = true };

    private static Scenario Step(string name, Func<Task<Sample>> rule, string incumbent, Func<Task<Sample>> byHand) =>
        new(name, "ns", 1.25, 1.1, new Side("rule", rule), new Side(incumbent, byHand)) { OneWorker = true };

    private static int[] InNoOrder()
    {
        int[] order = [.. Enumerable.Range(1, Children)];
        new Random(1).Shuffle(order);
        return order;
    }

    private static Task<Sample> CompleteByRule(int times)
    {
        var family = new Family(Children, withObligations: false);
        return Task.FromResult(Complete(new StepsByRule(family), family, times));
    }

    private static Task<Sample> CompleteInPages(int times)
    {
        var family = new Family(Children, withObligations: false);
        return Task.FromResult(Complete(new StepsInPages(family), family, times));
    }

    private static Task<Sample> CompleteInArrays(int times)
    {
        var family = new Family(Children, withObligations: false);
        var steps = new StepsInArrays(Records.Of(family.Ledger), family.Context);
        return Task.FromResult(Complete(steps, family, times));
    }

    private static Sample Complete<TSteps>(TSteps steps, Family family, int times)
        where TSteps : struct, ISteps
    {
        var start = Records.Of(family.Ledger);
        long effects = 0;
        var laps = Laps.OnCollectedHeap();
        for (int i = 0; i < times; i++)
        {
            steps.PutBack(start);
            laps.Start();
            foreach (int number in Order)
            {
                steps.Complete(Family.Parent + number);
                effects += family.Carry();
            }

            laps.Stop();
        }

        Records end = steps.Now;
        Check.Equal(2L * times * Children, effects); // TaskCompleted and Advance.
        Check.Equal(Children, end.Tasks.Count(task => task.Phase == TaskPhase.Completed && task.NextTask == 0));
        CheckAlone(end.Regions[Family.Root]);
        return laps.Total((long)times * Children);
    }

    private static Task<Sample> TransferByRule(int times)
    {
        var family = new Family(Children, withObligations: true);
        return Task.FromResult(Transfer(new StepsByRule(family), family, times));
    }

    private static Task<Sample> TransferInPages(int times)
    {
        var family = new Family(Children, withObligations: true);
        return Task.FromResult(Transfer(new StepsInPages(family), family, times));
    }

    private static Task<Sample> TransferInArrays(int times)
    {
        var family = new Family(Children, withObligations: true);
        var steps = new StepsInArrays(Records.Of(family.Ledger), family.Context);
        return Task.FromResult(Transfer(steps, family, times));
    }

    /// <summary>Children in pairs hand their obligations to each other, there and back.</summary>
    private static Sample Transfer<TSteps>(TSteps steps, Family family, int times)
        where TSteps : struct, ISteps
    {
        var laps = Laps.OnCollectedHeap();
        laps.Start();
        for (int i = 0; i < times; i++)
        {
            long swap = i & 1; // Who holds it: the first holder, or the neighbour.
            foreach (int id in Order)
            {
                steps.Transfer(Child(id, swap), id, Child(id, 1 - swap));
                family.Carry();
            }
        }

        laps.Stop();
        Records end = steps.Now;
        for (long id = 1; id <= Children; id++)
        {
            long holder = Child(id, times & 1);
            Check.Equal(holder, end.Obligations[id].Holder);
            Check.Equal(id, end.Tasks[holder].FirstHeld);
            Check.Equal(id, end.Tasks[holder].LastHeld);
        }

        return laps.Total((long)times * Children);
    }

    /// <summary>The child that made an obligation, or with 1 its neighbour in the pair.</summary>
    private static long Child(long obligation, long swap) => Family.FirstChild + ((obligation - 1) ^ swap);

    private static Task<Sample> Lives(int times, bool awaited)
    {
        var family = new Family(0, withObligations: false);
        LedgerStore store = family.Store;
        long effects = 0;
        var laps = Laps.OnCollectedHeap();
        laps.Start();
        for (int i = 0; i < times; i++)
        {
            long child = family.Ledger.Tasks.Count + 1;
            StepsByRule.Must(KRules.Spawn.enact(store, Family.Parent, Family.Root, child, BudgetModule.unlimited));
            effects += family.Carry();
            if (awaited)
            {
                StepsByRule.Must(KRules.JoinBlock.enact(store, Family.Parent, child));
            }

            StepsByRule.Must(KRules.Start.enact(store, child));
            StepsByRule.Must(KRules.Complete.enact(store, child, OutcomeModule.ok));
            effects += family.Carry();
            if (awaited)
            {
                StepsByRule.Must(KRules.JoinReady.enact(store, Family.Parent, Target.Task(child)));
            }

            family.Ledger.Tasks.Retire(child);
        }

        laps.Stop();
        Check.Equal((awaited ? 4L : 3L) * times, effects); // Schedule of the child; TaskCompleted, Schedule of the parent and Advance.
        Check.Equal(Family.Parent + times, family.Ledger.Tasks.Count);
        CheckAlone(family.Ledger.Regions[Family.Root]);
        return Task.FromResult(laps.Total(times));
    }

    /// <summary>Only the body is left in its region.</summary>
    private static void CheckAlone(in RegionRecord region)
    {
        Check.Equal(1, region.Live);
        Check.Equal(Family.Parent, region.FirstTask);
        Check.Equal(Family.Parent, region.LastTask);
    }
}
