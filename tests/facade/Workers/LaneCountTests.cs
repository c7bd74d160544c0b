using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>A worker that finds its lanes empty goes to rest, so they may not look empty while a task goes from one to another.</summary>
public class LaneCountTests
{
    [Fact]
    public async Task Promote_TheOnlyTaskInTheLanes_NeverShowsThemEmpty()
    {
        const int Tasks = 5_000;
        ThreeLaneQueue? lanes = null;
        int standing = 0; // The number of the task that stands in the lanes, or 0.
        bool stop = false;
        int seenEmpty = 0;
        Task reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                int task = Volatile.Read(ref standing);
                if (task != 0 && lanes!.IsEmpty && Volatile.Read(ref standing) == task)
                {
                    seenEmpty++;
                }
            }
        });

        Outcome<bool> outcome = await AsupRuntime.RunAsync(
            async cx =>
                await cx.OpenRegion(
                    async scope =>
                    {
                        lanes = (ThreeLaneQueue)Worker.Current!.Lanes;
                        for (int task = 1; task <= Tasks; task++)
                        {
                            Child child = scope.Spawn(_ => Work.CompletedWork);
                            Volatile.Write(ref standing, task);
                            ThreeLaneQueue.Promote(child.Cell);
                            Volatile.Write(ref standing, 0);
                            await child.Join();
                        }
                    },
                    new RegionOptions { Pinned = true }
                ),
            new RuntimeOptions { Workers = 2 }
        );
        Volatile.Write(ref stop, true);
        await reader;

        outcome.GetOrThrow();
        Assert.Equal(0, seenEmpty);
    }
}
