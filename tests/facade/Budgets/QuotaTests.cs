using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Budgets;

public class QuotaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Polls_QuotaOfN_AllowsNFullPolls(int quota)
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int polls = 0;
                Child child = cx.Spawn(
                    async c =>
                    {
                        while (true)
                        {
                            polls++;
                            await c.Yield();
                        }
                    },
                    new SpawnOptions { Budget = new WorkBudget { Polls = quota } }
                );
                Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(CancelKind.PollQuota, outcome.Reason.Kind);
                return polls;
            },
            RunSettings.OneWorker
        );

        // The request is there before one more poll; that poll goes as far as its first checkpoint.
        Assert.Equal(quota + 1, run.Value);
        Assert.Contains(
            run.Steps,
            step => step.Action.IsChargePoll && step.Consequences.Any(one => one.Rule == RuleName.CancelRequest)
        );
    }

    [Fact]
    public async Task Polls_EndsWithinTheQuota_IsNotCancelled()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
                await cx.Spawn(
                    async c =>
                    {
                        await c.Yield();
                        await c.Yield();
                        return 1;
                    },
                    new SpawnOptions { Budget = new WorkBudget { Polls = 3 } }
                ),
            RunSettings.OneWorker
        );

        Assert.Equal(1, run.Value);
        Assert.Equal(3, run.CountOf(RuleName.ChargePoll));
    }

    [Fact]
    public async Task Polls_Unlimited_ChargesNothing()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.ChargePoll));
    }

    [Fact]
    public async Task Charge_MoreThanIsLeft_CancelsTheTask()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int charged = 0;
                Child child = cx.Spawn(
                    async c =>
                    {
                        while (true)
                        {
                            c.Charge(4);
                            charged++;
                            await c.Yield();
                        }
                    },
                    new SpawnOptions { Budget = new WorkBudget { Cost = 10 } }
                );
                Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(CancelKind.CostBudget, outcome.Reason.Kind);
                return charged;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(3, run.Value);
    }

    [Fact]
    public async Task Charge_NoCostBudget_ChecksTheCostAndChargesNothing()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Charge(1_000_000);
                Assert.Equal("ASUP1026", Assert.Throws<RefusedException>(() => cx.Charge(0)).Code);
                Assert.Equal("ASUP1026", Assert.Throws<RefusedException>(() => cx.Charge(-5)).Code);
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.ChargeCost));
    }

    [Fact]
    public async Task Spawn_ChildsQuota_IsTheMeetWithItsRegions()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
                await cx.OpenRegion<int>(
                    async scope =>
                    {
                        int polls = 0;
                        Child child = scope.Spawn(
                            async c =>
                            {
                                while (true)
                                {
                                    polls++;
                                    await c.Yield();
                                }
                            },
                            new SpawnOptions { Budget = new WorkBudget { Polls = 100 } }
                        );
                        await child.Outcome();
                        return polls;
                    },
                    new RegionOptions
                    {
                        Budget = new WorkBudget { Polls = 5 },
                        Policy = Policy.CollectAll,
                    }
                ),
            RunSettings.OneWorker
        );

        Assert.Equal(6, run.Value);
    }

    [Fact]
    public async Task Polls_AfterTheRequest_AreChargedToTheCleanUpAllowance()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int polls = 0;
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        for (int i = 0; i < 60; i++)
                        {
                            await c.Yield();
                            polls++;
                        }
                    }
                });
                await cx.Yield();
                child.Cancel(kind: CancelKind.Shutdown);
                await child.Outcome();
                return polls;
            },
            RunSettings.OneWorker
        );

        // Shutdown allows 50; then it is reported once, and the task goes on.
        Assert.Equal(60, run.Outcome.GetOrThrow());
        Assert.Equal(50, run.CountOf(RuleName.ChargePoll));
        RuntimeReport report = run.Report("ASUP2102");
        Assert.Equal(TaskPhase.Cancelling, Assert.Single(report.Tasks).Phase);
    }
}
