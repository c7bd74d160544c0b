using Xunit;

namespace Asupersync.Tests.Reports;

/// <summary>Drain budgets that are longer than timers of .NET can be set for, and such as no region could have.</summary>
public sealed class LongDrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<TimeSpan> Long { get; } =
    [TimeSpan.FromDays(50), TimeSpan.FromDays(10_000), TimeSpan.MaxValue];

    [Theory]
    [MemberData(nameof(Long))]
    public async Task DrainBudget_OfARegion_MayBeAsLongAsOneLikes(TimeSpan budget)
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Outcome<int> outcome = await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        scope.Region.Cancel();
                        await scope.Sleep(TimeSpan.FromHours(1));
                        return 1;
                    },
                    new RegionOptions { DrainBudget = budget }
                );
                Assert.IsType<Outcome<int>.Cancelled>(outcome);
            },
            new RunSettings { Time = TimeProvider.System }
        );

        Assert.True(run.Value);
    }

    [Theory]
    [MemberData(nameof(Long))]
    public async Task DrainBudget_OfTheRun_MayBeAsLongAsOneLikes(TimeSpan budget)
    {
        var began = new TaskCompletionSource();
        var options = new RuntimeOptions { DrainBudget = budget };
        RunHandle<int> handle = AsupRuntime.Start<int>(
            async cx =>
            {
                began.SetResult();
                await cx.Sleep(TimeSpan.FromHours(1));
                return 1;
            },
            options
        );
        await began.Task;
        handle.Cancel("enough");

        var cancelled = Assert.IsType<Outcome<int>.Cancelled>(await handle.Completion.WaitAsync(Limit));
        Assert.Equal("enough", cancelled.Reason.Message);
    }

    [Fact]
    public async Task DrainBudget_OfARegion_Negative_IsRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await Failures.Throws<AsupersyncException>(
                "ASUP2110",
                async () =>
                    await cx.OpenRegion(
                        async scope => await scope.Yield(),
                        new RegionOptions { DrainBudget = TimeSpan.FromTicks(-1) }
                    )
            );
        });

        Assert.True(run.Value);
    }
}
