using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Reports;

public class EscalationTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Abort_OfWhatAStuckTaskHolds_LetsTheOthersDrainBeforeTheRunIsGivenUp()
    {
        var outside = new TaskCompletionSource();
        string log = "";
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                cx.Spawn(async c => await Stuck(c, tx, outside), new SpawnOptions { Name = "stuck" });
                cx.Spawn(
                    async c =>
                    {
                        try
                        {
                            await c.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            (await tx.Reserve(c)).Commit(1);
                            log += "goodbye";
                        }
                    },
                    new SpawnOptions { Name = "polite" }
                );
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

        Assert.Equal("goodbye", log);
        Assert.Equal(["ASUP2101", "ASUP2115", "ASUP2101"], abandoned.Reports.Select(report => report.Code));
        Assert.Equal(["polite", "stuck"], abandoned.Reports[0].Tasks.Select(task => task.Name).Order());
        Assert.Contains("o1 (SendPermit) of task 'stuck' (t2)", abandoned.Reports[1].Message, StringComparison.Ordinal);
        TaskReport left = Assert.Single(abandoned.Report.Tasks);
        Assert.Equal(("stuck", TimeSpan.FromSeconds(4)), (left.Name, left.Age));
        Assert.Equal("awaits something outside the runtime", left.Waiting);
        Assert.Equal("Reserve", left.LastCheckpoint);
        Assert.StartsWith("EscalationTests.Stuck, called by", left.AwaitSite, StringComparison.Ordinal);
        Assert.Contains("in EscalationTests.Stuck", abandoned.Error.Message, StringComparison.Ordinal);
        Assert.Equal(ObligationPhase.Aborted, abandoned.Last.Obligation(1).Phase);
        Assert.Equal(ObligationPhase.Committed, abandoned.Last.Obligation(2).Phase);
        outside.SetResult();
    }

    [Fact]
    public async Task Abort_OfWhatAStuckTaskHolds_MayBeAllThatTheRegionNeeded()
    {
        var outside = new TaskCompletionSource();
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                string code = "";
                await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        (Sender<int> tx, _) = Chan.Bounded<int>(1);
                        scope.Spawn(async c =>
                        {
                            SendPermit<int> permit = await tx.Reserve(c);
                            await outside.Task;
                            code = Assert.Throws<RefusedException>(() => permit.Commit(1)).Code;
                        });
                        scope.Spawn(async c =>
                        {
                            try
                            {
                                await c.Sleep(TimeSpan.FromHours(1));
                            }
                            finally
                            {
                                (await tx.Reserve(c)).Commit(1);
                                outside.SetResult();
                            }
                        });
                        await scope.Yield();
                        scope.Region.Cancel();
                        return 1;
                    },
                    new RegionOptions { DrainBudget = Budget }
                );
                return code;
            },
            new RunSettings { Workers = 1, Escalation = Escalation.Abandon }
        );

        Assert.Equal("ASUP1027", run.Outcome.GetOrThrow());
        Assert.Equal(["ASUP2101", "ASUP2115"], run.Reports.Select(report => report.Code));
    }

    [Fact]
    public async Task Abort_ForATaskThatWaitsForItsRegion_IsNotTaken()
    {
        var outside = new TaskCompletionSource();
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(2);
                cx.Spawn(async c =>
                {
                    using SendPermit<int> held = await tx.Reserve(c);
                    await c.OpenRegion(async inner =>
                    {
                        using SendPermit<int> below = await tx.Reserve(inner);
                        await outside.Task;
                    });
                });
                await cx.Yield();
                await cx.Yield();
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

        Assert.Equal(["ASUP2101", "ASUP2115", "ASUP2101"], abandoned.Reports.Select(report => report.Code));
        Assert.Equal(ObligationPhase.Reserved, abandoned.Last.Obligation(1).Phase);
        Assert.Equal(ObligationPhase.Aborted, abandoned.Last.Obligation(2).Phase);
        outside.SetResult();
    }

    [Fact]
    public async Task Abort_OfWhatSlowCleanUpHolds_ComesOnlyWithTheEnd()
    {
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(2);
                cx.Spawn(async c =>
                {
                    using SendPermit<int> held = await tx.Reserve(c);
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        await c.Sleep(TimeSpan.FromSeconds(10));
                    }
                });
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

        Assert.Equal(["ASUP2101"], abandoned.Reports.Select(report => report.Code));
        Assert.Equal(ObligationPhase.Aborted, abandoned.Last.Obligation(1).Phase);
    }

    [Fact]
    public async Task DrainBudget_SpentUnderFailFast_EndsTheProcessByTheOptionsHook()
    {
        var outside = new TaskCompletionSource();
        RuntimeReport? last = null;
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                cx.Spawn(async _ => await outside.Task, new SpawnOptions { Name = "deaf" });
                await cx.Yield();
                cx.Region.Cancel();
            },
            new RunSettings
            {
                Workers = 1,
                DrainBudget = Budget,
                Escalation = Escalation.FailFast,
                FailFast = report =>
                {
                    last = report;
                    throw new IOException("not now");
                },
            }
        );
        outside.SetResult();

        Assert.Equal("ASUP2101", last!.Code);
        Assert.Equal("deaf", Assert.Single(last.Tasks).Name);
        Assert.Equal(["ASUP2101", "ASUP2116"], abandoned.Reports.Select(report => report.Code));
        Assert.Contains("not now", abandoned.Reports[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainBudget_SpentByASpinningTaskUnderFailFast_IsSeenFromOutside()
    {
        using var stop = new ManualResetEventSlim();
        RuntimeReport? last = null;
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                cx.Spawn(
                    c =>
                    {
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
                Workers = 1,
                DrainBudget = TimeSpan.FromMilliseconds(50),
                Escalation = Escalation.FailFast,
                FailFast = report => last = report,
                Time = TimeProvider.System,
            }
        );
        stop.Set();

        Assert.Equal(abandoned.Report, last);
        Assert.Equal("spinner", Assert.Single(last!.Tasks).Name);
    }

    [Fact]
    public async Task ChargePoll_AllowanceSpentUnderAbandon_AbortsWhatTheTaskHolds()
    {
        var outside = new TaskCompletionSource();
        AbandonedRun abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(2);
                cx.Spawn(async c =>
                {
                    using SendPermit<int> held = await tx.Reserve(c);
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        while (c.Cell.RareOrNone is not { Escalated: true })
                        {
                            await c.Yield();
                        }

                        // So that no more is recorded while the test reads the trace.
                        await outside.Task;
                    }
                });
                await cx.Yield();
                cx.Region.Cancel();
            },
            new RunSettings { Workers = 1, Escalation = Escalation.Abandon }
        );

        outside.SetResult();

        Assert.Equal("ASUP2102", abandoned.Error.Code);
        Assert.Equal(ObligationPhase.Aborted, abandoned.Last.Obligation(1).Phase);
    }

    private static async Work Stuck(Cx cx, Sender<int> tx, TaskCompletionSource outside)
    {
        using SendPermit<int> permit = await tx.Reserve(cx);
        await outside.Task;
    }
}
