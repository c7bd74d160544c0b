using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Reports;

public class LeakTests
{
    [Fact]
    public async Task Leak_SeveralPermitsDropped_AreEachReportedWithTheTasksName()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(5);
            Child child = cx.Spawn(
                async c =>
                {
                    await tx.Reserve(c);
                    await tx.Send(c, 1);
                    await tx.Reserve(c);
                },
                new SpawnOptions { Name = "careless" }
            );
            await child.Join();
            return rx.Count;
        });

        Assert.Equal(1, run.Outcome.GetOrThrow());
        Assert.Equal(2, run.Engine!.Leaks); // Counted with the reports: on another worker perhaps after the join.
        Assert.Equal(2, run.Reports.Count);
        Assert.All(
            run.Reports,
            report =>
            {
                Assert.Equal("ASUP2105", report.Code);
                Assert.Contains("'careless'", report.Message, StringComparison.Ordinal);
                Assert.Contains("SendPermit", report.Message, StringComparison.Ordinal);
            }
        );
        Assert.Contains(run.Steps, step => step.Consequences.Count(one => one.Rule == RuleName.Leak) == 2);
    }

    [Fact]
    public async Task Leak_TheBodyOfTheRoot_IsReportedBeforeTheRunEnds()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(5);
            await tx.Reserve(cx);
        });

        Assert.True(run.Outcome.IsOk);
        Assert.Contains("'main'", run.Report("ASUP2105").Message, StringComparison.Ordinal);
        Assert.Equal(1, run.Engine!.Leaks);
    }

    [Fact]
    public async Task Leak_TheTaskFailed_CountsAsWellAndTheErrorStays()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(5);
            await tx.Reserve(cx);
            throw new FormatException();
        });

        Assert.IsType<FormatException>(run.Error);
        run.Report("ASUP2105");
    }

    [Fact]
    public async Task Leak_TheTaskWasCancelled_IsAnAbortAndNoReport()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(5);
            await tx.Reserve(cx);
            cx.Region.Cancel();
            cx.Checkpoint();
        });

        Assert.Empty(run.Reports);
        Assert.Equal(0, run.Engine!.Leaks);
        Assert.Contains(run.Steps, step => step.Consequences.Any(one => one.Rule == RuleName.Abort));
    }
}
