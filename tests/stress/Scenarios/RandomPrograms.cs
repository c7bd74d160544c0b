using System.Collections.Concurrent;

namespace Asupersync.Stress;

/// <summary>Programs drawn from the seed, of everything a program can do, failures and requests included.</summary>
internal static class RandomPrograms
{
    private static readonly TimeSpan Short = TimeSpan.FromMicroseconds(200);

    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int roots = random.Next(2, 8);
        int fuel = load.Shadow ? 3 : 4;
        var program = new RandomProgram(counts, Chan.Bounded<int>(random.Next(1, 8)));
        Outcome<bool> outcome = await StressRun.Of(
            load,
            counts,
            async cx =>
            {
                for (int i = 0; i < roots; i++)
                {
                    int seed = random.Next();
                    await cx.ObserveRegion<int>(async scope =>
                    {
                        await program.Part(scope, new Random(seed), fuel);
                        return 1;
                    });
                }

                program.TakeWhatIsLeft();
            }
        );
        outcome.GetOrThrow();
        program.CountChildren();
        counts.MustBeEqual("begun", "ended");
        counts.MustBeEqual("spawned", "completed");
        counts.MustBeEqual("finalizers", "finalizers run");
        counts.MustBeEqual(["sent"], ["received", "left"]);
        return counts;
    }

    private sealed class RandomProgram(Counts counts, (Sender<int> Sender, Receiver<int> Receiver) channel)
    {
        private readonly ConcurrentBag<Child> _children = [];

        internal async Work Part(Cx cx, Random random, int fuel)
        {
            counts.Add("begun");
            try
            {
                int steps = random.Next(1, 6);
                for (int i = 0; i < steps; i++)
                {
                    await (fuel > 0 && random.Next(2) == 0 ? Nested(cx, random, fuel - 1) : Simple(cx, random));
                }
            }
            finally
            {
                counts.Add("ended");
            }
        }

        internal void TakeWhatIsLeft()
        {
            while (channel.Receiver.TryReceive(out _))
            {
                counts.Add("left");
            }
        }

        internal void CountChildren()
        {
            foreach (Child child in _children)
            {
                if (child.IsCompleted)
                {
                    counts.Add("completed");
                }
            }
        }

        private async Work Nested(Cx cx, Random random, int fuel)
        {
            int one = random.Next();
            int two = random.Next();
            switch (random.Next(8))
            {
                case 0:
                case 1:
                    Spawn(cx, one, fuel);
                    break;
                case 2:
                    Child child = Spawn(cx, one, fuel);
                    Spawn(cx, two, fuel);
                    if (random.Next(2) == 0)
                    {
                        child.Cancel();
                    }

                    await child.Outcome();
                    break;
                case 3:
                    await cx.ObserveRegion<int>(c => Valued(c, one, fuel), new RegionOptions { Policy = Policy(two) });
                    break;
                case 4:
                    await cx.Race<int>(c => Valued(c, one, fuel), c => Valued(c, two, fuel));
                    break;
                case 5:
                    await cx.JoinAll(c => Part(c, new Random(one), fuel), c => Part(c, new Random(two), fuel));
                    break;
                case 6:
                    await cx.TryWithin<int>(random.Next(2) == 0 ? Short : 1000 * Short, c => Valued(c, one, fuel));
                    break;
                default:
                    await cx.Mask(3, c => Part(c, new Random(one), fuel));
                    break;
            }
        }

        private async Work Simple(Cx cx, Random random)
        {
            switch (random.Next(16))
            {
                case 0:
                    throw new PlannedException();
                case 1:
                    cx.Region.Cancel();
                    break;
                case 2:
                    cx.Defer(() => counts.Add("finalizers run"));
                    counts.Add("finalizers");
                    break;
                case 3:
                    cx.Defer(async f =>
                    {
                        await f.Yield();
                        counts.Add("finalizers run");
                    });
                    counts.Add("finalizers");
                    break;
                case 4:
                    await Task.Yield();
                    break;
                case 5:
                    await Task.Run(static () => Thread.SpinWait(1_000)).ConfigureAwait(false);
                    break;
                case 6:
                    await cx.RunBlocking(static () => Thread.SpinWait(1_000));
                    break;
                case 7:
                case 8:
                    await cx.Sleep(Short);
                    break;
                case 9:
                case 10:
                    Send(cx, random.Next(3));
                    break;
                case 11:
                case 12:
                    if (channel.Receiver.TryReceive(out _))
                    {
                        counts.Add("received");
                    }

                    break;
                case 13:
                    cx.Checkpoint();
                    break;
                default:
                    await cx.Yield();
                    break;
            }
        }

        private void Send(Cx cx, int way)
        {
            if (!channel.Sender.TryReserve(cx, out SendPermit<int> permit))
            {
                return;
            }

            using (permit)
            {
                if (way > 0 && permit.Commit(way))
                {
                    counts.Add("sent");
                }
            }
        }

        private Child Spawn(Cx cx, int seed, int fuel)
        {
            Child child = cx.Spawn(c => Part(c, new Random(seed), fuel));
            counts.Add("spawned");
            _children.Add(child);
            return child;
        }

        private async Work<int> Valued(Cx cx, int seed, int fuel)
        {
            await Part(cx, new Random(seed), fuel);
            return 1;
        }

        private static Kernel.Policy Policy(int seed) =>
            seed % 2 == 0 ? Kernel.Policy.FailFast : Kernel.Policy.CollectAll;
    }
}
