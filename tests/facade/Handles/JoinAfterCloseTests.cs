using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Handles;

/// <summary>A task of another region takes an outcome when the region of the awaited task is closed already.</summary>
public class JoinAfterCloseTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Outcome_OfOneFailureAmongOthersOfAClosedRegion_IsTaken(int awaited)
    {
        const int Failures = 3;
        RecordedRun<bool> run = await RecordedRun.Of(async cx =>
        {
            var failing = new List<Child<int>>();
            Child<Outcome<int>> waiter = cx.Spawn(async c =>
            {
                while (failing.Count < Failures)
                {
                    await c.Yield();
                }

                return await failing[awaited].Outcome();
            });

            Outcome<int> region = await cx.ObserveRegion(
                async scope =>
                {
                    for (int i = 0; i < Failures; i++)
                    {
                        int number = i;
                        failing.Add(
                            scope.Spawn<int>(async c =>
                            {
                                await c.Yield();
                                await c.Yield();
                                throw new PlannedException($"{number}");
                            })
                        );
                    }

                    await scope.Yield();
                    return 0;
                },
                new RegionOptions { Policy = Policy.CollectAll }
            );

            Assert.IsType<Outcome<int>.Err>(region);
            var taken = Assert.IsType<Outcome<int>.Err>(await waiter);
            Assert.Equal($"{awaited}", taken.Error.Message);
        });

        Assert.True(run.Value);
    }

    private sealed class PlannedException(string message) : Exception(message);
}
