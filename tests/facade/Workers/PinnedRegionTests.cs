using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>Regions whose tasks are fibers: they stay on one worker of several.</summary>
public class PinnedRegionTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task OpenRegion_Pinned_NoTwoOfItsTasksRunSideBySide(int workers)
    {
        const int Tasks = 40;
        const int Turns = 50;
        var threads = new HashSet<int>();
        int count = 0; // Shared without a lock.
        var run = await RecordedRun.Of(
            async cx =>
            {
                // Others keep all workers busy, and would take what may be taken.
                Child[] movable = [.. Enumerable.Range(0, Tasks).Select(_ => cx.Spawn(c => Turn(c, () => { })))];
                await cx.OpenRegion(
                    async scope =>
                    {
                        for (int i = 0; i < Tasks; i++)
                        {
                            scope.Spawn(async c => await c.OpenRegion(inner => Turn(inner, Count)));
                        }

                        await Turn(scope, Count);
                    },
                    new RegionOptions { Pinned = true }
                );
                foreach (Child child in movable)
                {
                    await child.Join();
                }
            },
            new RunSettings { Workers = workers, Time = TimeProvider.System }
        );

        Assert.True(run.Value);
        Assert.Equal((Tasks + 1) * Turns, count);
        Assert.Single(threads);

        void Count()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            int before = count;
            Thread.SpinWait(20);
            count = before + 1;
        }

        static async Work Turn(Cx cx, System.Action action)
        {
            for (int i = 0; i < Turns; i++)
            {
                action();
                if (i % 10 == 9)
                {
                    await Task.Yield();
                }
                else
                {
                    await cx.Yield();
                }
            }
        }
    }
}
