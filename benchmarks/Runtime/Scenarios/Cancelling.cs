namespace Asupersync.Benchmarks;

/// <summary>Cancelling trees.</summary>
internal static class Cancelling
{
    private const int Tasks = 100_000;
    private const int Regions = 100;
    private const int ChainLength = 1_000_000;

    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "mark a tree of 100,000 cancelled and queue every parked task, per task",
            "ns",
            0.5,
            0.2,
            new Side("Region.Cancel", async () => (await Tree(Park)).Marked),
            new Side("Cancel() on the root of a linked tree", BareMark)
        )
        {
            Slow = true,
            OneWorker = true,
        };
        yield return new Scenario(
            "drain that tree to quiescence, user frames unwinding, per task",
            "ns",
            1.0,
            0.7,
            new Side("tasks with a try/finally", async () => (await Tree(Guarded)).Drained),
            new Side("WaitAsync(token), WhenAll", BareDrain)
        )
        {
            Slow = true,
            OneWorker = true,
        };
        yield return new Scenario(
            "the same where tasks wait only in the runtime's own combinators, per task",
            "ns",
            0.2,
            0.1,
            new Side("tasks that sleep", async () => (await Tree(Park)).Drained),
            new Side("WaitAsync(token), WhenAll", BareDrain)
        )
        {
            Slow = true,
            OneWorker = true,
        };
        yield return new Scenario(
            "a region chain 1,000,000 deep: open, cancel and close, per region",
            "ns",
            null,
            null,
            new Side("OpenRegion", Chain),
            null
        )
        {
            Slow = true,
        };
    }

    private static Work Park(Cx cx) => cx.Sleep(TimeSpan.FromHours(1));

    private static async Work Guarded(Cx cx)
    {
        try
        {
            await cx.Sleep(TimeSpan.FromHours(1));
        }
        finally
        {
            GC.KeepAlive(cx.Region);
        }
    }

    /// <summary>A hundred regions with a thousand parked tasks each, below one region that is cancelled.</summary>
    private static async Task<(Sample Marked, Sample Drained)> Tree(Func<Cx, Work> body)
    {
        Sample marked = default;
        Sample drained = default;
        await AsupRuntime.RunAsync(
            async cx =>
            {
                Meter meter = default;
                Outcome<bool> outcome = await cx.ObserveRegion(async cx =>
                {
                    for (int i = 0; i < Regions; i++)
                    {
                        cx.Spawn(async cx =>
                        {
                            await cx.OpenRegion(async cx =>
                            {
                                for (int j = 0; j < (Tasks / Regions) - 2; j++)
                                {
                                    cx.Spawn(body);
                                }

                                await cx.Sleep(TimeSpan.FromHours(2));
                            });
                        });
                    }

                    await cx.Sleep(TimeSpan.FromMilliseconds(1)); // All others have run into their waits by then.
                    meter = Meter.Start();
                    cx.Region.Cancel();
                    marked = meter.Stop(Tasks);
                    meter = Meter.Continue();
                    cx.Checkpoint();
                    return true;
                });
                drained = meter.Stop(Tasks);
                Check.Equal(1, outcome is Outcome<bool>.Cancelled ? 1 : 0);
            },
            Ours.Options
        );
        return (marked, drained);
    }

    private static async Task<Sample> BareMark()
    {
        using var root = new CancellationTokenSource();
        (CancellationTokenSource[] links, Task[] tasks) = LinkedTree(root);
        Meter meter = Meter.Start();
        root.Cancel();
        Sample sample = meter.Stop(Tasks);
        await Settle(tasks);
        Dispose(links);
        return sample;
    }

    private static async Task<Sample> BareDrain()
    {
        using var root = new CancellationTokenSource();
        (CancellationTokenSource[] links, Task[] tasks) = LinkedTree(root);
        Meter meter = Meter.Start();
        root.Cancel();
        await Settle(tasks);
        Sample sample = meter.Stop(Tasks);
        Dispose(links);
        return sample;
    }

    private static (CancellationTokenSource[] Links, Task[] Tasks) LinkedTree(CancellationTokenSource root)
    {
        var links = new CancellationTokenSource[Regions];
        var tasks = new Task[Tasks];
        var never = new TaskCompletionSource();
        for (int i = 0; i < Regions; i++)
        {
            links[i] = CancellationTokenSource.CreateLinkedTokenSource(root.Token);
            for (int j = 0; j < Tasks / Regions; j++)
            {
                tasks[(i * (Tasks / Regions)) + j] = Wait(never.Task, links[i].Token);
            }
        }

        return (links, tasks);

        static async Task Wait(Task source, CancellationToken token) => await source.WaitAsync(token);
    }

    private static async Task Settle(Task[] tasks)
    {
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException)
        {
            // Every task of the tree was cancelled.
        }

        Check.Equal(tasks.Length, tasks.Count(task => task.IsCanceled));
    }

    private static void Dispose(CancellationTokenSource[] links)
    {
        foreach (CancellationTokenSource link in links)
        {
            link.Dispose();
        }
    }

    private static async Task<Sample> Chain()
    {
        Sample sample = default;
        Outcome<bool> outcome = await AsupRuntime.RunAsync(
            async cx =>
            {
                Meter meter = Meter.Start();
                Outcome<int> chain = await cx.ObserveRegion(cx => Link(cx, ChainLength));
                sample = meter.Stop(ChainLength);
                Check.Equal(1, chain is Outcome<int>.Cancelled ? 1 : 0);
            },
            Ours.Options
        );
        outcome.GetOrThrow();
        return sample;

        static async Work<int> Link(Cx cx, int left)
        {
            if (left > 1)
            {
                return await cx.OpenRegion(cx => Link(cx, left - 1));
            }

            cx.Region.Cancel();
            cx.Checkpoint();
            return 0;
        }
    }
}
