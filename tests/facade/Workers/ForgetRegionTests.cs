using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>The ledger forgets a closed region when no step is in the middle of its records.</summary>
public class ForgetRegionTests
{
    private const long Left = 2;

    // Longer than it takes to forget a region that nobody holds.
    private static readonly TimeSpan WhileTaken = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Forget_ATaskOutsideIsTakingAnOutcomeOfTheRegion_WaitsForThat()
    {
        using var joined = new ManualResetEventSlim();
        using var ownerTakes = new ManualResetEventSlim();
        using var outsiderTakes = new ManualResetEventSlim();
        Engine? engine = null;
        long failing = 0;
        bool forgottenMeanwhile = false;
        RecordedRun<Outcome<int>> run = await RecordedRun.Of<Outcome<int>>(
            async cx =>
            {
                engine = cx.Cell.Engine;
                Child<bool>? watch = null;
                Outcome<int> outcome = await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        Child failed = scope.Spawn(async c =>
                        {
                            while (!joined.IsSet)
                            {
                                await c.Yield();
                            }

                            throw new InvalidOperationException("this child fails");
                        });
                        failing = failed.Id;
                        watch = cx.Region.Spawn<bool>(
                            scope,
                            c =>
                                c.OpenRegion<bool>(async _ =>
                                {
                                    Task<Outcome<bool>> taking = failed.Outcome().AsTask();
                                    joined.Set();
                                    Assert.True(ownerTakes.Wait(TimeSpan.FromSeconds(30)));
                                    return (await taking) is Outcome<bool>.Err;
                                })
                        );
                        await scope.Yield();
                        return 1;
                    },
                    new RegionOptions { Policy = Policy.CollectAll }
                );
                Assert.True(await watch!.Value.Join());
                return outcome;
            },
            new RunSettings
            {
                Workers = 3,
                Time = TimeProvider.System,
                BeforeNumber = action =>
                {
                    if (action is not Kernel.Action.JoinReady taken)
                    {
                        return;
                    }

                    if (taken.target.IsRegion && taken.target.RegionId == Left)
                    {
                        ownerTakes.Set();
                        Assert.True(outsiderTakes.Wait(TimeSpan.FromSeconds(30)));
                    }
                    else if (taken.target.IsTask && taken.target.TaskId == failing)
                    {
                        outsiderTakes.Set();
                        forgottenMeanwhile = SpinWait.SpinUntil(
                            () => engine!.Ledger.Regions.Cell(Left) is null,
                            WhileTaken
                        );
                    }
                },
            }
        );

        Assert.IsType<Outcome<int>.Err>(run.Value);
        Assert.False(forgottenMeanwhile);
        Assert.Null(engine!.Ledger.Regions.Cell(Left));
    }
}
