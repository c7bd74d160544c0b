using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Reports;

public class DrainTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task DrainBudget_SpentAsTheRegionCloses_IsNothingToReport()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                RegionCell? closed = null;
                await cx.OpenRegion(c =>
                {
                    closed = c.Cell.Region;
                    return Work.CompletedWork;
                });
                cx.Cell.Engine.DrainSpent(closed!);
            },
            new RunSettings { Escalation = Escalation.Abandon }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task DrainBudget_Spent_NamesTheTaskAndGoesOn()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Spawn(
                    async c =>
                    {
                        try
                        {
                            await c.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            await c.Sleep(TimeSpan.FromSeconds(10));
                        }
                    },
                    new SpawnOptions { Name = "FlushJournal" }
                );
                await cx.Sleep(TimeSpan.FromSeconds(1));
                cx.Region.Cancel();
            },
            new RunSettings { DrainBudget = Budget }
        );

        RuntimeReport report = run.Report("ASUP2101");
        TaskReport stuck = Assert.Single(report.Tasks);
        Assert.Equal("FlushJournal", stuck.Name);
        Assert.Equal(TaskPhase.Cancelling, stuck.Phase);
        Assert.Equal(TimeSpan.FromSeconds(3), stuck.Age);
        Assert.Equal("Sleep", stuck.LastCheckpoint);
        Assert.Contains("'FlushJournal'", report.Message, StringComparison.Ordinal);
        Assert.Contains("2000 ms", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainBudget_ClosedInTime_ReportsNothing()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                await cx.Yield();
                cx.Region.Cancel();
            },
            new RunSettings { Workers = 1, DrainBudget = Budget }
        );

        Assert.Empty(run.Reports);
    }

    [Fact]
    public async Task DrainBudget_OfARegion_IsItsOwn()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Outcome<int> outcome = await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        scope.Defer(async f => await f.Sleep(TimeSpan.FromSeconds(3)));
                        scope.Region.Cancel();
                        await scope.Yield();
                        return 1;
                    },
                    new RegionOptions { Name = "inner", DrainBudget = TimeSpan.FromSeconds(1) }
                );
                Assert.IsType<Outcome<int>.Cancelled>(outcome);
            },
            new RunSettings { Workers = 1, DrainBudget = null }
        );

        Assert.Contains("region 'inner'", run.Report("ASUP2101").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainBudget_SpentByAnAwaitingTask_AbandonsTheRunWhenAsked()
    {
        var release = new TaskCompletionSource();
        var abandoned = await AbandonedRun.Of(
            async cx =>
            {
                cx.Spawn(async c => await release.Task, new SpawnOptions { Name = "deaf" });
                await cx.Yield();
                cx.Region.Cancel();
            },
            new RunSettings
            {
                Workers = 1,
                DrainBudget = Budget,
                Escalation = Escalation.Abandon,
            }
        );
        release.SetResult();

        TaskReport stuck = Assert.Single(abandoned.Report.Tasks);
        Assert.Equal("deaf", stuck.Name);
        Assert.Equal("awaits something outside the runtime", stuck.Waiting);
        Assert.Equal("ASUP2101", abandoned.Error.Code);
        Assert.Contains("'deaf'", abandoned.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainBudget_SpentByASpinningTask_IsReportedFromOutsideAndAbandoned()
    {
        var stop = new ManualResetEventSlim();
        var abandoned = await AbandonedRun.Of(
            async cx =>
            {
                cx.Spawn(
                    c =>
                    {
                        // Never reaches a checkpoint: it holds the one thread that could look at the time.
                        c.Region.Cancel();
                        stop.Wait();
                        return Work.CompletedWork;
                    },
                    new SpawnOptions { Name = "spinner" }
                );
                await cx.Yield();
            },
            new RunSettings
            {
                DrainBudget = TimeSpan.FromMilliseconds(50),
                Escalation = Escalation.Abandon,
                Time = TimeProvider.System,
                Workers = 1,
            }
        );
        stop.Set();

        Assert.Equal("ASUP2101", abandoned.Error.Code);
        Assert.Contains("'spinner'", abandoned.Error.Message, StringComparison.Ordinal);
        Assert.Equal("running without a pause", Assert.Single(abandoned.Report.Tasks).Waiting);
    }
}
