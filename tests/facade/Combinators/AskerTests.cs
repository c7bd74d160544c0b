using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Combinators;

/// <summary>What is left of a call is asked to cancel in the name of the call's body, by whichever worker settles the call.</summary>
public class AskerTests
{
    // Longer than the body takes to end that does not wait for who asks in its name.
    private static readonly TimeSpan WhileAsking = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Race_AllBranchesEndWhileTheRestIsToBeAsked_TheBodyEndsAfterThat()
    {
        using var asks = new ManualResetEventSlim();
        using var drained = new ManualResetEventSlim();
        using var left = new ManualResetEventSlim();
        int branches = 0;
        bool bodyHadEnded = true;
        RecordedRun<int> run = await RecordedRun.Of<int>(
            async cx =>
                await cx.Race<int>(
                    async c =>
                    {
                        await c.Yield();
                        return 1;
                    },
                    async c =>
                    {
                        while (!asks.IsSet)
                        {
                            await c.Yield();
                        }

                        return 2;
                    }
                ),
            new RunSettings
            {
                Workers = 4,
                Time = TimeProvider.System,
                BeforeNumber = action =>
                {
                    // The body takes the outcome of a branch in the step that ends it.
                    if (action.IsJoinReady && Interlocked.Increment(ref branches) == 2)
                    {
                        drained.Set();
                    }
                    else if (action.IsCloseBegin)
                    {
                        left.Set();
                    }
                },
                BetweenSteps = gap =>
                {
                    if (gap == Combination.Gap.BeforeWaiting)
                    {
                        drained.Wait(TimeSpan.FromSeconds(30));
                    }
                    else
                    {
                        asks.Set();
                        bodyHadEnded = left.Wait(WhileAsking);
                    }
                },
            }
        );

        Assert.Equal(1, run.Value);
        Assert.False(bodyHadEnded);
    }
}
