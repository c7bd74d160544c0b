using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Admissions.FullRegion;

namespace Asupersync.Tests.Admissions;

/// <summary>What a region may have at most.</summary>
public class AdmissionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Spawn_IntoAFullRegion_IsRefusedBeforeTheKernelIsAsked()
    {
        RecordedRun<RegionLimitException> run = await RecordedRun.Of<RegionLimitException>(async cx =>
            await cx.OpenRegion(
                async scope =>
                {
                    Child first = scope.Spawn(async c => await c.Sleep(Second));
                    scope.Spawn(async c => await c.Sleep(2 * Second));
                    var refused = Assert.Throws<RegionLimitException>(() => scope.Spawn(_ => Work.CompletedWork));
                    await first.Outcome();
                    scope.Spawn(_ => Work.CompletedWork);
                    Assert.Throws<RegionLimitException>(() => scope.Spawn(_ => Work.CompletedWork));
                    return refused;
                },
                Limited(tasks: 2)
            )
        );

        Assert.Equal(("ASUP6001", RegionLimit.Tasks, 2L), (run.Value.Code, run.Value.Limit, run.Value.Most));
        Assert.Contains("region 'limited' (r2) has 2 children", run.Value.Message, StringComparison.Ordinal);
        Assert.Equal(3, run.CountOf(RuleName.Spawn));
    }

    [Fact]
    public async Task OpenRegion_MoreThanTheRegionMayHave_IsRefusedUntilOneIsClosed()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
                await cx.OpenRegion(
                    async scope =>
                    {
                        Child open = scope.Spawn(async c =>
                            await c.OpenRegion(async inner => await inner.Sleep(Second))
                        );
                        await scope.Yield();
                        RegionLimitException refused = await Failures.Throws<RegionLimitException>(
                            "ASUP6002",
                            async () => await scope.OpenRegion(_ => Work.CompletedWork)
                        );
                        await open.Outcome();
                        await scope.OpenRegion(_ => Work.CompletedWork);
                        await scope.Race(_ => Work.FromResult(1));
                        return $"{refused.Limit} {refused.Most}";
                    },
                    Limited(subregions: 1)
                ),
            RunSettings.OneWorker
        );

        Assert.Equal("Subregions 1", run.Value);
    }

    [Fact]
    public async Task Reserve_MoreThanTheRegionMayHold_IsRefusedUntilOneIsResolved()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(100);
                return await cx.OpenRegion(
                    async scope =>
                    {
                        SendPermit<int> first = await tx.Reserve(scope);
                        SendPermit<int> second = await tx.Reserve(scope);
                        await Refused(scope);
                        first.Commit(1);
                        SendPermit<int> third = await tx.Reserve(scope);
                        await Refused(scope);
                        second.Abort();
                        third.Abort();

                        // What the kernel resolves frees its place too: a leak, and an abort of what a cancelled task held.
                        Child<int> leaks = scope.Spawn(async c =>
                        {
                            await tx.Reserve(c);
                            await tx.Reserve(c);
                            return 1;
                        });
                        await leaks.Outcome();
                        Child cancelled = scope.Spawn(async c =>
                        {
                            await tx.Reserve(c);
                            await tx.Reserve(c);
                            await c.Sleep(Second);
                        });
                        await scope.Yield();
                        await Refused(scope);
                        cancelled.Cancel();
                        await cancelled.Outcome();
                        using SendPermit<int> fourth = await tx.Reserve(scope);
                        using SendPermit<int> fifth = await tx.Reserve(scope);
                        return await Refused(scope);
                    },
                    Limited(obligations: 2)
                );

                async Work<string> Refused(Cx scope) =>
                    (await Failures.Throws<RegionLimitException>("ASUP6003", async () => await tx.Reserve(scope))).Code;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("ASUP6003", run.Outcome.GetOrThrow());
        Assert.Equal(2, run.Reports.Count(report => report.Code == "ASUP2105"));
    }

    [Fact]
    public async Task Transfer_BetweenRegionsWithLimits_CountsWhereTheHolderIs()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(100);
                return await cx.OpenRegion(
                    async scope =>
                    {
                        var got = new TaskCompletionSource();
                        Child receiver = default;
                        Child holds = scope.Spawn(async c =>
                            await c.OpenRegion(
                                async inner =>
                                {
                                    receiver = inner.Spawn(async r =>
                                    {
                                        await got.Task;
                                        await r.Yield();
                                    });
                                    await inner.Yield();
                                },
                                Limited(obligations: 1)
                            )
                        );
                        await scope.Yield();
                        await scope.Yield();
                        SendPermit<int> first = await tx.Reserve(scope);
                        SendPermit<int> second = await tx.Reserve(scope);
                        Assert.Throws<RegionLimitException>(() => tx.TryReserve(scope, out _));
                        first.TransferTo(receiver);
                        SendPermit<int> third = await tx.Reserve(scope);
                        var refused = Assert.Throws<RegionLimitException>(() => second.TransferTo(receiver));
                        second.Commit(2);
                        third.Commit(3);
                        got.SetResult();
                        await holds.Outcome();
                        return refused.Code;
                    },
                    Limited(obligations: 2)
                );
            },
            RunSettings.OneWorker
        );

        Assert.Equal("ASUP6003", run.Outcome.GetOrThrow());
    }

    [Fact]
    public async Task Reserve_ForAWaitingSenderWhoseRegionIsFull_FailsThatWaitAndServesTheNext()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                (Sender<int> other, _) = Chan.Bounded<int>(1);
                await tx.Send(cx, 0);
                Child<string> full = cx.Spawn(async c =>
                    await c.OpenRegion(
                        async scope =>
                        {
                            Child<string> waits = scope.Spawn(async s =>
                                (
                                    await Failures.Throws<RegionLimitException>(
                                        "ASUP6003",
                                        async () => await tx.Reserve(s)
                                    )
                                ).Code
                            );
                            await scope.Yield();
                            using SendPermit<int> held = await other.Reserve(scope);
                            return await waits;
                        },
                        Limited(obligations: 1)
                    )
                );
                await cx.Sleep(Second);
                Child next = cx.Spawn(async c => await tx.Send(c, 5));
                await cx.Sleep(Second);
                await rx.Receive(cx);
                string code = await full;
                await next.Join();
                return $"{code} {await rx.Receive(cx)}";
            },
            RunSettings.OneWorker
        );

        Assert.Equal("ASUP6003 5", run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Spawn_UnderCancelsFailuresAndWaits_KeepsTheCountRight(int seed)
    {
        const int Places = 3;
        var random = new Random(seed);
        RecordedRun<bool> run = await RecordedRun.Of(async cx =>
        {
            await cx.ObserveRegion<int>(
                async scope =>
                {
                    Region region = scope.Region;
                    int alive = 0;
                    Outcome<int> _ = await scope.ObserveRegion<int>(
                        async spawners =>
                        {
                            for (int i = 0; i < 40; i++)
                            {
                                Child spawner = spawners.Spawn(async s =>
                                {
                                    for (int j = 0; j < 5; j++)
                                    {
                                        Child child = await region.SpawnWhenAdmitted(s, Life);
                                        if (random.Next(3) == 0)
                                        {
                                            child.Cancel();
                                        }
                                    }
                                });
                                await spawners.Sleep(Second * random.Next(2));
                                if (random.Next(3) == 0)
                                {
                                    spawner.Cancel();
                                }
                            }

                            return 1;
                        },
                        new RegionOptions { Policy = Policy.CollectAll }
                    );
                    await scope.Sleep(100 * Second);
                    Assert.Equal(0, alive);
                    for (int i = 0; i < Places; i++)
                    {
                        scope.Spawn(async c => await c.Sleep(Second));
                    }

                    Assert.Throws<RegionLimitException>(() => scope.Spawn(_ => Work.CompletedWork));
                    return 1;

                    async Work Life(Cx c)
                    {
                        alive++;
                        try
                        {
                            Assert.InRange(alive, 1, Places);
                            await c.Sleep(Second * random.Next(3));
                            if (random.Next(4) == 0)
                            {
                                throw new IOException("a failing child");
                            }
                        }
                        finally
                        {
                            alive--;
                        }
                    }
                },
                new RegionOptions
                {
                    Policy = Policy.CollectAll,
                    Limits = new RegionLimits { Tasks = Places },
                }
            );
        });

        Assert.True(run.Outcome.IsOk, $"seed {seed}: {run.Outcome}");
        Assert.Empty(run.Reports);
    }

    [Fact]
    public void Spawn_PlacesTakenAndLeftFromSeveralThreads_AreNeverTooManyAndNoneIsLost()
    {
        const int Places = 3;
        var region = new RegionCell(new Engine(new RuntimeOptions()), 1, null, "shared")
        {
            Limits = new RegionLimits { Tasks = Places },
        };
        int inside = 0;
        int most = 0;
        int entered = 0;
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ => new Thread(() =>
                {
                    for (int i = 0; i < 2_000; i++)
                    {
                        try
                        {
                            region.Admission!.EnterTask();
                        }
                        catch (RegionLimitException)
                        {
                            continue;
                        }

                        int now = Interlocked.Increment(ref inside);
                        Interlocked.Increment(ref entered);
                        lock (region)
                        {
                            most = Math.Max(most, now);
                        }

                        Interlocked.Decrement(ref inside);
                        region.Admission!.LeaveTask();
                    }
                })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.InRange(most, 1, Places);
        Assert.InRange(entered, 2_000, 8_000);
        for (int i = 0; i < Places; i++)
        {
            Assert.True(region.Admission!.EnterTask());
        }

        Assert.Throws<RegionLimitException>(() => region.Admission!.EnterTask());
    }
}
