using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Timers by a clock that stands still until it is moved.</summary>
public sealed class TimersTests
{
    [Fact]
    public void Timers_fire_in_order_of_due_time_then_of_adding()
    {
        var time = new ManualTime { Jumps = false };
        var timers = new Timers(time);
        var fired = new List<int>();
        int[] delays = [30, 10, 20, 10, 30, 20];
        for (int i = 0; i < delays.Length; i++)
        {
            timers.Add(new Target(fired), TimeSpan.FromMilliseconds(delays[i]), i);
        }

        Assert.Equal(0, timers.FireDue());
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(4, timers.FireDue());
        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, timers.FireDue());
        Assert.Equal([1, 3, 2, 5, 0, 4], fired);
        Assert.Equal(0, timers.Count);
    }

    [Theory]
    [InlineData(8, 20)]
    [InlineData(24, 200_000)]
    [InlineData(40, 3_000_000_000)]
    [InlineData(60, long.MaxValue >> 16)]
    public void Random_adds_and_removals_agree_with_a_sorted_list(int reach, long longest)
    {
        var time = new ManualTime { Jumps = false };
        var timers = new Timers(time);
        var random = new Random(12345);
        var fired = new List<int>();
        var model = new List<(long Due, int Id, PendingTimer Timer)>();
        var expected = new List<int>();
        long now = 0;
        for (int id = 0; id < 6_000; id++)
        {
            switch (random.Next(4))
            {
                case 0 when model.Count > 0:
                    int victim = random.Next(model.Count);
                    Assert.True(model[victim].Timer.Disarm());
                    Assert.False(model[victim].Timer.Disarm());
                    model.RemoveAt(victim);
                    break;
                case 1:
                    long step = random.NextInt64(longest);
                    time.Advance(new TimeSpan(step));
                    now += step;
                    timers.FireDue();
                    expected.AddRange(
                        model
                            .Where(entry => entry.Due <= now)
                            .OrderBy(entry => entry.Due)
                            .ThenBy(entry => entry.Id)
                            .Select(entry => entry.Id)
                    );
                    model.RemoveAll(entry => entry.Due <= now);
                    Assert.Equal(expected.Count, fired.Count);
                    break;
                default:
                    long delay = random.NextInt64(1L << random.Next(1, reach));
                    model.Add((now + delay, id, timers.Add(new Target(fired), new TimeSpan(delay), id)));
                    break;
            }

            Assert.Equal(model.Count, timers.Count);
            Assert.Equal(model.Count > 0, timers.TryNext(out long next));
            Assert.Equal(model.Count > 0 ? model.Min(entry => entry.Due) : long.MaxValue, next);
        }

        Assert.Equal(expected, fired);
    }

    [Fact]
    public void Conversions_round_up_and_saturate()
    {
        var time = new ManualTime { Jumps = false };
        var timers = new Timers(time);
        Assert.Equal(15, timers.After(new TimeSpan(15)));
        Assert.Equal(new TimeSpan(15), timers.Until(20, 5));
        Assert.Equal(TimeSpan.Zero, timers.Until(5, 20));
        time.Advance(new TimeSpan(1));
        Assert.Equal(long.MaxValue, timers.After(TimeSpan.MaxValue));
        var odd = new Timers(new OddClock());
        Assert.Equal(1, odd.After(new TimeSpan(1)));
        Assert.Equal(3, odd.After(TimeSpan.FromSeconds(1)));
        Assert.Equal(3_333_334, odd.Until(1, 0).Ticks);
        Assert.Equal(TimeSpan.MaxValue, odd.Until(long.MaxValue, 0));
    }

    [Fact]
    public void Sleepers_wake_in_order_and_the_scheduler_asks_the_clock_to_wake_it()
    {
        var time = new ManualTime { Jumps = false };
        var harness = new Harness(time);
        var woken = new List<int>();
        int[] delays = [50, 20, 40, 20];
        foreach (int delay in delays)
        {
            harness.Spawn(async () =>
            {
                await SleepSource.Sleep(TimeSpan.FromMilliseconds(delay));
                woken.Add(delay);
            });
        }

        using var mover = new Mover(time, TimeSpan.FromMilliseconds(1));
        harness.RunAll();
        Assert.Equal([20, 20, 40, 50], woken);
        Assert.Equal(0, harness.Stalls);
        Assert.Equal(0, harness.Scheduler.Timers.Count);
        Assert.Equal(0, time.Armed);
    }

    [Fact]
    public void A_cancelled_sleep_takes_its_timer_along()
    {
        var harness = new Harness(new ManualTime { Jumps = false });
        Strand sleeper = harness.Spawn(async () =>
        {
            await Assert.ThrowsAsync<CancelledWaitException>(async () =>
                await SleepSource.Sleep(TimeSpan.FromDays(400))
            );
            await SleepSource.Sleep(TimeSpan.Zero);
        });
        harness.Spawn(async () =>
        {
            await Strand.Yield();
            Assert.Equal(1, harness.Scheduler.Timers.Count);
            Assert.Equal(1, sleeper.CancelWaits(null));
            Assert.Equal(0, harness.Scheduler.Timers.Count);
        });
        harness.RunAll();
        Assert.Equal(0, harness.Stalls);
    }

    [Fact]
    public void A_firing_that_comes_late_does_not_end_the_next_sleep_of_the_same_source()
    {
        var time = new ManualTime();
        var harness = new Harness(time);
        var armed = new Sources();
        harness.Scheduler.Timers.Observer = armed;
        harness.Spawn(async () =>
        {
            await SleepSource.Sleep(TimeSpan.FromMilliseconds(1));
            await SleepSource.Sleep(TimeSpan.FromMilliseconds(10));
            Assert.Equal(TimeSpan.FromMilliseconds(11), time.Now);
        });
        harness.Spawn(async () =>
        {
            await SleepSource.Sleep(TimeSpan.FromMilliseconds(5));
            (SleepSource source, int ticket) = armed.Seen[0];
            Assert.Same(source, armed.Seen[2].Source);
            ((ITimerTarget)source).OnTimer(ticket, 0);
        });
        harness.RunAll();
        Assert.Equal(TimeSpan.FromMilliseconds(11), time.Now);
    }

    [Fact]
    public void Sleep_by_the_system_clock_does_not_end_early() =>
        Harness.Run(async () =>
        {
            var delay = TimeSpan.FromMilliseconds(20);
            long start = TimeProvider.System.GetTimestamp();
            await SleepSource.Sleep(delay);
            Assert.True(TimeProvider.System.GetElapsedTime(start) >= delay);
        });

    [Fact]
    public void A_timer_gets_its_turn_while_strands_are_busy() =>
        Harness.Run(async () =>
        {
            Task sleep = SleepSource.Sleep(TimeSpan.FromMilliseconds(1)).AsTask();
            while (!sleep.IsCompleted)
            {
                await Strand.Yield();
            }
        });

    private sealed class Target(List<int> fired) : ITimerTarget
    {
        public void OnTimer(int ticket, long due) => fired.Add(ticket);
    }

    private sealed class Sources : ITimerObserver
    {
        internal List<(SleepSource Source, int Ticket)> Seen { get; } = [];

        public void Armed(PendingTimer timer, ITimerTarget target, long moment, long due)
        {
            var source = (SleepSource)target;
            Seen.Add((source, source.Ticket));
        }

        public void Fired(PendingTimer timer, long due, long clock) { }

        public void Disarmed(PendingTimer timer) { }

        public void Ended(long instant) { }
    }

    private sealed class OddClock : TimeProvider
    {
        public override long TimestampFrequency => 3;

        public override long GetTimestamp() => 0;
    }

    /// <summary>Moves a clock on another thread whenever somebody has asked it for a timer.</summary>
    private sealed class Mover : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;

        internal Mover(ManualTime time, TimeSpan step)
        {
            _thread = new Thread(() =>
            {
                while (!_stop)
                {
                    if (time.Armed > 0)
                    {
                        time.Advance(step);
                    }

                    Thread.Yield();
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
        }
    }
}
