using System.Diagnostics;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>Polls that take too long are reported while they go on.</summary>
public class PollBudgetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PollBudget_OnePollTakesLonger_IsReportedOnceByName(int workers)
    {
        var reports = new List<RuntimeReport>();
        using var told = new ManualResetEventSlim();
        Outcome<bool> outcome = await AsupRuntime.RunAsync(
            async cx =>
            {
                await cx.Yield();
                Child slow = cx.Spawn(
                    _ =>
                    {
                        // Until it was reported, and some times the budget longer.
                        Assert.True(told.Wait(TimeSpan.FromMinutes(1)));
                        var watch = Stopwatch.StartNew();
                        while (watch.Elapsed < TimeSpan.FromMilliseconds(60))
                        {
                            Thread.SpinWait(1000);
                        }

                        return Work.CompletedWork;
                    },
                    new SpawnOptions { Name = "slow" }
                );
                await slow.Join();
            },
            new RuntimeOptions
            {
                Workers = workers,
                PollBudget = TimeSpan.FromMilliseconds(10),
                Report = report =>
                {
                    lock (reports)
                    {
                        reports.Add(report);
                    }

                    if (report.Tasks[0].Name == "slow")
                    {
                        told.Set();
                    }
                },
            }
        );

        Assert.True(outcome.GetOrThrow());
        // On a machine that is busy otherwise another poll may have taken long as well.
        Assert.All(reports, report => Assert.Equal("ASUP2119", report.Code));
        RuntimeReport only = Assert.Single(reports, report => report.Tasks[0].Name == "slow");
        Assert.Equal("running without a pause", only.Tasks[0].Waiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task PollBudget_NotATime_IsRefused(int milliseconds)
    {
        var options = new RuntimeOptions { PollBudget = TimeSpan.FromMilliseconds(milliseconds) };
        AsupersyncException error = await Assert.ThrowsAsync<AsupersyncException>(async () =>
            await AsupRuntime.RunAsync(_ => Work.CompletedWork, options)
        );
        Assert.Equal("ASUP2120", error.Code);
    }
}
