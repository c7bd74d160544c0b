using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>A run has ended when everything was said that its steps ask for, on whichever worker.</summary>
public class EndOfRunTests
{
    [Fact]
    public async Task RunAsync_AnotherWorkerStillReportsALeak_EndsAfterThat()
    {
        using var entered = new ManualResetEventSlim();
        using var closing = new ManualResetEventSlim();
        bool told = false;
        (bool Told, long Leaks, int Open) seen = default;
        Outcome<bool> outcome = await AsupRuntime
            .RunAsync(
                async cx =>
                {
                    (Sender<int> tx, _) = Chan.Bounded<int>(1);
                    _ = cx.Spawn(async c => _ = await tx.Reserve(c));

                    // This keeps its worker, so that the other one takes the child, and is in the report of the leak from here on.
                    entered.Wait(cx.CancellationToken);
                    await cx.Yield();
                    closing.Set();
                },
                new RuntimeOptions
                {
                    Workers = 2,
                    Report = report =>
                    {
                        Assert.Equal("ASUP2105", report.Code);
                        entered.Set();
                        closing.Wait();
                        Thread.Sleep(50); // Long enough for the root to close, if nobody waited for this.
                        told = true;
                    },
                    OnClosed = summary => seen = (told, summary.Leaks, summary.OpenObligations),
                }
            )
            .WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(outcome.GetOrThrow());
        Assert.Equal((true, 1, 0), seen);
    }
}
