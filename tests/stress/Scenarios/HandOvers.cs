namespace Asupersync.Stress;

/// <summary>
/// Producers, consumers and thieves: every task waits for another one most of the time, and whoever loses a wake-up makes the run hang.
/// </summary>
internal static class HandOvers
{
    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int producers = random.Next(1, 5);
        int consumers = random.Next(1, 5);
        int items = random.Next(50, load.Shadow ? 100 : 400);
        int capacity = random.Next(1, 4);
        int rounds = random.Next(20, 60);
        int depth = random.Next(3, load.Shadow ? 6 : 9);
        int wakes = random.Next(10, 40);
        (
            await StressRun.Of(
                load,
                counts,
                async cx =>
                    await cx.JoinAll(
                        c => Pipe(c, counts, capacity, producers, consumers, items),
                        c => PingPong(c, counts, rounds),
                        c => Fork(c, counts, depth),
                        c => FromOutside(c, counts, load.Random(1), wakes),
                        c => Naps(c, counts, load.Random(2), wakes)
                    )
            )
        ).GetOrThrow();
        counts.MustBe("sent", producers * items);
        counts.MustBeEqual("received", "sent");
        counts.MustBe("returns of the ball", rounds);
        counts.MustBe("leaves", 1L << depth);
        counts.MustBeEqual("wakes seen", "wakes");
        counts.MustBeEqual("naps over", "naps");
        return counts;
    }

    private static async Work Pipe(Cx cx, Counts counts, int capacity, int producers, int consumers, int items)
    {
        (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(capacity);
        int[] seen = new int[producers * items];
        await cx.JoinAll(
            async c =>
            {
                await c.OpenRegion(async scope =>
                {
                    for (int i = 0; i < producers; i++)
                    {
                        int first = i * items;
                        scope.Spawn(async p =>
                        {
                            for (int item = first; item < first + items; item++)
                            {
                                await tx.Send(p, item);
                                counts.Add("sent");
                            }
                        });
                    }

                    await scope.Yield();
                });
                tx.Complete();
            },
            async c =>
            {
                for (int i = 0; i < consumers; i++)
                {
                    c.Spawn(async r =>
                    {
                        while (await rx.WaitToReceive(r))
                        {
                            if (rx.TryReceive(out int item))
                            {
                                Interlocked.Increment(ref seen[item]);
                                counts.Add("received");
                            }
                        }

                        if (!rx.IsDrained)
                        {
                            throw new StressFailure("a consumer was told too early that nothing comes any more");
                        }
                    });
                }

                await c.Yield();
            }
        );
        if (Array.Exists(seen, times => times != 1))
        {
            throw new StressFailure("an item did not come exactly once");
        }
    }

    private static async Work PingPong(Cx cx, Counts counts, int rounds)
    {
        (Sender<int> there, Receiver<int> far) = Chan.Bounded<int>(1);
        (Sender<int> back, Receiver<int> near) = Chan.Bounded<int>(1);
        await cx.JoinAll(
            async c =>
            {
                for (int i = 0; i < rounds; i++)
                {
                    await there.Send(c, i);
                    if (await near.Receive(c) != i)
                    {
                        throw new StressFailure("another ball came back");
                    }

                    counts.Add("returns of the ball");
                }

                there.Complete();
            },
            async c =>
            {
                while (await far.WaitToReceive(c))
                {
                    await back.Send(c, await far.Receive(c));
                }
            }
        );
    }

    private static async Work Fork(Cx cx, Counts counts, int depth)
    {
        if (depth == 0)
        {
            counts.Add("leaves");
            return;
        }

        Child left = cx.Spawn(c => Fork(c, counts, depth - 1));
        Child right = cx.Spawn(c => Fork(c, counts, depth - 1));
        await left.Join();
        await right.Join();
    }

    /// <summary>One task after the other is woken by a thread of the pool, some of them when all workers sleep.</summary>
    private static async Work FromOutside(Cx cx, Counts counts, Random random, int wakes)
    {
        var gates = new TaskCompletionSource[wakes];
        for (int i = 0; i < wakes; i++)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            gates[i] = gate;
            cx.Spawn(async c =>
            {
                await gate.Task;
                c.Checkpoint();
                counts.Add("wakes seen");
            });
        }

        int[] spins = Array.ConvertAll(gates, _ => random.Next(4) == 0 ? random.Next(20_000) : 0);
        await Task.Run(() =>
        {
            for (int i = 0; i < wakes; i++)
            {
                Thread.SpinWait(spins[i]);
                counts.Add("wakes");
                gates[i].SetResult();
            }
        });
    }

    private static async Work Naps(Cx cx, Counts counts, Random random, int naps)
    {
        for (int i = 0; i < naps; i++)
        {
            var nap = TimeSpan.FromMicroseconds(random.Next(2_000));
            counts.Add("naps");
            cx.Spawn(async c =>
            {
                await c.Sleep(nap);
                counts.Add("naps over");
            });
        }

        await cx.Yield();
    }
}
