using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>The numbers of a recorded run put its steps in an order in which the kernel takes them and comes to the same state.</summary>
public class StepOrderTests
{
    // Longer than a request takes that does not wait for the step it comes into.
    private static readonly TimeSpan WhileAsked = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Cancel_ARegionBelowIsInTheMiddleOfItsClose_ComesAfterThat()
    {
        using var asks = new ManualResetEventSlim();
        using var closes = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        RecordedRun<Outcome<int>> run = await RecordedRun.Of<Outcome<int>>(
            async cx =>
            {
                // It keeps its worker until the region below is closing, so that the close is another worker's.
                cx.Spawn(async c =>
                {
                    asks.Set();
                    closes.Wait(TimeSpan.FromSeconds(30));
                    cx.Region.Cancel();
                    asked.Set();
                    await c.Yield();
                });
                return await cx.ObserveRegion<int>(async scope =>
                {
                    while (!asks.IsSet)
                    {
                        await scope.Yield();
                    }

                    return 1;
                });
            },
            new RunSettings
            {
                Workers = 2,
                Time = TimeProvider.System,
                BeforeNumber = action =>
                {
                    if (action is Kernel.Action.CloseComplete close && close.region == 2)
                    {
                        closes.Set();
                        asked.Wait(WhileAsked);
                    }
                },
            }
        );

        // The kernel has taken the same steps. A request that came before the close would have made its outcome Cancelled.
        Assert.Equal(Severity.Ok, run.Final.Region(2).Outcome.Severity);
        Assert.Null(run.Final.Region(2).Reason);
        Assert.Equal(1, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task OpenRegion_ItsDeadlineIsDueAtOnce_IsBeforeTheRequest()
    {
        using var asked = new ManualResetEventSlim();
        RecordedRun<Outcome<int>> run = await RecordedRun.Of<Outcome<int>>(
            async cx =>
                await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        await scope.Sleep(TimeSpan.FromMinutes(5));
                        return 1;
                    },
                    new RegionOptions { Budget = new WorkBudget { Timeout = TimeSpan.FromMilliseconds(1) } }
                ),
            new RunSettings
            {
                Workers = 2,
                Time = TimeProvider.System,
                BeforeNumber = action =>
                {
                    if (action.IsOpenRegion)
                    {
                        asked.Wait(WhileAsked);
                    }
                    else if (action.IsCancelRequest)
                    {
                        asked.Set();
                    }
                },
            }
        );

        Assert.Equal(
            [RuleName.OpenRegion, RuleName.CancelRequest],
            run.Steps.Select(step => step.Action.Rule)
                .Where(rule => rule is RuleName.OpenRegion or RuleName.CancelRequest)
        );
    }
}
