using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Blocking;

/// <summary>Synchronous code that tasks call.</summary>
public sealed class RunBlockingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Call_RunsOnAThreadOfItsOwn_AndTheTaskGoesOnWhereItBelongs()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            int home = Environment.CurrentManagedThreadId;
            var flow = new AsyncLocal<string> { Value = "mine" };
            (int thread, string? seen, bool background, bool bare) = await cx.RunBlocking(() =>
                (
                    Environment.CurrentManagedThreadId,
                    flow.Value,
                    Thread.CurrentThread.IsBackground,
                    SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default
                )
            );
            Assert.NotEqual(home, thread);
            Assert.Equal("mine", seen);
            Assert.True(background && bare);
            Assert.Equal(home, Environment.CurrentManagedThreadId);
            cx.Checkpoint();
            int ran = 0;
            await cx.RunBlocking(() => Interlocked.Increment(ref ran));
            await cx.RunBlocking(() =>
            {
                ran++;
            });
            await cx.RunBlocking(token =>
            {
                Assert.False(token.IsCancellationRequested);
                ran++;
            });
            return ran;
        });

        Assert.Equal(3, run.Value);
        Assert.Equal(0, run.Engine!.Blocking.Threads);
    }

    [Fact]
    public async Task Call_ThatThrows_ThrowsWhereItIsAwaited()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
                    await cx.RunBlocking(() => Broken())
                );
                Assert.Contains(nameof(Broken), error.StackTrace, StringComparison.Ordinal);
                Child<int> child = cx.Spawn(async c => await c.RunBlocking(() => Broken()));
                Assert.Same(
                    typeof(InvalidDataException),
                    Assert.IsType<Outcome<int>.Err>(await child.Outcome()).Error.GetType()
                );
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Checkpoint_ACallThatHeedsItsToken_EndsTheTaskCancelled()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            using var begun = new ManualResetEventSlim();
            Child child = cx.Spawn(async c =>
                await c.RunBlocking(token =>
                {
                    begun.Set();
                    Assert.True(token.WaitHandle.WaitOne(Limit));
                    token.ThrowIfCancellationRequested();
                })
            );
            await cx.RunBlocking(() => begun.Wait(Limit));
            child.Cancel("enough");
            Assert.Equal("enough", Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome()).Reason.Message);
        });

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Checkpoint));
    }

    [Fact]
    public async Task Checkpoint_ACallThatHeedsNothing_IsWaitedForAndItsValueKept()
    {
        int? got = null;
        var run = await RecordedRun.Of(
            async cx =>
            {
                using var begun = new ManualResetEventSlim();
                using var go = new ManualResetEventSlim();
                Child child = cx.Spawn(async c =>
                {
                    got = await c.RunBlocking(() =>
                    {
                        begun.Set();
                        Assert.True(go.Wait(Limit));
                        return 42;
                    });
                    c.Checkpoint();
                });
                await cx.RunBlocking(() => begun.Wait(Limit));
                child.Cancel();
                await cx.Yield();
                Assert.False(child.IsCompleted);
                go.Set();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(42, got);
    }

    [Fact]
    public async Task Checkpoint_ACallThatStillWaitsForAThread_IsNotMade()
    {
        bool made = false;
        var run = await RecordedRun.Of(
            async cx =>
            {
                using var go = new ManualResetEventSlim();
                Child<bool> busy = cx.Spawn(async c => await c.RunBlocking(() => go.Wait(Limit)));
                Child<bool> waiting = cx.Spawn(async c => await c.RunBlocking(() => made = true));
                await cx.Yield();
                await cx.Yield();
                waiting.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await waiting.Outcome());
                Assert.False(busy.IsCompleted);
                go.Set();
                await busy.Join();
            },
            new RunSettings { Workers = 1, BlockingThreads = 1 }
        );

        Assert.True(run.Value);
        Assert.False(made);
    }

    [Fact]
    public async Task Call_WithoutAThreadOrRoomToWait_IsRefused()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                using var go = new ManualResetEventSlim();
                Child<bool> busy = cx.Spawn(async c => await c.RunBlocking(() => go.Wait(Limit)));
                Child<bool> waiting = cx.Spawn(async c => await c.RunBlocking(() => go.Wait(Limit)));
                await cx.Yield();
                var refused = await Assert.ThrowsAsync<BlockingQueueFullException>(async () =>
                    await cx.RunBlocking(() => true)
                );
                Assert.Equal("ASUP2301", refused.Code);
                Assert.Contains("1 threads are busy, and 1 calls wait", refused.Message, StringComparison.Ordinal);
                go.Set();
                await busy.Join();
                await waiting.Join();
                return await cx.RunBlocking(() => true);
            },
            new RunSettings
            {
                Workers = 1,
                BlockingThreads = 1,
                BlockingQueue = 1,
            }
        );

        Assert.True(run.Value);
        Assert.Equal(1, run.Engine!.Blocking.Started);
    }

    [Fact]
    public async Task Complete_WaitsForACallThatNobodyAwaits()
    {
        using var go = new ManualResetEventSlim();
        bool ended = false;
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(
                    c =>
                    {
                        _ = c.RunBlocking(() =>
                            {
                                Assert.True(go.Wait(Limit));
                                ended = true;
                            })
                            .AsTask();
                        return Work.CompletedWork;
                    },
                    new SpawnOptions { Name = "Careless" }
                );
                await cx.Yield();
                await cx.Yield();
                Assert.False(child.IsCompleted);
                TaskReport report = cx.Cell.Engine.Describe(child.Cell);
                Assert.Contains("synchronous code", report.Waiting, StringComparison.Ordinal);
                go.Set();
                await child.Join();
                Assert.True(ended);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Complete_OfARunThatAbandonsItsCalls_ComesAfterThem()
    {
        int ended = 0;
        var run = await RecordedRun.Of(cx =>
        {
            for (int i = 0; i < 10; i++)
            {
                _ = cx.RunBlocking(() =>
                    {
                        Thread.Sleep(1);
                        Interlocked.Increment(ref ended);
                    })
                    .AsTask();
            }

            return Work.CompletedWork;
        });

        Assert.True(run.Value);
        Assert.Equal(10, ended);
        Assert.Equal(0, run.Engine?.Blocking.Threads ?? 0);
    }

    [Fact]
    public async Task DrainBudget_SpentInACall_NamesTheTask()
    {
        using var go = new ManualResetEventSlim();
        var inside = new TaskCompletionSource();
        var reports = new List<RuntimeReport>();
        Outcome<bool> outcome = await AsupRuntime
            .RunAsync(
                async cx =>
                {
                    cx.Spawn(
                        async c =>
                            await c.RunBlocking(() =>
                            {
                                inside.SetResult();
                                Assert.True(go.Wait(Limit));
                            }),
                        new SpawnOptions { Name = "Stubborn" }
                    );
                    await inside.Task;
                    cx.Region.Cancel();
                },
                new RuntimeOptions
                {
                    TimeProvider = new ManualTime(),
                    DrainBudget = TimeSpan.FromSeconds(2),
                    Report = report =>
                    {
                        reports.Add(report);
                        go.Set();
                    },
                }
            )
            .WaitAsync(Limit);

        Assert.True(outcome.IsOk);
        RuntimeReport report = Assert.Single(reports);
        Assert.Equal("ASUP2101", report.Code);
        TaskReport task = Assert.Single(report.Tasks);
        Assert.Equal("Stubborn", task.Name);
        Assert.Equal("runs synchronous code", task.Waiting);
    }

    [Fact]
    public async Task Call_OfAnAsyncLambda_LastsAsLongAsItsTask()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            bool ended = false;
            await cx.RunBlocking(async () =>
            {
                await Task.Delay(20);
                Volatile.Write(ref ended, true);
            });
            Assert.True(Volatile.Read(ref ended));
            Task<int> value = await cx.RunBlocking(async token =>
            {
                await Task.Delay(20, token);
                return 5;
            });
            Assert.True(value.IsCompletedSuccessfully);
            Assert.Equal(5, await value);
            await Failures.Throws<FormatException>(async () =>
                await cx.RunBlocking(async () =>
                {
                    await Task.Delay(20);
                    throw new FormatException();
                })
            );
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Call_HasNoContext_AndNeedsTheRightToSpawn()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            var inside = await Assert.ThrowsAsync<CapabilityException>(async () =>
                await cx.RunBlocking(() => cx.Checkpoint())
            );
            Assert.Equal("ASUP3002", inside.Code);
            var narrow = cx.Narrow(Capabilities.All & ~Capabilities.Spawn);
            var refused = await Assert.ThrowsAsync<CapabilityException>(async () =>
                await narrow.RunBlocking(() => true)
            );
            Assert.Equal("ASUP3001", refused.Code);
        });

        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, -1)]
    public async Task Options_WithoutAThread_AreRefused(int threads, int queue)
    {
        var options = new RuntimeOptions { BlockingThreads = threads, BlockingQueue = queue };
        var refused = await Assert.ThrowsAsync<AsupersyncException>(() =>
            AsupRuntime.RunAsync(cx => Work.CompletedWork, options)
        );
        Assert.Equal("ASUP2302", refused.Code);
    }

    [Fact]
    public async Task CancelRequest_AtAnyMoment_LeavesNoCallBehind()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int begun = 0;
        int ended = 0;
        var run = await RecordedRun.Of(
            async cx =>
            {
                for (int round = 0; round < 20; round++)
                {
                    await cx.ObserveRegion(async cx =>
                    {
                        for (int i = 0; i < 10; i++)
                        {
                            int turns = random.Next(200);
                            cx.Spawn(async c =>
                                await c.RunBlocking(token =>
                                {
                                    Interlocked.Increment(ref begun);
                                    for (int turn = 0; turn < turns && !token.IsCancellationRequested; turn++)
                                    {
                                        Thread.Yield();
                                    }

                                    Interlocked.Increment(ref ended);
                                })
                            );
                        }

                        for (int yields = random.Next(30); yields > 0; yields--)
                        {
                            await cx.Yield();
                        }

                        cx.Region.Cancel();
                        return 0;
                    });
                    Assert.True(begun == ended, $"seed {seed}: {begun} begun, {ended} ended");
                }
            },
            new RunSettings { Workers = 1, BlockingThreads = 3 }
        );

        Assert.True(run.Outcome.IsOk, $"seed {seed}");
    }

    private static int Broken() => throw new InvalidDataException("broken");
}
