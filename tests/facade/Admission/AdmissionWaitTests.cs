using Xunit;
using static Asupersync.Tests.Admissions.FullRegion;

namespace Asupersync.Tests.Admissions;

/// <summary>Tasks that wait for a place in a region.</summary>
public class AdmissionWaitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Spawn_WhenAdmitted_WaitsForAPlaceAndDropsNothing()
    {
        RecordedRun<(int Done, int Most, TimeSpan Took)> run = await RecordedRun.Of<(int, int, TimeSpan)>(async cx =>
        {
            int done = 0;
            int alive = 0;
            int most = 0;
            await cx.OpenRegion(
                async scope =>
                {
                    for (int i = 0; i < 10; i++)
                    {
                        await scope.SpawnWhenAdmitted(async c =>
                        {
                            most = Math.Max(most, ++alive);
                            await c.Sleep(Second);
                            alive--;
                            done++;
                        });
                    }
                },
                Limited(tasks: 2)
            );
            return (done, most, cx.Elapsed);
        });

        Assert.Equal((10, 2, 5 * Second), run.Value);
    }

    [Fact]
    public async Task Spawn_WhenAdmittedBySeveral_IsFirstComeFirstServedAndPlainSpawnsDoNotPushIn()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                string log = "";
                await WithFullRegion(
                    cx,
                    async (outer, region, running) =>
                    {
                        foreach (string name in (string[])["a", "b", "c"])
                        {
                            outer.Spawn(async c =>
                            {
                                await region.SpawnWhenAdmitted(
                                    c,
                                    async t =>
                                    {
                                        log += name;
                                        await t.Sleep(Second);
                                    }
                                );
                            });
                            await outer.Yield();
                        }

                        running.Cancel();
                        await outer.Yield();
                        Assert.Throws<RegionLimitException>(() => region.Spawn(outer, _ => Work.CompletedWork));
                        await outer.Sleep(10 * Second);
                    }
                );
                return log;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("abc", run.Value);
    }

    [Fact]
    public async Task Checkpoint_OfATaskThatWaitsForAdmission_EndsTheWaitAndThePlaceGoesToTheNext() =>
        Assert.Equal(
            "second ",
            await WithTwoWaiting(
                async (outer, running, first, second) =>
                {
                    first.Cancel();
                    running.Cancel();
                    Assert.IsType<Outcome<bool>.Cancelled>(await first.Outcome());
                    Assert.True((await second.Outcome()).IsOk);
                }
            )
        );

    [Fact]
    public async Task Checkpoint_OfATaskGivenAPlaceTogetherWithARequest_GivesThePlaceOn() =>
        Assert.Equal(
            "second ",
            await WithTwoWaiting(
                async (outer, running, first, second) =>
                {
                    // In the ready lane before the first: the place is given to the first, who then is asked to cancel.
                    running.Cancel();
                    await outer.Yield();
                    first.Cancel();
                    Assert.IsType<Outcome<bool>.Cancelled>(await first.Outcome());
                    await second.Outcome();
                }
            )
        );

    [Fact]
    public async Task Spawn_WhenAdmittedToARegionThatBeginsToClose_IsRefusedByTheKernel()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                Child<string> waiting = default;
                await WithFullRegion(
                    cx,
                    async (outer, region, running) =>
                    {
                        waiting = outer.Spawn(async c =>
                            (
                                await Failures.Throws<RefusedException>(
                                    "ASUP1009",
                                    async () => await region.SpawnWhenAdmitted(c, _ => Work.CompletedWork)
                                )
                            ).Code
                        );
                        await outer.Yield();
                        region.Cancel();
                        await waiting.Outcome();
                        Assert.Equal(
                            "ASUP1009",
                            Assert.Throws<RefusedException>(() => region.Spawn(outer, _ => Work.CompletedWork)).Code
                        );
                    }
                );
                return (await waiting.Outcome()).GetOrThrow();
            },
            RunSettings.OneWorker
        );

        Assert.Equal("ASUP1009", run.Value);
    }

    [Fact]
    public async Task Spawn_WhenAdmittedToNoPlaceAtAll_IsRefusedAtOnce()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(async cx =>
            await cx.OpenRegion(
                async scope =>
                    (
                        await Failures.Throws<RegionLimitException>(
                            "ASUP6001",
                            async () => await scope.SpawnWhenAdmitted(_ => Work.CompletedWork)
                        )
                    ).Code,
                Limited(tasks: 0)
            )
        );

        Assert.Equal("ASUP6001", run.Value);
    }

    [Fact]
    public async Task Stalled_ATaskWaitsForAPlaceThatOnlyItCouldFree_IsNamed()
    {
        RecordedRun<bool> run = await RecordedRun.Of(async cx =>
            await cx.OpenRegion(
                async scope =>
                {
                    await scope.SpawnWhenAdmitted(async c =>
                    {
                        await c.SpawnWhenAdmitted(_ => Work.CompletedWork);
                    });
                },
                Limited(tasks: 1)
            )
        );

        Assert.Contains(
            "waits to be admitted to region 'limited' (r2)",
            run.Report("ASUP2108").Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Lets two tasks wait for the place that a third has, and gives the names of those who got it. In the end it is free.</summary>
    private static async Task<string> WithTwoWaiting(Func<Cx, Child, Child<bool>, Child<bool>, Work> act)
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                string log = "";
                await WithFullRegion(
                    cx,
                    async (outer, region, running) =>
                    {
                        Child<bool> first = outer.Spawn(async c => await Admitted(c, region, () => log += "first "));
                        Child<bool> second = outer.Spawn(async c => await Admitted(c, region, () => log += "second "));
                        await outer.Yield();
                        await act(outer, running, first, second);
                        await outer.Sleep(Second);
                        await AssertOnePlaceIsFree(outer, region);
                    }
                );
                return log;
            },
            RunSettings.OneWorker
        );
        return run.Value;
    }
}
