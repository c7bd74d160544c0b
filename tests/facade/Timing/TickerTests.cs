using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Timing;

/// <summary>Periodic ticks, by a clock that the tests move.</summary>
public sealed class TickerTests
{
    [Fact]
    public async Task Arm_the_first_tick_is_a_period_away_and_the_rest_keep_to_their_instants()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.Sleep(Ms(3));
            Ticker ticker = cx.Every(Ms(10));
            var seen = new List<(TimeSpan, TimeSpan)>();
            for (int i = 0; i < 4; i++)
            {
                seen.Add((await ticker.Tick(), cx.Elapsed));
                await cx.Sleep(Ms(i * 3));
            }

            Assert.Equal([(Ms(13), Ms(13)), (Ms(23), Ms(23)), (Ms(33), Ms(33)), (Ms(43), Ms(43))], seen);
            Assert.Equal(0, ticker.Missed);
            Assert.Equal(Ms(10), ticker.Period);
        });

        Assert.True(run.Value);
    }

    /// <summary>The third tick is taken at 85 ms, when those of 40 to 80 ms have come as well.</summary>
    [Theory]
    [InlineData(MissedTicks.Burst, new[] { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, 0)]
    [InlineData(MissedTicks.Skip, new[] { 10, 20, 30, 90, 100, 110 }, 5)]
    [InlineData(MissedTicks.Delay, new[] { 10, 20, 30, 95, 105, 115 }, 5)]
    public async Task Arm_missed_ticks_are_treated_as_the_policy_says(MissedTicks policy, int[] ticks, long missed)
    {
        var time = new ManualTime();
        var run = await RecordedRun.Of(
            async cx =>
            {
                Ticker ticker = cx.Every(Ms(10), policy);
                var seen = new List<TimeSpan>();
                var taken = new List<TimeSpan>();
                for (int i = 0; i < ticks.Length; i++)
                {
                    if (i == 2)
                    {
                        time.Advance(Ms(85) - cx.Elapsed);
                    }

                    seen.Add(await ticker.Tick());
                    taken.Add(cx.Elapsed);
                }

                Assert.Equal(ticks.Select(tick => Ms(tick)), seen);
                Assert.Equal(seen.Select((tick, i) => i < 2 || tick > Ms(85) ? tick : Ms(85)), taken);
                Assert.Equal(missed, ticker.Missed);
            },
            new RunSettings { Time = time }
        );

        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(19, 20, 0)]
    [InlineData(20, 30, 1)]
    [InlineData(29, 30, 1)]
    [InlineData(30, 40, 2)]
    public async Task Arm_a_tick_is_missed_when_the_next_one_has_come(int takenAt, int next, long missed)
    {
        var time = new ManualTime();
        var run = await RecordedRun.Of(
            async cx =>
            {
                Ticker ticker = cx.Every(Ms(10));
                time.Advance(Ms(takenAt));
                Assert.Equal(Ms(10), await ticker.Tick());
                Assert.Equal(Ms(next), await ticker.Tick());
                Assert.Equal(missed, ticker.Missed);
            },
            new RunSettings { Time = time }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Disarm_a_tick_that_a_request_ended_was_not_taken()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                Ticker ticker = c.Every(Ms(10));
                await ticker.Tick();
                try
                {
                    await ticker.Tick();
                }
                catch (CancelledException)
                {
                    Assert.Equal(Ms(15), c.Elapsed);
                    Assert.Equal(Ms(20), await ticker.Tick());
                    throw;
                }
            });
            await cx.Sleep(Ms(15));
            child.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal(Ms(20), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Fire_a_burst_leaves_other_tasks_their_turn()
    {
        var time = new ManualTime();
        var run = await RecordedRun.Of(
            async cx =>
            {
                bool stop = false;
                Child other = cx.Spawn(async c =>
                {
                    await c.Yield();
                    stop = true;
                });
                Ticker ticker = cx.Every(Ms(1), MissedTicks.Burst);
                time.Advance(TimeSpan.FromHours(1));
                int ticks = 0;
                while (!stop)
                {
                    await ticker.Tick();
                    Assert.True(++ticks < 1000, "The other task did not get a turn.");
                }

                await other.Join();
            },
            new RunSettings { Workers = 1, Time = time }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Arm_a_period_that_is_not_above_zero_is_refused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Assert.Equal("ASUP2205", Assert.Throws<AsupersyncException>(() => cx.Every(TimeSpan.Zero)).Code);
            Assert.Equal("ASUP2205", Assert.Throws<AsupersyncException>(() => cx.Every(Ms(-1))).Code);
            Cx narrow = cx.Narrow(Capabilities.Spawn);
            Assert.Equal("ASUP3001", Assert.Throws<CapabilityException>(() => narrow.Every(Ms(1))).Code);
            Ticker never = cx.Every(TimeSpan.MaxValue);
            Child child = cx.Spawn(async c => await c.Sleep(Ms(1)));
            Assert.NotNull(never);
            await child.Join();
        });

        Assert.True(run.Value);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
