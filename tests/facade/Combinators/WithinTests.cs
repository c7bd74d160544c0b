using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

public class WithinTests
{
    [Fact]
    public async Task Within_TheBodyEndsInTime_GivesItsValue()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.Within(2 * Second, After(1, 7));
            Assert.Equal(Second, cx.Elapsed);
            return value;
        });

        Assert.Equal(7, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task Within_TheBodyFails_ThrowsWhatItThrew()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Within(2 * Second, FailsAfter(1, new FormatException("body")))
        );

        Assert.Equal("body", run.Error.Message);
    }

    [Fact]
    public async Task Within_TheTimeIsOver_ThrowsWhenTheBodyHasDrained()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            string log = "";
            TimedOutException late = await Failures.Throws<TimedOutException>(async () =>
                await cx.Within(
                    Second,
                    async body =>
                    {
                        try
                        {
                            await Never(body);
                        }
                        catch (CancelledException seen)
                        {
                            await body.Sleep(Second);
                            log += $"{seen.Reason.Kind} ";
                            throw;
                        }
                    }
                )
            );
            Assert.False(cx.IsCancelRequested);
            Assert.Equal(Second, late.Time);
            return $"{log}{late.Code} at {cx.Elapsed.TotalSeconds}";
        });

        Assert.Equal("Timeout ASUP2201 at 2", run.Value);
    }

    [Fact]
    public async Task Within_TheBodyEndsWellAfterItsTime_HasTimedOut()
    {
        var run = await RecordedRun.Of<Outcome<int>>(async cx =>
            await cx.TryWithin(Second, body => body.Mask<int>(10, After(2, 7)))
        );

        Assert.IsType<TimedOutException>(Assert.IsType<Outcome<int>.Err>(run.Value).Error);
    }

    [Fact]
    public async Task Within_TheBodyPanicsAfterItsTime_ThrowsThePanic()
    {
        var run = await RecordedRun.Of<Outcome<int>>(async cx =>
            await cx.TryWithin(
                Second,
                async body =>
                {
                    try
                    {
                        return await Never(body);
                    }
                    finally
                    {
                        throw new PanicException("rollback");
                    }
                }
            )
        );

        Assert.IsType<Outcome<int>.Panicked>(run.Value);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public async Task Within_Nested_CancelsAtTheEarlierInstant(int outer, int inner)
    {
        var run = await RecordedRun.Of<TimeSpan>(async cx =>
        {
            TimedOutException late = await Failures.Throws<TimedOutException>(async () =>
                await cx.Within(outer * Second, async body => await body.Within(inner * Second, Never))
            );
            Assert.Equal(Math.Min(outer, inner) * Second, late.Time);
            return cx.Elapsed;
        });

        Assert.Equal(Math.Min(outer, inner) * Second, run.Value);
    }

    [Fact]
    public async Task Within_NestedWithALooseTime_IsTheTighterOne()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Within(5 * Second, async body => await body.Within(3 * Second, After(2, 7)))
        );

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Within_TheBodyEndsAtTheSameInstant_TheStepThatCameFirstDecides()
    {
        var run = await RecordedRun.Of<Outcome<int>>(async cx => await cx.TryWithin(Second, After(1, 7)));

        // Timers that are due together ring in the order in which they were set, and the call sets its own before the body starts.
        Assert.IsType<TimedOutException>(Assert.IsType<Outcome<int>.Err>(run.Value).Error);
    }

    [Fact]
    public async Task Within_TheBodyEndsBeforeTheTimerRings_WinsHoweverLateItIs()
    {
        var time = new ManualTime { Jumps = false };
        var run = await RecordedRun.Of<int>(
            async cx =>
                await cx.Within(
                    Second,
                    async body =>
                    {
                        await body.Yield();
                        time.Advance(2 * Second);
                        return 7;
                    }
                ),
            new RunSettings { Workers = 1, Time = time }
        );

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Within_NoTime_DoesNotStartTheBody()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                bool started = false;
                await Failures.Throws<TimedOutException>(async () =>
                    await cx.Within(
                        TimeSpan.Zero,
                        async body =>
                        {
                            started = true;
                            await body.Yield();
                        }
                    )
                );
                Assert.False(started);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Spawn));
    }

    [Fact]
    public async Task Within_AllTheTimeThereIs_IsNoBound()
    {
        var run = await RecordedRun.Of<int>(async cx => await cx.Within(TimeSpan.MaxValue, After(1, 7)));

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Within_TheBodySpawnedATask_BoundsItToo()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.Within(
                5 * Second,
                async body =>
                {
                    _ = body.Spawn(Never);
                    await body.Sleep(Second);
                    return 7;
                }
            );
            Assert.Equal(Second, cx.Elapsed);
            return value;
        });

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Within_NegativeTime_IsRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await Failures.Throws<AsupersyncException>("ASUP2203", async () => await cx.Within(-Second, Never));
            await Failures.Throws<ArgumentNullException>(async () =>
                await cx.Within(Second, (Func<Cx, Work<int>>)null!)
            );
            CapabilityException lacks = await Failures.Throws<CapabilityException>(async () =>
                await cx.Narrow(Capabilities.Spawn).Within(Second, Never)
            );
            Assert.Equal("ASUP3001", lacks.Code);
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.OpenRegion));
    }
}
