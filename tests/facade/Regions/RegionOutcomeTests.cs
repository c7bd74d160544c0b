using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Regions;

public class RegionOutcomeTests
{
    private static readonly RegionOptions CollectAll = new() { Policy = Policy.CollectAll };

    [Fact]
    public async Task OpenRegion_AChildPanics_OutranksAnError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Outcome<int> outcome = await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        scope.Spawn(_ => throw new FormatException("error"));
                        scope.Spawn(_ => throw new PanicException("panic"));
                        await scope.Yield();
                        return 1;
                    },
                    CollectAll
                );
                Exception panic = Assert.IsType<Outcome<int>.Panicked>(outcome).Panic;
                Assert.Equal(2, Assert.IsType<RegionFailedException>(panic).InnerExceptions.Count);
                Assert.Throws<PanickedException>(() => outcome.GetOrThrow());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task OpenRegion_AChildWasCancelledByASibling_IsNoNews()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
                await cx.OpenRegion<int>(async scope =>
                {
                    Child loser = scope.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                    await scope.Yield();
                    loser.Cancel();
                    return 3;
                }),
            RunSettings.OneWorker
        );

        Assert.Equal(3, run.Value);
    }

    [Fact]
    public async Task OpenRegion_AChildRanIntoItsDeadline_IsNews()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
                {
                    scope.Spawn(
                        async c => await c.Sleep(TimeSpan.FromHours(1)),
                        new SpawnOptions { Budget = new WorkBudget { Timeout = TimeSpan.FromSeconds(2) } }
                    );
                    await scope.Yield();
                    return 3;
                });
                Assert.Equal(CancelKind.Deadline, Assert.IsType<Outcome<int>.Cancelled>(outcome).Reason.Kind);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }
}
