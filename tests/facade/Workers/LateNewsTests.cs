using System.Diagnostics.Metrics;
using Asupersync.Kernel;
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
                // The thread that sends the news is what could still bring something: else a strand that it is just about to put in line is
                // in no line, and a run with nothing in line is a deadlock.
                cx.Cell.Engine.Scheduler.CountInput(1);
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

                Volatile.Write(ref opener, null);
                cx.Cell.Engine.Scheduler.CountInput(-1);
            },
            new RunSettings { Workers = 2, Time = TimeProvider.System }
        );
        await stop.CancelAsync();
        await news;

        Assert.True(run.Value);
        Assert.Equal(Regions, closed);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task OpenRegion_NewsComeWhileTheCloseIsUnderWay_AreNotBelieved(int workers)
    {
        TaskCell? opener = null;
        var seen = new List<(RegionPhase Phase, bool IsOver)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Name == "asupersync.regions.closed")
            {
                me.EnableMeasurementEvents(instrument);
            }
        };

        // It is counted in the middle of the close: the record says Closed, and what the close asks for is not all done.
        listener.SetMeasurementEventCallback<long>(
            (_, _, _, _) =>
            {
                if (opener is { } cell && Worker.Current?.Scheduler == cell.Engine.Scheduler)
                {
                    long region = cell.Record.Waits.RegionId;
                    seen.Add((cell.Engine.Ledger.Regions[region].Phase, cell.Engine.IsWaitOver(cell)));
                    cell.Tell(TaskNews.WaitIsOver);
                }
            }
        );
        listener.Start();

        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                opener = cx.Cell;
                Assert.IsType<Outcome<int>.Ok>(
                    await cx.ObserveRegion(async scope =>
                    {
                        await scope.Yield();
                        return 1;
                    })
                );
                opener = null;
            },
            new RunSettings { Workers = workers }
        );

        Assert.True(run.Value);
        Assert.Equal([(RegionPhase.Closed, false)], seen);
    }

    private sealed class PlannedException : Exception;
}
