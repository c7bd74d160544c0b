using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Budgets;

public class DeadlineTests
{
    private static WorkBudget Seconds(double seconds) => new() { Timeout = TimeSpan.FromSeconds(seconds) };

    [Fact]
    public async Task Spawn_DeadlinePasses_ReachesABlockedTask()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (_, Receiver<int> rx) = Chan.Bounded<int>(1);
            Child<int> blocked = cx.Spawn(
                async c =>
                {
                    Assert.Equal(TimeSpan.FromSeconds(2), c.Remaining);
                    return await rx.Receive(c);
                },
                new SpawnOptions { Budget = Seconds(2) }
            );
            Outcome<int>.Cancelled outcome = Assert.IsType<Outcome<int>.Cancelled>(await blocked.Outcome());
            Assert.Equal(CancelKind.Deadline, outcome.Reason.Kind);
            Assert.Equal(TimeSpan.FromSeconds(2).Ticks, outcome.Reason.At);
            Assert.Equal(TimeSpan.FromSeconds(2), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task OpenRegion_DeadlinePasses_CancelsEverythingInIt()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            int ended = 0;
            Outcome<int> outcome = await cx.ObserveRegion<int>(
                async scope =>
                {
                    for (int i = 0; i < 3; i++)
                    {
                        scope.Spawn(async c =>
                        {
                            try
                            {
                                await c.Sleep(TimeSpan.FromHours(1));
                            }
                            finally
                            {
                                ended++;
                            }
                        });
                    }

                    await scope.Sleep(TimeSpan.FromHours(1));
                    return 1;
                },
                new RegionOptions { Budget = Seconds(3) }
            );
            Assert.Equal(CancelKind.Deadline, Assert.IsType<Outcome<int>.Cancelled>(outcome).Reason.Kind);
            Assert.Equal(3, ended);
            Assert.Equal(TimeSpan.FromSeconds(3), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task RunAsync_DeadlineOfTheRoot_EndsTheRunCancelled()
    {
        var run = await RecordedRun.Of(
            async cx => await cx.Sleep(TimeSpan.FromHours(1)),
            new RunSettings { Budget = Seconds(5) }
        );

        Assert.Equal(CancelKind.Deadline, run.Reason.Kind);
    }

    [Fact]
    public async Task Spawn_AskingForMore_GetsWhatIsLeftOfTheParents()
    {
        var run = await RecordedRun.Of<TimeSpan?>(
            async cx =>
            {
                await cx.Sleep(TimeSpan.FromSeconds(1));
                return await cx.Spawn(
                    async c =>
                    {
                        await c.Yield();
                        return c.Remaining;
                    },
                    new SpawnOptions { Budget = Seconds(60) }
                );
            },
            new RunSettings { Workers = 1, Budget = Seconds(2) }
        );

        Assert.Equal(TimeSpan.FromSeconds(1), run.Value);
    }

    [Fact]
    public async Task Remaining_InsideOfWithin_IsOfTheDeadlineOnly()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.Within(
                TimeSpan.FromSeconds(1),
                async c =>
                {
                    Assert.Null(c.Remaining);
                    await c.Yield();
                }
            );
            await cx.OpenRegion(
                async scope =>
                    await scope.Within(
                        TimeSpan.FromSeconds(1),
                        async c =>
                        {
                            Assert.Equal(TimeSpan.FromSeconds(5), c.Remaining);
                            await c.Yield();
                        }
                    ),
                new RegionOptions { Budget = new WorkBudget { Timeout = TimeSpan.FromSeconds(5) } }
            );
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Sleep_AwaitedLater_CountsFromTheAwait()
    {
        var run = await RecordedRun.Of<TimeSpan>(async cx =>
        {
            Work later = cx.Sleep(TimeSpan.FromSeconds(2));
            await cx.Sleep(TimeSpan.FromSeconds(1));
            await later;
            return cx.Elapsed;
        });

        Assert.Equal(TimeSpan.FromSeconds(3), run.Value);
    }

    [Fact]
    public async Task Remaining_NoDeadline_IsNull()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Assert.Null(cx.Remaining);
            Assert.Equal(TimeSpan.Zero, cx.Elapsed);
            await cx.Sleep(TimeSpan.Zero);
            Assert.Equal(TimeSpan.Zero, cx.Elapsed);
            Assert.Equal(DateTimeOffset.UnixEpoch, cx.Time.GetUtcNow());
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_DoneBeforeTheDeadline_IsNotCancelled()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.Spawn(
                async c =>
                {
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    return 1;
                },
                new SpawnOptions { Budget = Seconds(2) }
            );
            await cx.Sleep(TimeSpan.FromSeconds(5));
            return value;
        });

        Assert.Equal(1, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task Spawn_NegativeTimeout_IsRefusedByBudgetValid()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                foreach (
                    WorkBudget budget in new[]
                    {
                        Seconds(-1),
                        new WorkBudget { Polls = -1 },
                        new WorkBudget { Cost = -1 },
                        new WorkBudget { Priority = -1 },
                        new WorkBudget { Priority = 256 },
                    }
                )
                {
                    var options = new SpawnOptions { Budget = budget };
                    RefusedException refused = Assert.Throws<RefusedException>(() =>
                        cx.Spawn(async c => await c.Yield(), options)
                    );
                    Assert.Equal("ASUP1005", refused.Code);
                    refused = await Failures.Throws<RefusedException>(async () =>
                        await cx.OpenRegion(async c => await c.Yield(), new RegionOptions { Budget = budget })
                    );
                    Assert.Equal("ASUP1005", refused.Code);
                    refused = Assert.Throws<RefusedException>(() =>
                    {
                        _ = AsupRuntime.RunAsync(async c => await c.Yield(), new RuntimeOptions { Budget = budget });
                    });
                    Assert.Equal("ASUP1005", refused.Code);
                }
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Spawn));
    }

    [Fact]
    public async Task Spawn_EveryLegalExtreme_IsAccepted()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.Spawn(
                    async c => await c.Sleep(TimeSpan.FromDays(9000)),
                    new SpawnOptions
                    {
                        Budget = new WorkBudget { Timeout = TimeSpan.MaxValue, Priority = 255 },
                    }
                )
                .Join();
            var outcome = await cx.Spawn(
                    async c => await c.Sleep(TimeSpan.FromSeconds(1)),
                    new SpawnOptions { Budget = new WorkBudget { Timeout = TimeSpan.Zero } }
                )
                .Outcome();
            Assert.Equal(CancelKind.Deadline, Assert.IsType<Outcome<bool>.Cancelled>(outcome).Reason.Kind);
        });

        Assert.IsType<Outcome<bool>.Ok>(run.Outcome);
    }
}
