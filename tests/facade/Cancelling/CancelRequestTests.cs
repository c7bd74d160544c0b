using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Cancelling;

public class CancelRequestTests
{
    [Fact]
    public async Task Cancel_ASleepingTask_EndsItsWaitAtOnce()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel("bored");
            Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal(CancelKind.User, outcome.Reason.Kind);
            Assert.Equal("bored", outcome.Reason.Message);
            Assert.Equal(cx.TaskId, outcome.Reason.Task);
            Assert.Equal(TimeSpan.FromSeconds(1).Ticks, outcome.Reason.At);
            Assert.Equal(TimeSpan.FromSeconds(1), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_Repeated_IsOneCancellation()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                int caught = 0;
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    catch (CancelledException)
                    {
                        caught++;
                        c.Checkpoint();
                        await c.Sleep(TimeSpan.FromSeconds(1));
                        throw;
                    }
                });
                await cx.Yield();
                child.Cancel();
                child.Cancel();
                await cx.Yield();
                child.Cancel();
                await child.Outcome();
                child.Cancel();
                Assert.Equal(1, caught);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Checkpoint));
        Assert.Equal(3, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task Cancel_OfWhatHasEnded_SaysSoAndTakesNoStep()
    {
        Region? closed = null;
        Child child = default;
        var run = await RecordedRun.Of(async cx =>
        {
            child = cx.Spawn(async c => await c.Yield());
            Assert.True(child.Cancel());
            Assert.True(child.Cancel());
            await child.Outcome();
            Assert.False(child.Cancel());
            await cx.ObserveRegion(async scope =>
            {
                closed = scope.Region;
                Assert.True(closed.Cancel());
                await scope.Yield();
            });
            Assert.False(closed!.Cancel());
            Assert.False(await Task.Run(() => closed.Cancel() || child.Cancel()));
        });

        Assert.True(run.Value);
        Assert.Equal(3, run.CountOf(RuleName.CancelRequest));
        Assert.False(closed!.Cancel());
        Assert.False(child.Cancel());
    }

    [Fact]
    public async Task Cancel_OfARunByItsHandle_SaysWhetherItHadEnded()
    {
        RunHandle<bool> run = AsupRuntime.Start(async cx => await cx.Sleep(TimeSpan.FromHours(1)));
        Assert.True(run.Cancel());
        Assert.IsType<Outcome<bool>.Cancelled>(await run.Completion);
        Assert.False(run.Cancel());
    }

    [Fact]
    public async Task Cancel_NeverSeen_KeepsTheValue()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                Child<int> child = cx.Spawn<int>(c =>
                {
                    c.Region.Spawn(c, async d => await d.Yield());
                    return Work.FromResult(1);
                });
                Child<int> busy = cx.Spawn(async c =>
                {
                    await c.Yield();
                    return 2; // The request comes before this poll, and no checkpoint is passed in it.
                });
                await cx.Yield();
                busy.Cancel();
                return await child + (await busy.Outcome()).GetOrThrow();
            },
            RunSettings.OneWorker
        );

        Assert.Equal(3, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Checkpoint));
    }

    [Fact]
    public async Task Cancel_BeforeTheStart_NeverEntersTheBody()
    {
        var run = await RecordedRun.Of<bool>(
            async cx =>
            {
                bool entered = false;
                Child child = cx.Spawn(async c =>
                {
                    entered = true;
                    await c.Yield();
                });
                child.Cancel("too late");
                Assert.Equal("too late", Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome()).Reason.Message);
                return entered;
            },
            RunSettings.OneWorker
        );

        Assert.False(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Start));
    }

    [Fact]
    public async Task Cancel_AcknowledgedAndSwallowed_StaysCancelled()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child<int> child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    catch (CancelledException)
                    {
                        // Swallowed: the value below is not the task's outcome any more.
                    }

                    return 5;
                });
                await cx.Yield();
                child.Cancel();
                Outcome<int>.Cancelled outcome = Assert.IsType<Outcome<int>.Cancelled>(await child.Outcome());
                Assert.Null(outcome.LateError);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_CleanUpFails_LeavesTheErrorReadable()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                var outcome = Assert.IsType<Outcome<bool>.Cancelled>(
                    await CancelledWithCleanUp(cx, () => throw new FormatException("late"))
                );
                Assert.Equal("late", Assert.IsType<FormatException>(outcome.LateError).Message);
                Assert.Same(
                    outcome.LateError,
                    Assert.Throws<CancelledException>(() => outcome.GetOrThrow()).InnerException
                );
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_CleanUpPanics_EndsPanicked()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Assert.IsType<Outcome<bool>.Panicked>(
                    await CancelledWithCleanUp(cx, () => throw new PanicException("worse"))
                );
            },
            new RunSettings { Workers = 1, Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_CleanUpAwaits_Works()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                string log = "";
                Child helper = cx.Spawn(async c => await c.Sleep(TimeSpan.FromSeconds(5)));
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        await c.Sleep(TimeSpan.FromSeconds(2));
                        log += "slept ";
                        await helper.Join();
                        log += "joined ";
                        c.Defer(() => log += "deferred ");
                        await Task.Yield();
                        log += "yielded ";
                    }
                });
                await cx.Yield();
                child.Cancel();
                await child.Outcome();
                cx.Defer(() => { });
                return log;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("slept joined yielded ", run.Value);
        Assert.Equal(2, run.CountOf(RuleName.Defer));
    }

    [Fact]
    public async Task Cancel_ASleepNotYetAwaited_EndsItWhenItIsAwaited()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    Work sleep = c.Sleep(TimeSpan.FromHours(1));
                    await Task.Yield();
                    await sleep;
                });
                await cx.Yield();
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(TimeSpan.Zero, cx.Elapsed);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_AForeignCancellation_IsAnOrdinaryError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                using var other = new CancellationTokenSource();
                await other.CancelAsync();
                await cx.Yield();
                throw new OperationCanceledException("gave up", other.Token);
            },
            RunSettings.OneWorker
        );

        Assert.Equal("gave up", Assert.IsType<OperationCanceledException>(run.Error).Message);
    }

    [Fact]
    public async Task Cancel_ByTheCallersToken_CancelsTheRoot()
    {
        using var source = new CancellationTokenSource();
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                await source.CancelAsync();
                await cx.Sleep(TimeSpan.FromHours(1));
            },
            new RunSettings
            {
                Workers = 1,
                Token = source.Token,
                Time = TimeProvider.System,
            }
        );

        Assert.Equal(CancelKind.User, run.Reason.Kind);
        Assert.Equal(0, run.Reason.Task);
    }

    [Fact]
    public async Task Cancel_ByATokenThatTrippedBefore_NeverEntersTheBody()
    {
        bool entered = false;
        var run = await RecordedRun.Of(
            async cx =>
            {
                entered = true;
                await cx.Yield();
            },
            new RunSettings { Workers = 1, Token = new CancellationToken(canceled: true) }
        );

        Assert.IsType<Outcome<bool>.Cancelled>(run.Outcome);
        Assert.False(entered);
    }

    /// <summary>Cancels a child that sleeps, and gives what becomes of it when its clean-up is this.</summary>
    private static async Work<Outcome<bool>> CancelledWithCleanUp(Cx cx, System.Action cleanUp)
    {
        Child child = cx.Spawn(async c =>
        {
            try
            {
                await c.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                cleanUp();
            }
        });
        await cx.Yield();
        child.Cancel();
        return await child.Outcome();
    }
}
