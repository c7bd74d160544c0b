using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>What a poll leaves on the worker's thread for the next poll is not seen by anything else that runs there.</summary>
public class TidyThreadTests
{
    [Fact]
    public void Post_AfterPolls_RunsOutsideOfAnyStrand()
    {
        var harness = new Harness();
        var seen = new List<object?>();
        harness.Spawn(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                harness.Scheduler.Post(_ => Note(seen), null);
                await Strand.Yield();
            }
        });
        harness.RunAll();

        Assert.Equal(new object?[6], seen);
    }

    [Fact]
    public void Timer_FiresAfterAPoll_RunsOutsideOfAnyStrand()
    {
        var time = new ManualTime();
        var harness = new Harness(time);
        var timer = new Watched();
        harness.Spawn(async () =>
        {
            Timers timers = harness.Scheduler.Timers;
            timers.AddAt(timer, timers.After(TimeSpan.FromSeconds(1)), 0);
            time.Advance(TimeSpan.FromSeconds(2));
            for (int i = 0; i < 100; i++)
            {
                await Strand.Yield();
            }
        });
        harness.RunAll();

        Assert.Equal(new object?[2], timer.Seen);
    }

    [Fact]
    public void Stalled_AfterAPoll_IsSaidOutsideOfAnyStrand()
    {
        var seen = new List<object?>();
        var scheduler = new Scheduler();
        scheduler.OnStalled = one =>
        {
            Note(seen);
            one.Stop();
        };
        var strand = new Strand(scheduler);
        Waits().Start(strand);
        scheduler.Run();

        Assert.Equal(new object?[2], seen);

        static async Work Waits()
        {
            var never = new WaitSource<int>();
            never.Arm(Strand.Current!);
            await never;
        }
    }

    private static void Note(List<object?> seen)
    {
        seen.Add(Strand.Current);
        seen.Add(SynchronizationContext.Current);
    }

    private sealed class Watched : ITimerTarget
    {
        internal List<object?> Seen { get; } = [];

        public void OnTimer(int ticket, long due) => Note(Seen);
    }
}
