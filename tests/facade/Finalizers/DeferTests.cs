using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Finalizers;

public class DeferTests
{
    [Fact]
    public async Task Defer_SyncAndAsync_RunNewestFirst()
    {
        var order = new List<int>();
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(() => order.Add(1));
                cx.Defer(async c =>
                {
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    order.Add(2);
                });
                cx.Defer(() => order.Add(3));
                await cx.Yield();
                order.Add(0);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal([0, 3, 2, 1], order);
        Assert.Equal(3, run.CountOf(RuleName.CloseRunFinalizer));
    }

    [Fact]
    public async Task Defer_ByAChild_RunsWhenTheRegionIsDone()
    {
        var order = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            cx.Spawn(async c =>
            {
                c.Defer(() => order.Add("finalizer"));
                await c.Sleep(TimeSpan.FromSeconds(1));
                order.Add("child");
            });
            await cx.Sleep(TimeSpan.FromSeconds(2));
            order.Add("body");
        });

        Assert.True(run.Value);
        Assert.Equal(["child", "body", "finalizer"], order);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("panic")]
    [InlineData("cancel")]
    public async Task Defer_BodyEndsBadly_RunsAllTheSame(string how)
    {
        bool ran = false;
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(async c =>
                {
                    await c.Yield();
                    ran = true;
                });
                if (how == "cancel")
                {
                    cx.Region.Cancel();
                    await cx.Yield();
                }

                throw how == "panic" ? new PanicException() : new FormatException();
            },
            RunSettings.OneWorker
        );

        Assert.True(ran);
        Assert.False(run.Outcome.IsOk);
    }

    [Fact]
    public async Task Defer_AFinalizerFails_TheOthersStillRunAndTheErrorCounts()
    {
        var order = new List<int>();
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(() => order.Add(1));
                cx.Defer(() => throw new FormatException("close the file"));
                cx.Defer(() => order.Add(3));
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.Equal([3, 1], order);
        Assert.Equal("close the file", Assert.IsType<FormatException>(run.Error).Message);
    }

    [Fact]
    public async Task Defer_AFinalizerPanics_TheOthersStillRunAndTheRegionIsPanicked()
    {
        var order = new List<int>();
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(() => order.Add(1));
                cx.Defer(async c =>
                {
                    await c.Yield();
                    throw new PanicException("broken");
                });
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.Equal([1], order);
        Assert.IsType<PanicException>(Assert.IsType<Outcome<bool>.Panicked>(run.Outcome).Panic);
    }

    [Fact]
    public async Task Defer_BodyAndFinalizerFail_ThrowsBothBodyFirst()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(() => throw new TimeoutException("finalizer"));
                await cx.Yield();
                throw new FormatException("body");
            },
            RunSettings.OneWorker
        );

        RegionFailedException failed = Assert.IsType<RegionFailedException>(run.Error);
        Assert.Equal(["body", "finalizer"], failed.InnerExceptions.Select(error => error.Message));
    }

    [Fact]
    public async Task Defer_InAFinalizer_IsRefusedByAcceptsFinalizers()
    {
        string code = "";
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(c =>
                {
                    code = Assert.Throws<RefusedException>(() => c.Defer(() => { })).Code;
                    return Work.CompletedWork;
                });
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal("ASUP1031", code);
    }

    [Fact]
    public async Task Defer_RequestWhileFinalizersRun_PassesThemBy()
    {
        bool ran = false;
        var run = await RecordedRun.Of(
            async cx =>
            {
                Region? inner = null;
                Child opener = cx.Spawn(async c =>
                    await c.OpenRegion(async scope =>
                    {
                        inner = scope.Region;
                        scope.Defer(async f =>
                        {
                            await f.Sleep(TimeSpan.FromSeconds(3));
                            f.Checkpoint();
                            Assert.False(f.IsCancelRequested);
                            ran = true;
                        });
                        await scope.Yield();
                    })
                );
                await cx.Sleep(TimeSpan.FromSeconds(1));
                inner!.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await opener.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.True(ran);
    }

    [Fact]
    public async Task Defer_AFinalizerThatGoesOnAndOn_IsReportedAndGoesOn()
    {
        int polls = 0;
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Defer(async c =>
                {
                    for (; polls < 150; polls++)
                    {
                        await c.Yield();
                    }
                });
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Outcome.IsOk);
        Assert.Equal(150, polls);
        Assert.Contains("finalizer of root", run.Report("ASUP2102").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defer_AFinalizerUsesAChannel_Works()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<string> tx, Receiver<string> rx) = Chan.Bounded<string>(1);
                await cx.OpenRegion(async scope =>
                {
                    scope.Defer(async f => await tx.Send(f, "bye"));
                    await scope.Yield();
                });
                return await rx.Receive(cx);
            },
            RunSettings.OneWorker
        );

        Assert.Equal("bye", run.Value);
    }

    [Fact]
    public async Task Defer_AsyncLambdasOfAllKinds_AreAwaitedBeforeTheRegionCloses()
    {
        var order = new List<string>();
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.OpenRegion(async scope =>
                {
                    var disposable = new Disposes(order);
                    scope.Defer(async () =>
                    {
                        await Task.Yield();
                        order.Add("lambda");
                    });
                    scope.Defer(() => Plain());
                    scope.Defer(_ => Plain());
                    scope.Defer(Plain);
                    scope.Defer(() => disposable.DisposeAsync());
                    scope.Defer(disposable.DisposeAsync);
                    scope.Defer(() => disposable.Dispose());
                    scope.Defer(disposable.Dispose);
                    await scope.Yield();
                });
                order.Add("closed");
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(["sync", "sync", "async", "async", "plain", "plain", "plain", "lambda", "closed"], order);

        async Task Plain()
        {
            await Task.Yield();
            order.Add("plain");
        }
    }

    [Fact]
    public async Task Defer_AnAsyncLambdaThatFails_FailsTheRegion()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            FormatException error = await Failures.Throws<FormatException>(async () =>
                await cx.OpenRegion(async scope =>
                {
                    scope.Defer(async () =>
                    {
                        await Task.Yield();
                        throw new FormatException("clean-up");
                    });
                    await scope.Yield();
                })
            );
            Assert.Equal("clean-up", error.Message);
        });

        Assert.True(run.Value);
    }

    private sealed class Disposes(List<string> order) : IAsyncDisposable, IDisposable
    {
        public void Dispose() => order.Add("sync");

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            order.Add("async");
        }
    }
}
