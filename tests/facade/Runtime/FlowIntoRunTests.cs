using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Asupersync.Tests.Runtime;

/// <summary>What is ambient where a run is started is ambient in it, and nowhere else.</summary>
public sealed class FlowIntoRunTests
{
    private static readonly AsyncLocal<string?> Local = new();
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task RunAsync_WhatIsAmbientInTheCaller_FlowsIntoTheRun(int workers)
    {
        Local.Value = "caller";
        CultureInfo.CurrentCulture = new CultureInfo("cs-CZ");
        using Activity caller = new Activity("caller").Start();

        Outcome<bool> outcome = await AsupRuntime
            .RunAsync(
                async cx =>
                {
                    Check();
                    await cx.Yield();
                    Check();
                    await cx.Spawn(async c =>
                        {
                            Check();
                            await c.Yield();
                            Local.Value = "child";
                        })
                        .Join();
                    await cx.OpenRegion(async c => await c.RunBlocking(Check));
                    Check();
                    Local.Value = "run";
                },
                new RuntimeOptions { Workers = workers }
            )
            .WaitAsync(Limit);

        Assert.True(outcome.GetOrThrow());
        Check();

        void Check()
        {
            Assert.Equal("caller", Local.Value);
            Assert.Equal("cs-CZ", CultureInfo.CurrentCulture.Name);
            Assert.Equal(caller, Activity.Current);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task RunAsync_WhatFlowedIn_DoesNotStayOnTheWorkers(int workers)
    {
        Local.Value = "caller";
        var seen = new TaskCompletionSource<string?>();
        Outcome<bool> outcome = await AsupRuntime
            .RunAsync(
                async cx =>
                {
                    Assert.Equal("caller", Local.Value);
                    cx.Cell.Engine.Scheduler.Post(_ => seen.SetResult(Local.Value), null);
                    await seen.Task;
                },
                new RuntimeOptions { Workers = workers }
            )
            .WaitAsync(Limit);

        Assert.True(outcome.GetOrThrow());
        Assert.Null(await seen.Task);
    }

    [Fact]
    public async Task RunAsync_WhereFlowIsSuppressed_BringsNothing()
    {
        Local.Value = "caller";
        Task<Outcome<string?>> run;
        using (ExecutionContext.SuppressFlow())
        {
            run = AsupRuntime.RunAsync<string?>(async cx =>
            {
                await cx.Yield();
                return Local.Value;
            });
        }

        Assert.Null((await run.WaitAsync(Limit)).GetOrThrow());
    }
}
