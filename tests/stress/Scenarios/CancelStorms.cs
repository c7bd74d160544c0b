namespace Asupersync.Stress;

/// <summary>
/// A tree of regions whose tasks wait in every way there is, and requests from tasks and threads at once, for tasks, regions and the
/// whole. Every task ends, every finalizer runs once.
/// </summary>
internal static class CancelStorms
{
    private static readonly TimeSpan ForEver = TimeSpan.FromHours(1);

    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int depth = random.Next(1, 4);
        int fan = random.Next(2, load.Shadow ? 4 : 5);
        int asking = random.Next(1, 4);
        int each = random.Next(5, 60);
        Outcome<bool> outcome = await StressRun.Of(
            load,
            counts,
            async cx =>
            {
                var targets = new Targets();
                var grown = new TaskCompletionSource();
                Child storm = cx.Spawn(async c =>
                {
                    await grown.Task;
                    await c.JoinAll([
                        .. Enumerable
                            .Range(1, asking)
                            .Select(part =>
                                part % 2 == 0
                                    ? (Func<Cx, Work>)(t => AskFromTask(t, targets, load.Random((ulong)part), each))
                                    : async _ => await Task.Run(() => Ask(targets, load.Random((ulong)part), each))
                            ),
                    ]);
                    targets.Top.Cancel("the end of the storm");
                });
                Outcome<int> top = await cx.ObserveRegion<int>(async scope =>
                {
                    targets.Top = scope.Region;
                    targets.Add(scope.Region.Cancel);
                    await Grow(scope, counts, targets, load.Random(100), depth, fan);
                    grown.SetResult();
                    await scope.Sleep(ForEver);
                    return 1;
                });
                if (top.IsOk)
                {
                    throw new StressFailure($"the region of the storm has the outcome {top}");
                }

                await storm.Join();
            }
        );
        outcome.GetOrThrow();
        counts.MustBeEqual("begun", "ended");
        counts.MustBeEqual("regions begun", "regions ended");
        counts.MustBeEqual("finalizers", "finalizers run");
        return counts;
    }

    /// <summary>Spawns the tasks of a region, and the regions below it; all of this happens before the first request.</summary>
    private static async Work Grow(Cx scope, Counts counts, Targets targets, Random random, int depth, int fan)
    {
        counts.Add("finalizers");
        scope.Defer(async f =>
        {
            await f.Yield();
            counts.Add("finalizers run");
        });
        (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
        Child before = default;
        for (int i = 0; i < fan; i++)
        {
            int way = random.Next(7);
            Child sibling = before;
            before = scope.Spawn(c => Wait(c, counts, way, tx, rx, sibling));
            targets.Add(before.Cancel);
        }

        for (int i = 0; depth > 0 && i < fan; i++)
        {
            var grown = new TaskCompletionSource();
            Child opener = scope.Spawn(async c =>
                await c.OpenRegion(async inner =>
                {
                    counts.Add("regions begun");
                    try
                    {
                        await Grow(inner, counts, targets, random, depth - 1, fan);
                        targets.Add(inner.Region.Cancel);
                        grown.SetResult();
                        await inner.Sleep(ForEver);
                    }
                    finally
                    {
                        counts.Add("regions ended");
                    }
                })
            );
            await grown.Task;
            targets.Add(opener.Cancel);
        }
    }

    private static async Work Wait(Cx cx, Counts counts, int way, Sender<int> tx, Receiver<int> rx, Child sibling)
    {
        counts.Add("begun");
        try
        {
            switch (way)
            {
                case 0:
                    await cx.Sleep(ForEver);
                    break;
                case 1:
                    using (await tx.Reserve(cx))
                    {
                        await cx.Sleep(ForEver);
                    }

                    break;
                case 2:
                    await rx.Receive(cx);
                    break;
                case 3 when sibling != default:
                    await sibling.Join();
                    break;
                case 4:
                    await Task.Delay(ForEver, cx.CancellationToken);
                    break;
                case 5:
                    await cx.Race<int>(
                        async c =>
                        {
                            await c.Sleep(ForEver);
                            return 1;
                        },
                        async c => await rx.Receive(c)
                    );
                    break;
                default:
                    while (true)
                    {
                        await cx.Sleep(TimeSpan.FromMicroseconds(100));
                    }
            }
        }
        finally
        {
            counts.Add("ended");
        }
    }

    private static async Work AskFromTask(Cx cx, Targets targets, Random random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            targets.Ask(random);
            if (random.Next(4) == 0)
            {
                await cx.Yield();
            }
        }
    }

    private static void Ask(Targets targets, Random random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            targets.Ask(random);
            Thread.SpinWait(random.Next(2_000));
        }
    }

    /// <summary>What can be asked to cancel.</summary>
    private sealed class Targets
    {
        private readonly List<Func<string?, Kernel.CancelKind, bool>> _cancels = [];

        internal Region Top { get; set; } = null!;

        internal void Add(Func<string?, Kernel.CancelKind, bool> cancel) => _cancels.Add(cancel);

        internal void Ask(Random random) =>
            _cancels[random.Next(_cancels.Count)](null, (Kernel.CancelKind)random.Next(2));
    }
}
