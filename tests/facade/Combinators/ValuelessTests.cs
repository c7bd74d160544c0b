using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

/// <summary>The calls whose branches or bodies have no values.</summary>
public class ValuelessTests
{
    [Fact]
    public async Task Race_OneBranchEnds_TheOthersHaveDrainedWhenItReturns()
    {
        var ended = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.Race(
                async c => await c.Sleep(Second),
                async c =>
                {
                    c.Defer(() => ended.Add("loser"));
                    await c.Sleep(2 * Second);
                    ended.Add("too far");
                }
            );
            Assert.Equal(Second, cx.Elapsed);
        });

        Assert.True(run.Value);
        Assert.Equal(["loser"], ended);
    }

    [Fact]
    public async Task RaceIndexed_ThreeBranches_TellsWhichEndedFirst()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.RaceIndexed(
                async c => await c.Sleep(3 * Second),
                async c => await c.Sleep(2 * Second),
                async c => await c.Sleep(Second)
            )
        );

        Assert.Equal(2, run.Value);
    }

    [Fact]
    public async Task Race_OfNoBranches_IsRefused()
    {
        var run = await RecordedRun.Of(async cx => await cx.Race());

        Assert.Equal("ASUP2202", Assert.IsType<AsupersyncException>(run.Error).Code);
    }

    [Fact]
    public async Task FirstOk_TheFirstFails_WaitsForOneThatSucceeds()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.FirstOk(
                async c =>
                {
                    await c.Sleep(Second);
                    throw new FormatException("the first");
                },
                async c => await c.Sleep(2 * Second)
            );
            Assert.Equal(2 * Second, cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CollectAll_OneFails_GivesHowEachEnded()
    {
        var run = await RecordedRun.Of<Outcome<bool>[]>(async cx =>
            await cx.CollectAll(
                async c => await c.Sleep(Second),
                async c =>
                {
                    await c.Yield();
                    throw new FormatException("the second");
                }
            )
        );

        Assert.Equal([Severity.Ok, Severity.Err], run.Value.Select(outcome => outcome.Severity));
        Assert.True(run.Value[0].GetOrThrow());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public async Task TryWithin_TwoSeconds_IsAnOutcome(int seconds, bool inTime)
    {
        var run = await RecordedRun.Of<Outcome<bool>>(async cx =>
            await cx.TryWithin(2 * Second, async c => await c.Sleep(seconds * Second))
        );

        Assert.Equal(inTime, run.Value.IsOk);
        if (!inTime)
        {
            Assert.IsType<TimedOutException>(Assert.IsType<Outcome<bool>.Err>(run.Value).Error);
        }
    }

    [Fact]
    public async Task ObserveRegion_AChildFails_GivesTheOutcomeOfTheRegion()
    {
        var run = await RecordedRun.Of<Outcome<bool>>(async cx =>
            await cx.ObserveRegion(async scope =>
            {
                scope.Spawn(async c =>
                {
                    await c.Yield();
                    throw new FormatException("the child");
                });
                await scope.Sleep(Second);
            })
        );

        Assert.Equal("the child", Assert.IsType<Outcome<bool>.Err>(run.Value).Error.Message);
    }
}
