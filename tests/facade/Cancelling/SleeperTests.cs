using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Cancelling;

/// <summary>A task that sleeps hears of a request when its poll begins.</summary>
public sealed class SleeperTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancel_ASleeper_HearsAndWakesInOnePoll(int workers)
    {
        int before = 0;
        int after = 0;
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async cx =>
                {
                    before = Strand.Current!.Polls;
                    try
                    {
                        await cx.Sleep(2 * Second);
                    }
                    finally
                    {
                        after = Strand.Current.Polls;
                    }
                });
                await cx.Sleep(Second);
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(Second, cx.Elapsed);
            },
            new RunSettings { Workers = workers }
        );

        Assert.True(run.Value);
        Assert.Equal(before + 1, after);
    }

    [Fact]
    public async Task Cancel_ASleeperWhoseTimerIsDueAtThatInstantToo_EndsItsSleep()
    {
        bool slept = false;
        var run = await RecordedRun.Of<Outcome<bool>>(
            async cx =>
                await cx.ObserveRegion(
                    async cx =>
                    {
                        cx.Spawn(async cx =>
                        {
                            await cx.Sleep(Second);
                            slept = true;
                        });
                        await cx.Sleep(2 * Second);
                    },
                    new RegionOptions { Budget = new WorkBudget { Timeout = Second } }
                ),
            RunSettings.OneWorker
        );

        // The region's deadline was set first, so it is first of what is due at that instant.
        Assert.Equal(CancelKind.Deadline, Assert.IsType<Outcome<bool>.Cancelled>(run.Value).Reason.Kind);
        Assert.False(slept);
    }

    [Fact]
    public async Task Cancel_ASleeperInAMaskedSection_SleepsOnWithoutAPoll()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async cx =>
                {
                    await cx.Mask(
                        2,
                        async cx =>
                        {
                            int polls = Strand.Current!.Polls;
                            await cx.Sleep(2 * Second);
                            Assert.Equal(polls + 1, Strand.Current.Polls);
                        }
                    );
                    Assert.Equal(2 * Second, cx.Elapsed);
                    cx.Checkpoint();
                });
                await cx.Sleep(Second);
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }
}
