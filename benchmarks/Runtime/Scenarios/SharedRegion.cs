using Asupersync.Kernel;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync.Benchmarks;

/// <summary>What a second worker brings where all tasks belong to one region.</summary>
internal static class SharedRegion
{
    private const int Lives = 200_000;

    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "fork/join tree, depth 17, two workers against one, per node",
            "ns",
            0.7,
            null,
            new Side("two workers", () => Spawning.Tree(2)),
            new Side("one worker", () => Spawning.Tree(1))
        )
        {
            SeveralWorkers = true,
        };
        yield return new Scenario(
            "kernel steps of a child's life by two threads in one region against one, per child",
            "ns",
            null,
            null,
            new Side("two threads, a gate passed for each step", () => Live(2)),
            new Side("one thread, the same gate", () => Live(1))
        )
        {
            SeveralWorkers = true,
        };
    }

    /// <summary>Each thread is a parent that spawns its children one by one and awaits each.</summary>
    private static Task<Sample> Live(int threads)
    {
        var scheduler = new Scheduler([new FifoLane(), new FifoLane()], TimeProvider.System);
        var ledger = new Ledger(LimitsModule.standard, tracksFingerprint: false, new Quiescence(scheduler));
        var gate = new RegionGate();
        var store = new LedgerStore(ledger, new StepContext());
        ledger.Regions.TakeId();
        ledger.Tasks.TakeId();
        Step.initial(store, Policy.FailFast, BudgetModule.unlimited);
        StepsByRule.Must(KRules.Start.enact(store, Family.Parent));
        var parents = new Parent[threads];
        for (int i = 0; i < threads; i++)
        {
            parents[i] = new Parent(ledger, gate, Lives / threads);
        }

        Meter meter = Meter.Start();
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(parents[i + 1].Run);
            others[i].Start();
        }

        parents[0].Run();
        foreach (Thread other in others)
        {
            other.Join();
        }

        Sample sample = meter.Stop(Lives);
        Check.Equal(1 + threads, ledger.Regions[Family.Root].Live);
        Check.Equal(1 + threads + Lives, ledger.Tasks.Count);
        return Task.FromResult(sample);
    }

    /// <summary>A task of the region, and the steps that a thread takes for it.</summary>
    private sealed class Parent
    {
        private readonly Ledger _ledger;
        private readonly RegionGate _gate;
        private readonly int _lives;
        private readonly StepContext _context = new();
        private readonly long _id;

        internal Parent(Ledger ledger, RegionGate gate, int lives)
        {
            _ledger = ledger;
            _gate = gate;
            _lives = lives;
            _id = Spawn(Family.Parent);
            StepsByRule.Must(KRules.Start.enact(Store, _id));
        }

        private LedgerStore Store => new(_ledger, _context);

        internal void Run()
        {
            for (int i = 0; i < _lives; i++)
            {
                long child = Spawn(_id);
                _gate.Enter();
                Leave(KRules.JoinBlock.enact(Store, _id, child));
                _gate.Enter();
                Leave(KRules.Start.enact(Store, child));
                _gate.Enter();
                Leave(KRules.Complete.enact(Store, child, OutcomeModule.ok));
                _gate.Enter();
                Premise failed = KRules.JoinReady.enact(Store, _id, Target.Task(child));
                _ledger.Tasks.Retire(child);
                Leave(failed);
            }
        }

        private long Spawn(long parent)
        {
            long child = _context.NewTask = _ledger.Tasks.TakeId();
            _gate.Enter();
            Leave(KRules.Spawn.enact(Store, parent, Family.Root, child, BudgetModule.unlimited));
            _context.NewTask = 0;
            return child;
        }

        private void Leave(Premise failed)
        {
            _gate.Exit();
            _context.Effects.Clear();
            StepsByRule.Must(failed);
        }
    }
}
