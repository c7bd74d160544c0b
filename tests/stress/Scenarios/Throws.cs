namespace Asupersync.Stress;

/// <summary>
/// Code that throws at every position where code of programs is called: bodies, clean-up, finalizers, branches, synchronous code,
/// listeners of tokens, callbacks of timers, what comes back from a foreign await. Each failure is told once, and stops nothing else.
/// </summary>
internal static class Throws
{
    private static readonly TimeSpan ForEver = TimeSpan.FromHours(1);
    private static readonly TimeSpan Short = TimeSpan.FromMicroseconds(200);

    /// <summary>Each throws in a region of its own, and fails it.</summary>
    private static readonly Func<Cx, Work>[] Failing =
    [
        _ => throw new PlannedException(),
        async cx =>
        {
            await cx.Yield();
            throw new PlannedException();
        },
        async cx =>
        {
            await cx.Sleep(Short);
            throw new PanicException("planned");
        },
        async cx =>
        {
            Child child = cx.Spawn(_ => throw new PlannedException());
            await child.Outcome();
            await cx.Sleep(ForEver);
        },
        async cx => await cx.OpenRegion(async inner => await inner.OpenRegion(_ => throw new PlannedException())),
        async cx =>
            await cx.Mask(
                3,
                async c =>
                {
                    await c.Yield();
                    throw new PlannedException();
                }
            ),
        async cx => await cx.JoinAll(c => c.Sleep(ForEver), _ => throw new PlannedException()),
        async cx => await cx.FirstOk<int>(_ => throw new PlannedException(), _ => throw new PlannedException()),
        async cx => await cx.Within(ForEver, _ => throw new PlannedException()),
        async cx => await cx.RunBlocking((Action)(() => throw new PlannedException())),
        async _ => await Task.Run((Action)(() => throw new PlannedException())),
        async _ => await Task.FromException(new PlannedException()).ConfigureAwait(false),
        cx =>
        {
            cx.Defer(() => throw new PlannedException());
            return Work.CompletedWork;
        },
        async cx =>
        {
            cx.Defer(async f =>
            {
                await f.Sleep(Short);
                throw new PanicException("planned");
            });
            await cx.Yield();
        },
    ];

    /// <summary>Each throws where nobody can await it: it is reported, and the task is asked to cancel.</summary>
    private static readonly Func<Cx, Work>[] Unawaited =
    [
        async cx =>
        {
            SynchronizationContext.Current!.Post(_ => throw new PlannedException(), null);
            await cx.Sleep(ForEver);
        },
        async cx =>
        {
            Forgotten();
            await cx.Sleep(ForEver);
        },
        async cx =>
        {
            await using ITimer timer = cx.Time.CreateTimer(
                _ => throw new PlannedException(),
                null,
                Short,
                Timeout.InfiniteTimeSpan
            );
            await cx.Sleep(ForEver);
        },
    ];

    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int many = random.Next(1, 64);
        Func<Cx, Work>[] parts =
        [
            .. Failing.Select(throws => (Func<Cx, Work>)(c => FailingRegion(c, counts, throws))),
            .. Unawaited.Select(throws => (Func<Cx, Work>)(c => UnawaitedIn(c, counts, throws))),
            c => ListenerThrows(c, counts),
            c => CleanUpThrows(c, counts),
            c => ManyFail(c, counts, many),
            c => FailuresTaken(c, counts, many),
        ];
        random.Shuffle(parts);
        Outcome<bool> outcome = await StressRun.Of(load, counts, cx => cx.JoinAll(parts));
        outcome.GetOrThrow();
        counts.MustBe("regions failed", Failing.Length);
        counts.MustBe("tasks stopped", Unawaited.Length + 1);
        // A request that the task sees at its next await ends the registration before the listener is called.
        counts.MustBe("ASUP2106", Unawaited.Length + counts["listeners called"]);
        counts.MustBe("late errors", 1);
        counts.MustBe("failures taken", many);
        counts.MustBe("failures kept", many);
        counts.MustBe("finalizers run", 2 * Failing.Length);
        counts.MustBeEqual("bystanders begun", "bystanders ended");
        return counts;
    }

    private static async Work FailingRegion(Cx cx, Counts counts, Func<Cx, Work> throws)
    {
        Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
        {
            scope.Defer(() => counts.Add("finalizers run"));
            scope.Spawn(async c =>
            {
                counts.Add("bystanders begun");
                try
                {
                    await c.Sleep(TimeSpan.FromMilliseconds(2));
                }
                finally
                {
                    counts.Add("bystanders ended");
                }
            });
            scope.Defer(async f =>
            {
                await f.Yield();
                counts.Add("finalizers run");
            });
            await throws(scope);
            return 1;
        });
        if (outcome is Outcome<int>.Err or Outcome<int>.Panicked)
        {
            counts.Add("regions failed");
        }
    }

    private static async Work UnawaitedIn(Cx cx, Counts counts, Func<Cx, Work> throws)
    {
        if (await cx.Spawn(throws).Outcome() is Outcome<bool>.Cancelled)
        {
            counts.Add("tasks stopped");
        }
    }

    private static async Work ListenerThrows(Cx cx, Counts counts)
    {
        var listens = new TaskCompletionSource();
        Child child = cx.Spawn(async c =>
        {
            using CancellationTokenRegistration link = c.CancellationToken.Register(() =>
            {
                counts.Add("listeners called");
                throw new PlannedException();
            });
            listens.SetResult();
            await c.Sleep(ForEver);
        });
        await listens.Task;
        child.Cancel();
        await UnawaitedIn(cx, counts, async _ => await child.Join());
    }

    private static async Work CleanUpThrows(Cx cx, Counts counts)
    {
        var sleeps = new TaskCompletionSource();
        Child child = cx.Spawn(async c =>
        {
            try
            {
                sleeps.SetResult();
                await c.Sleep(ForEver);
            }
            finally
            {
                await c.Yield();
                throw new PlannedException();
            }
        });
        await sleeps.Task;
        child.Cancel();
        if (await child.Outcome() is Outcome<bool>.Cancelled { LateError: PlannedException })
        {
            counts.Add("late errors");
        }
    }

    private static async Work ManyFail(Cx cx, Counts counts, int many)
    {
        Outcome<int> outcome = await cx.ObserveRegion<int>(
            async scope =>
            {
                for (int i = 0; i < many; i++)
                {
                    scope.Spawn(async c =>
                    {
                        await c.Yield();
                        throw new PlannedException();
                    });
                }

                await scope.Yield();
                return 1;
            },
            new RegionOptions { Policy = Kernel.Policy.CollectAll }
        );
        Exception error = ((Outcome<int>.Err)outcome).Error;
        int kept = error is RegionFailedException all ? all.InnerExceptions.Count : 1;
        for (int i = 0; i < kept; i++)
        {
            counts.Add("failures kept");
        }
    }

    /// <summary>Tasks of another region take the outcomes of half of the children, while the region of these closes.</summary>
    private static async Work FailuresTaken(Cx cx, Counts counts, int many)
    {
        var children = new Child<int>[2 * many];
        await cx.OpenRegion(async takers =>
        {
            var spawned = new TaskCompletionSource();
            var go = new TaskCompletionSource();
            int ready = 0;
            for (int i = 0; i < many; i++)
            {
                int number = 2 * i;
                takers.Spawn(async c =>
                {
                    await spawned.Task;
                    if (Interlocked.Increment(ref ready) == many)
                    {
                        go.SetResult();
                    }

                    if (await children[number].Outcome() is Outcome<int>.Err { Error: PlannedException })
                    {
                        counts.Add("failures taken");
                    }
                });
            }

            await takers.ObserveRegion<int>(
                async scope =>
                {
                    for (int i = 0; i < children.Length; i++)
                    {
                        children[i] = scope.Spawn<int>(async c =>
                        {
                            await go.Task;
                            throw new PlannedException();
                        });
                    }

                    spawned.SetResult();
                    await scope.Yield();
                    return 1;
                },
                new RegionOptions { Policy = Kernel.Policy.CollectAll }
            );
        });
    }

    private static async void Forgotten()
    {
        await Task.Yield();
        throw new PlannedException();
    }
}
