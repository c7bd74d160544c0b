using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Regions;

public class OpenRegionTests
{
    [Fact]
    public async Task OpenRegion_ChildStillRuns_ReturnsOnlyWhenItIsDone()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                bool done = false;
                int value = await cx.OpenRegion<int>(async scope =>
                {
                    scope.Spawn(async c =>
                    {
                        await c.Sleep(TimeSpan.FromMinutes(5));
                        done = true;
                    });
                    await scope.Yield();
                    return 42;
                });
                Assert.True(done);
                Assert.Equal(TimeSpan.FromMinutes(5), cx.Elapsed);
                return value;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(42, run.Value);
    }

    [Fact]
    public async Task OpenRegion_BodyReturnedOk_ChildrenMayGoOnSpawning()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int ended = 0;
                await cx.OpenRegion(async scope =>
                {
                    scope.Spawn(async c =>
                    {
                        await c.Sleep(TimeSpan.FromSeconds(1));
                        c.Spawn(async grandchild =>
                        {
                            await grandchild.Sleep(TimeSpan.FromSeconds(1));
                            ended++;
                        });
                        await c.OpenRegion(async inner => await inner.Yield());
                        ended++;
                    });
                    await Work.CompletedWork;
                });
                return ended;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(2, run.Value);
    }

    [Fact]
    public async Task OpenRegion_Nested_ClosesFromTheInside()
    {
        var order = new List<string>();
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(() => order.Add("root"));
                await cx.OpenRegion(async outer =>
                {
                    outer.Defer(() => order.Add("outer"));
                    await outer.OpenRegion(async inner =>
                    {
                        inner.Defer(() => order.Add("inner"));
                        inner.Spawn(async c =>
                        {
                            await c.Yield();
                            order.Add("child");
                        });
                        await inner.Yield();
                    });
                    order.Add("between");
                });
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(["child", "inner", "between", "outer", "root"], order);
    }

    [Fact]
    public async Task OpenRegion_EveryRegion_PassesEveryRung()
    {
        var run = await RecordedRun.Of(
            async cx => await cx.OpenRegion(async scope => await scope.Yield()),
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        foreach (
            RuleName rung in new[]
            {
                RuleName.CloseBegin,
                RuleName.CloseCancelChildren,
                RuleName.CloseChildrenDone,
                RuleName.CloseComplete,
            }
        )
        {
            Assert.Equal(2, run.CountOf(rung));
        }
    }

    [Fact]
    public async Task Spawn_IntoARegionFurtherUp_BelongsToThatRegion()
    {
        var run = await RecordedRun.Of<bool>(
            async cx =>
            {
                Region home = cx.Region;
                Child late = default;
                await cx.OpenRegion(async scope =>
                {
                    late = home.Spawn(scope, async c => await c.Sleep(TimeSpan.FromSeconds(5)));
                    await scope.Yield();
                });
                Assert.False(late.IsCompleted);
                await late.Join();
                return late.IsCompleted;
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_IntoAClosedRegion_IsRefusedByRegionOpen()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Region? gone = null;
                await cx.OpenRegion(async scope =>
                {
                    gone = scope.Region;
                    await scope.Yield();
                });
                Assert.Equal(RegionPhase.Closed, gone!.Phase);
                RefusedException refused = Assert.Throws<RefusedException>(() =>
                    gone.Spawn(cx, async c => await c.Yield())
                );
                Assert.Equal("ASUP1009", refused.Code);
                Assert.Equal(Premise.RegionOpen, refused.Refusal.Premise);
                Assert.Equal(RuleName.Spawn, refused.Refusal.Rule);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_IntoACancelledRegion_IsRefusedByRegionOpen()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Region? inner = null;
                Child opener = cx.Spawn(async c =>
                    await c.OpenRegion(async scope =>
                    {
                        inner = scope.Region;
                        await scope.Sleep(TimeSpan.FromHours(1));
                    })
                );
                await cx.Yield();
                await cx.Yield();
                inner!.Cancel();
                Assert.Equal(
                    "ASUP1009",
                    Assert.Throws<RefusedException>(() => inner.Spawn(cx, async c => await c.Yield())).Code
                );
                Assert.IsType<Outcome<bool>.Cancelled>(await opener.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_ByACancelledTask_IsRefusedBySpawnerRunning()
    {
        string code = "";
        var run = await RecordedRun.Of(
            async cx =>
            {
                Region home = cx.Region;
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        code = Assert.Throws<RefusedException>(() => c.Spawn(async d => await d.Yield())).Code;
                    }
                });
                await cx.Yield();
                child.Cancel();
                await child.Outcome();
                Assert.Equal(RegionPhase.Open, home.Phase);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal("ASUP1008", code);
    }

    [Fact]
    public async Task OpenRegion_InCleanUp_IsRefusedBySpawnerRunning()
    {
        string code = "";
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        code = (
                            await Failures.Throws<RefusedException>(async () =>
                                await c.OpenRegion(async scope => await scope.Yield())
                            )
                        ).Code;
                    }
                });
                await cx.Yield();
                child.Cancel();
                await child.Outcome();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal("ASUP1008", code);
    }

    [Fact]
    public async Task OpenRegion_ATaskWaitsForOneAlready_IsRefusedByTaskNotWaiting()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Task first = cx.OpenRegion(async scope => await scope.Sleep(TimeSpan.FromSeconds(1))).AsTask();
                RefusedException refused = await Failures.Throws<RefusedException>(async () =>
                    await cx.OpenRegion(async scope => await scope.Yield())
                );
                Assert.Equal("ASUP1007", refused.Code);
                await first;
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task OpenRegion_Names_AreThoseOfTheOptions()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Assert.Equal("root", cx.Region.Name);
                Assert.Equal("main", cx.Name);
                await cx.OpenRegion(
                    async scope =>
                    {
                        Assert.Equal("workers", scope.Region.Name);
                        Child named = scope.Spawn(async c => await c.Yield(), new SpawnOptions { Name = "worker 1" });
                        Assert.Equal("worker 1", named.Name);
                        Child unnamed = scope.Spawn(async c => await c.Yield());
                        Assert.Equal(nameof(OpenRegion_Names_AreThoseOfTheOptions), unnamed.Name);
                        await Work.CompletedWork;
                    },
                    new RegionOptions { Name = "workers" }
                );
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }
}
