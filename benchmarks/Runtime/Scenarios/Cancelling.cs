namespace Asupersync.Benchmarks;

/// <summary>Cancelling trees.</summary>
internal static class Cancelling
{
    private const int Tasks = 100_000;
    private const int Regions = 100;

    // The rest of a region's tasks are its body and who opened it.
    private const int Parked = (Tasks / Regions) - 2;
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
            Floor = SleepFloors.Mark(Tasks),
            Booked = Floors.WithBooks(SleepFloors.Mark(Tasks), Tasks),
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

    // Tasks of the tree that run into their waits, counted by the only worker.
    private static int _parked;

    private static Work Park(Cx cx)
    {
        _parked++;
        return cx.Sleep(TimeSpan.FromHours(1));
    }

    private static async Work Guarded(Cx cx)
    {
        _parked++;
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
                _parked = 0;
                Outcome<bool> outcome = await cx.ObserveRegion(async cx =>
                {
                    for (int i = 0; i < Regions; i++)
                    {
                        cx.Spawn(async cx =>
                        {
                            await cx.OpenRegion(async cx =>
                            {
                                for (int j = 0; j < Parked; j++)
                                {
                                    cx.Spawn(body);
                                }

                                await cx.Sleep(TimeSpan.FromHours(2));
                            });
                        });
                    }

                    while (_parked < Regions * Parked)
                    {
                        await cx.Yield();
                    }

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

    /// <summary>Linked sources all the way down, as programs have them whose tasks can be cancelled one by one.</summary>
    private static async Task<Sample> BareMark()
    {
        using var root = new CancellationTokenSource();
        var tree = new LinkedTree(root, Wait);
        Meter meter = Meter.Start();
        root.Cancel();
        Sample sample = meter.Stop(Tasks);
        await tree.End();
        return sample;

        static async Task Wait(TaskCompletionSource source, CancellationToken token)
        {
            // What is cancelled is queued, and runs after Cancel.
            await using CancellationTokenRegistration link = token.UnsafeRegister(
                static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token),
                source
            );
            await source.Task;
        }
    }

    private static async Task<Sample> BareDrain()
    {
        using var root = new CancellationTokenSource();
        var tree = new LinkedTree(root, Wait);
        Meter meter = Meter.Start();
        root.Cancel();
        await tree.Settle();
        Sample sample = meter.Stop(Tasks);
        await tree.End();
        return sample;

        static async Task Wait(TaskCompletionSource source, CancellationToken token)
        {
            try
            {
                await source.Task.WaitAsync(token);
            }
            finally
            {
                GC.KeepAlive(source);
            }
        }
    }

    /// <summary>A hundred linked sources with a thousand each below them, and for each of those a task that waits for a source of its own.</summary>
    private sealed class LinkedTree
    {
        private readonly CancellationTokenSource[] _links = new CancellationTokenSource[Regions + Tasks];
        private readonly Task[] _tasks = new Task[Tasks];

        internal LinkedTree(CancellationTokenSource root, Func<TaskCompletionSource, CancellationToken, Task> wait)
        {
            for (int i = 0; i < Tasks; i++)
            {
                int region = i / (Tasks / Regions);
                _links[region] ??= CancellationTokenSource.CreateLinkedTokenSource(root.Token);
                CancellationTokenSource link = CancellationTokenSource.CreateLinkedTokenSource(_links[region].Token);
                _links[Regions + i] = link;
                _tasks[i] = wait(
                    new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
                    link.Token
                );
            }
        }

        /// <summary>Waits until every task has ended as cancelled.</summary>
        internal async Task Settle()
        {
            try
            {
                await Task.WhenAll(_tasks);
            }
            catch (OperationCanceledException)
            {
                // Every task of the tree was cancelled.
            }

            Check.Equal(Tasks, _tasks.Count(task => task.IsCanceled));
        }

        internal async Task End()
        {
            await Settle();
            foreach (CancellationTokenSource link in _links)
            {
                link.Dispose();
            }
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
