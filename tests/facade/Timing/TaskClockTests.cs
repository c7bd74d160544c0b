using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Timing;

/// <summary><c>cx.Time</c> as a <see cref="TimeProvider"/>: what library code does with it runs in the task.</summary>
public sealed class TaskClockTests
{
    [Fact]
    public async Task Fire_callbacks_run_in_the_task_at_their_instants()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            var seen = new List<TimeSpan>();
            var flow = new AsyncLocal<int> { Value = 7 };
            using ITimer timer = cx.Time.CreateTimer(
                state =>
                {
                    Assert.Equal("state", state);
                    Assert.Equal(7, flow.Value);
                    cx.Checkpoint(); // Refused anywhere but in the task.
                    seen.Add(cx.Elapsed);
                },
                "state",
                Ms(5),
                Ms(10)
            );
            flow.Value = 8;
            await cx.Sleep(Ms(30));
            Assert.Equal([Ms(5), Ms(15), Ms(25)], seen);
            Assert.True(timer.Change(Ms(2), Timeout.InfiniteTimeSpan));
            await cx.Sleep(Ms(30));
            Assert.Equal([Ms(5), Ms(15), Ms(25), Ms(32)], seen);
            Assert.True(timer.Change(Ms(2), Ms(2)));
            await timer.DisposeAsync();
            Assert.False(timer.Change(Ms(2), Ms(2)));
            await cx.Sleep(Ms(30));
            Assert.Equal(4, seen.Count);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Fire_what_the_framework_builds_on_a_provider_goes_by_the_clock_of_the_run()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            TimeProvider time = cx.Time;
            Assert.Same(time, cx.Time);
            await Task.Delay(TimeSpan.FromHours(2), time);
            Assert.Equal(TimeSpan.FromHours(2), cx.Elapsed);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(2), time.GetUtcNow());
            Assert.Equal(cx.Elapsed, time.GetElapsedTime(0));

            using var periodic = new PeriodicTimer(Ms(20), time);
            Assert.True(await periodic.WaitForNextTickAsync());
            Assert.True(await periodic.WaitForNextTickAsync());
            Assert.Equal(TimeSpan.FromHours(2) + Ms(40), cx.Elapsed);

            using var source = new CancellationTokenSource(Ms(7), time);
            var tripped = new TaskCompletionSource<TimeSpan>();
            source.Token.Register(() => tripped.SetResult(cx.Elapsed));
            Assert.Equal(TimeSpan.FromHours(2) + Ms(47), await tripped.Task);

            await Assert.ThrowsAsync<TimeoutException>(async () =>
                await new TaskCompletionSource().Task.WaitAsync(Ms(3), time)
            );
            Assert.Equal(TimeSpan.FromHours(2) + Ms(50), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Fire_of_a_late_timer_calls_back_once_and_keeps_to_its_instants()
    {
        var time = new ManualTime();
        var run = await RecordedRun.Of(
            async cx =>
            {
                var seen = new List<TimeSpan>();
                using ITimer timer = cx.Time.CreateTimer(_ => seen.Add(cx.Elapsed), null, Ms(10), Ms(10));
                time.Advance(Ms(45));
                await cx.Sleep(Ms(20));
                Assert.Equal([Ms(45), Ms(50), Ms(60)], seen);
            },
            new RunSettings { Time = time }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Disarm_the_timers_of_a_task_end_with_it()
    {
        int called = 0;
        ITimer? kept = null;
        TimeProvider? clock = null;
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.Spawn(async c =>
                {
                    clock = c.Time;
                    kept = clock.CreateTimer(_ => called++, null, Ms(10), Ms(10));
                    clock.CreateTimer(_ => called++, null, Ms(20), Timeout.InfiniteTimeSpan);
                    await c.Sleep(Ms(15));
                })
                .Join();
            Assert.Equal(1, called);
            await cx.Sleep(Ms(100));
            Assert.Equal(1, called);
            Assert.False(kept!.Change(Ms(1), Ms(1)));
            var refused = Assert.Throws<AsupersyncException>(() =>
                clock!.CreateTimer(_ => { }, null, Ms(1), Timeout.InfiniteTimeSpan)
            );
            Assert.Equal("ASUP2204", refused.Code);
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.Engine!.Scheduler.Timers.Count);
        TimedState end = TimedReplay.Run(run.Text, run.Timers);
        Assert.Equal(2, end.Time.Timers.Count(timer => timer.Phase == TimerPhase.Disarmed));
    }

    [Fact]
    public async Task Fire_of_a_timer_whose_task_ends_in_that_very_poll_calls_nothing()
    {
        int called = 0;
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                Task sleep = c.Sleep(Ms(5)).AsTask();
                c.Time.CreateTimer(_ => called++, null, Ms(5), Timeout.InfiniteTimeSpan);
                await sleep;
            });
            await child.Join();
            await cx.Sleep(Ms(1));
        });

        Assert.True(run.Value);
        Assert.Equal(2, run.Timers.Select(step => step.Action).OfType<TimeAction.Fire>().Count(fire => fire.timer < 3));
        Assert.Equal(0, called);
    }

    [Fact]
    public async Task Fire_a_callback_that_throws_fails_its_task()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                c.Time.CreateTimer(
                    _ => throw new InvalidDataException("broken callback"),
                    null,
                    Ms(1),
                    Timeout.InfiniteTimeSpan
                );
                await c.Sleep(TimeSpan.FromHours(1));
            });
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal(Ms(1), cx.Elapsed);
        });

        Assert.Contains("broken callback", run.Report("ASUP2106").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arm_from_other_threads_is_safe_and_still_calls_back_in_the_task()
    {
        const int threads = 3;
        const int each = 200;
        var run = await RecordedRun.Of(
            async cx =>
            {
                int called = 0;
                TimeProvider time = cx.Time;
                await Task.WhenAll(
                    Enumerable
                        .Range(0, threads)
                        .Select(_ =>
                            Task.Run(() =>
                            {
                                for (int i = 0; i < each; i++)
                                {
                                    time.CreateTimer(
                                        _ =>
                                        {
                                            cx.Checkpoint();
                                            called++;
                                        },
                                        null,
                                        TimeSpan.FromMicroseconds(i % 7),
                                        Timeout.InfiniteTimeSpan
                                    );
                                    using ITimer given = time.CreateTimer(
                                        _ => called = -1_000_000,
                                        null,
                                        TimeSpan.FromHours(1),
                                        Timeout.InfiniteTimeSpan
                                    );
                                }
                            })
                        )
                );
                while (called < threads * each)
                {
                    await cx.Sleep(Ms(1));
                }

                Assert.Equal(threads * each, called);
            },
            new RunSettings { Time = TimeProvider.System }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Arm_times_that_no_timer_takes_are_refused()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                foreach (TimeSpan wrong in (TimeSpan[])[Ms(-2), TimeSpan.FromDays(50)])
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => cx.Time.CreateTimer(_ => { }, null, wrong, Ms(1)));
                    Assert.Throws<ArgumentOutOfRangeException>(() => cx.Time.CreateTimer(_ => { }, null, Ms(1), wrong));
                }

                Assert.Throws<ArgumentNullException>(() => cx.Time.CreateTimer(null!, null, Ms(1), Ms(1)));
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Arm_by_a_helper_that_asks_for_the_clock_after_the_end_of_its_task_is_refused()
    {
        int called = 0;
        var run = await RecordedRun.Of(async cx =>
        {
            using var ended = new SemaphoreSlim(0);
            var refused = new TaskCompletionSource<string>();
            await cx.Spawn(c =>
                {
                    _ = Helper(c).AsTask();
                    return Work.CompletedWork;
                })
                .Join();
            ended.Release();
            Assert.Equal("ASUP2204", await refused.Task);
            await cx.Sleep(Ms(20));
            Assert.Equal(0, called);

            async Work Helper(Cx c)
            {
                await ended.WaitAsync();
                try
                {
                    c.Time.CreateTimer(_ => called++, null, Ms(5), Timeout.InfiniteTimeSpan);
                    refused.SetResult("nothing");
                }
                catch (AsupersyncException exception)
                {
                    refused.SetResult(exception.Code);
                }
            }
        });

        Assert.True(run.Value);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
