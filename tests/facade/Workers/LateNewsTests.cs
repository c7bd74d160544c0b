using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>News of a wait that was over before may come at any time; they end no other wait.</summary>
public class LateNewsTests
{
    [Fact]
    public async Task OpenRegion_NewsOfEarlierWaitsKeepComing_WaitsUntilTheCloseIsOver()
    {
        const int Regions = 150;
        TaskCell? opener = null;
        int closed = 0;
        using var stop = new CancellationTokenSource();
        Task news = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Volatile.Read(ref opener)?.Tell(TaskNews.WaitIsOver);
                Thread.SpinWait(30);
            }
        });

        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                Volatile.Write(ref opener, cx.Cell);
                for (int i = 0; i < Regions; i++)
                {
                    Outcome<int> outcome = await cx.ObserveRegion<int>(scope =>
                    {
                        scope.Spawn(async c => await c.Yield());
                        throw new PlannedException();
                    });
                    Assert.IsType<Outcome<int>.Err>(outcome);
                    closed++;
                }
            },
            new RunSettings { Workers = 2, Time = TimeProvider.System }
        );
        await stop.CancelAsync();
        await news;

        Assert.True(run.Value);
        Assert.Equal(Regions, closed);
    }

    private sealed class PlannedException : Exception;
}
