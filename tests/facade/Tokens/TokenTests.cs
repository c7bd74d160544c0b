using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Tokens;

public class TokenTests
{
    [Fact]
    public async Task CancellationToken_RequestComes_TripsInAPollOfTheTask()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                string log = "";
                Child child = cx.Spawn(async c =>
                {
                    Strand here = Strand.Current!;
                    using CancellationTokenRegistration registration = c.CancellationToken.Register(() =>
                    {
                        Assert.Same(here, Strand.Current);
                        log += "listener ";
                    });
                    await c.Sleep(TimeSpan.FromHours(1));
                });
                await cx.Yield();
                child.Cancel();
                log += "cancelled ";
                await child.Outcome();
                Assert.Equal("cancelled listener ", log);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public Task CancellationToken_ThrownForByAHelper_CountsAsAcknowledged()
    {
        return AssertAcknowledges(async c => await Helper(c.CancellationToken));

        static async Task Helper(CancellationToken token)
        {
            var never = new TaskCompletionSource();
            await never.Task.WaitAsync(token);
        }
    }

    [Fact]
    public async Task CancellationToken_ThrownForByOthersAfterTheRequest_IsStillAnError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    using var other = new CancellationTokenSource();
                    await c.Yield();
                    await other.CancelAsync();
                    other.Token.ThrowIfCancellationRequested();
                });
                await cx.Yield();
                child.Cancel();
                Assert.IsType<Outcome<bool>.Err>(await child.Outcome());
            },
            new RunSettings { Workers = 1, Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Checkpoint));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task CancellationToken_LinkedWithAnother_CountsAsAcknowledged(bool named) =>
        AssertAcknowledges(async c =>
        {
            using var limit = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(c.CancellationToken, limit.Token);
            var stopped = new TaskCompletionSource();
            using CancellationTokenRegistration listener = either.Token.Register(() =>
                stopped.SetException(
                    named ? new OperationCanceledException(either.Token) : new OperationCanceledException()
                )
            );
            await stopped.Task;
        });

    [Fact]
    public async Task CancellationToken_LinkedWithAnotherThatTrips_IsAnError()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Outcome<bool> outcome = await cx.ObserveRegion(async c =>
            {
                using var limit = new CancellationTokenSource();
                using var either = CancellationTokenSource.CreateLinkedTokenSource(c.CancellationToken, limit.Token);
                await limit.CancelAsync();
                either.Token.ThrowIfCancellationRequested();
            });
            Assert.IsAssignableFrom<OperationCanceledException>(Assert.IsType<Outcome<bool>.Err>(outcome).Error);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancellationToken_AnotherTripsInCleanUp_IsALateError()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, c.CancellationToken);
                }
                catch (OperationCanceledException)
                {
                    await Failures.Throws<CancelledException>(async () => await c.Yield());
                    using var limit = new CancellationTokenSource();
                    await limit.CancelAsync();
                    limit.Token.ThrowIfCancellationRequested();
                }
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.IsAssignableFrom<OperationCanceledException>(outcome.LateError);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancellationToken_InAMask_TripsWhenTheSectionEnds()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    CancellationToken token = c.CancellationToken;
                    await c.Mask(
                        5,
                        async m =>
                        {
                            await m.Sleep(TimeSpan.FromSeconds(2));
                            await m.Yield();
                            Assert.True(m.IsCancelRequested);
                            Assert.False(token.IsCancellationRequested);
                        }
                    );
                    await Task.Yield();
                    Assert.True(token.IsCancellationRequested);
                    token.ThrowIfCancellationRequested();
                });
                await cx.Sleep(TimeSpan.FromSeconds(1));
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancellationToken_AskedForAfterTheRequest_IsTrippedAlready()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Assert.False(cx.CancellationToken.IsCancellationRequested);
                Child child = cx.Spawn(async c =>
                {
                    c.Region.Cancel();
                    Assert.True(c.CancellationToken.IsCancellationRequested);
                    await Work.CompletedWork;
                });
                await Failures.Throws<CancelledException>(async () => await child.Join());
            },
            // Where the child has ended first, the body never sees the request and ends well.
            RunSettings.OneWorker
        );

        Assert.IsType<Outcome<bool>.Cancelled>(run.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancellationToken_AskedForOnAnotherThread_Trips(bool afterRequest)
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                if (afterRequest)
                {
                    c.Region.Cancel();
                }

                CancellationToken token = await Task.Run(() => c.CancellationToken);
                Assert.Equal(afterRequest, token.IsCancellationRequested);
                Assert.Equal(token, c.CancellationToken);
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
        });

        Assert.Equal(afterRequest, run.Outcome is Outcome<bool>.Cancelled);
    }

    [Fact]
    public async Task CancellationToken_OutlivesItsTask_NeverTrips()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                CancellationToken kept = default;
                Child child = cx.Spawn(async c =>
                {
                    kept = c.CancellationToken;
                    await c.Yield();
                });
                await child.Join();
                child.Cancel();
                await cx.Yield();
                Assert.False(kept.IsCancellationRequested);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancellationToken_AListenerThrows_IsReportedWithTheTask()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(
                    async c =>
                    {
                        c.CancellationToken.Register(() => throw new FormatException("listener"));
                        await c.Sleep(TimeSpan.FromHours(1));
                    },
                    new SpawnOptions { Name = "listening" }
                );
                await cx.Yield();
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Outcome.IsOk);
        RuntimeReport report = run.Report("ASUP2106");
        Assert.Contains("'listening'", report.Message, StringComparison.Ordinal);
        Assert.Contains("listener", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelRegionWhen_ForeignTokenTrips_CancelsTheRegionOnItsOwnThread()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                using var source = new CancellationTokenSource();
                using IDisposable link = cx.CancelRegionWhen(source.Token);
                Child sleeping = cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                await Task.Run(source.Cancel);
                await sleeping.Join();
            },
            new RunSettings { Time = TimeProvider.System }
        );

        Assert.Equal(CancelKind.User, run.Reason.Kind);
        Assert.Contains("CancellationToken", run.Reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelRegionWhen_Disposed_IsOver()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            using var source = new CancellationTokenSource();
            cx.CancelRegionWhen(source.Token).Dispose();
            await source.CancelAsync();
            await cx.Sleep(TimeSpan.FromSeconds(1));
            Assert.Equal(0, cx.Cell.Engine.Scheduler.InputOutstanding);
            return 1;
        });

        Assert.Equal(1, run.Value);
    }

    [Fact]
    public async Task CancelRegionWhen_ItsRegionHasClosed_IsOver()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            using var source = new CancellationTokenSource();
            await cx.OpenRegion(c =>
            {
                c.CancelRegionWhen(source.Token);
                return Work.CompletedWork;
            });
            Assert.Equal(0, cx.Cell.Engine.Scheduler.InputOutstanding);
            await source.CancelAsync();
            await cx.Sleep(TimeSpan.FromSeconds(1));
            return 1;
        });

        Assert.Equal(1, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task CancelRegionWhen_NothingElseToDo_IsNoDeadlock()
    {
        using var source = new CancellationTokenSource();
        (_, Receiver<int> rx) = Chan.Bounded<int>(1);
        var waiting = new TaskCompletionSource();
        Task<RecordedRun<bool>> running = RecordedRun.Of(
            async cx =>
            {
                using IDisposable link = cx.CancelRegionWhen(source.Token);
                waiting.SetResult();
                await rx.Receive(cx);
            },
            new RunSettings { Time = TimeProvider.System }
        );
        await waiting.Task;
        await source.CancelAsync();
        var run = await running;

        Assert.Empty(run.Reports);
        Assert.Equal(CancelKind.User, run.Reason.Kind);
    }

    /// <summary>A task with this body that is asked to stop acknowledges, and ends Cancelled without an error.</summary>
    private static async Task AssertAcknowledges(Func<Cx, Work> body)
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(body);
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel("stop");
            Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal("stop", outcome.Reason.Message);
            Assert.Null(outcome.LateError);
        });

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Checkpoint));
    }
}
