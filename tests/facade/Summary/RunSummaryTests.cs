using Asupersync.Tests.Net;
using Xunit;

namespace Asupersync.Tests.Summary;

public sealed class RunSummaryTests
{
    [Fact]
    public async Task A_run_tells_what_it_did()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                near.Dispose();
                far.Dispose();
                var outside = new TaskCompletionSource();
                await cx.OpenRegion(async cx =>
                {
                    cx.Spawn(async cx => await outside.Task);
                    await NetRun.OthersWait(cx);
                    outside.SetResult();
                });
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(3, run.Summary.Tasks);
        Assert.Equal(2, run.Summary.Regions);
        Assert.Equal(2, run.Summary.Obligations);
        Assert.Equal(1, run.Summary.ForeignAwaits.Sum(type => type.Value));
        Assert.True(run.Summary.Polls >= 3);
        Assert.True(run.Summary.Elapsed > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_handler_that_throws_is_reported_and_the_run_ends()
    {
        var reports = new List<RuntimeReport>();
        Outcome<bool> outcome = await AsupRuntime.RunAsync(
            _ => Work.CompletedWork,
            new RuntimeOptions { OnClosed = _ => throw new FormatException("broken"), Report = reports.Add }
        );
        Assert.True(outcome.IsOk);
        RuntimeReport report = Assert.Single(reports);
        Assert.Equal("ASUP2112", report.Code);
        Assert.Contains("broken", report.Message, StringComparison.Ordinal);
    }
}
