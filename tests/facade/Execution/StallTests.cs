using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>When nothing is left that could make a strand ready, the runtime is told.</summary>
public sealed class StallTests
{
    [Fact]
    public void A_stall_is_told_once_an_idle_episode()
    {
        var scheduler = new Scheduler();
        int stalls = 0;
        var source = new WaitSource<int>();
        scheduler.OnStalled = it =>
        {
            Assert.Same(scheduler, it);
            stalls++;
            if (stalls == 1)
            {
                // Still nothing to do: must not be told again before something happens.
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ => scheduler.Post(_ => source.TryComplete(source.Ticket, 1), null),
                    null
                );
            }
            else
            {
                scheduler.Stop();
            }
        };
        bool passed = false;
        Body().Start(new Strand(scheduler));
        scheduler.Run();
        Assert.True(passed);
        Assert.Equal(2, stalls);

        async Work Body()
        {
            source.Arm(Strand.Current!);
            await source;
            passed = true;
            source.Arm(Strand.Current!);
            await source;
        }
    }

    [Fact]
    public void Foreign_awaits_timers_and_shared_waits_are_no_stall()
    {
        var harness = new Harness();
        harness.Spawn(async () =>
        {
            await Task.Delay(5);
            await SleepSource.Sleep(TimeSpan.FromMilliseconds(5));
            var source = new WaitSource<int>();
            int ticket = source.Arm(Strand.Current!, WaitMode.Shared);
            using var timer = new Timer(_ => source.TryComplete(ticket, 1), null, 5, Timeout.Infinite);
            await source;
        });
        harness.RunAll();
        Assert.Equal(0, harness.Stalls);
    }

    [Fact]
    public void A_deadlock_of_two_strands_is_a_stall()
    {
        var harness = new Harness();
        harness.Spawn(async () =>
        {
            var source = new WaitSource<int>();
            source.Arm(Strand.Current!);
            await source;
        });
        harness.RunAll();
        Assert.Equal(1, harness.Stalls);
    }
}
