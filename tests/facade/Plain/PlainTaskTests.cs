using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Plain;

public class PlainTaskTests
{
    [Fact]
    public async Task Spawn_ABodyThatReturnsTask_RunsOnTheSchedulerThroughout()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int home = Environment.CurrentManagedThreadId;
                Child<int> child = cx.Spawn(
                    async Task<int> (c) =>
                    {
                        Assert.Equal(home, Environment.CurrentManagedThreadId);
                        await Task.Run(() => Assert.NotEqual(home, Environment.CurrentManagedThreadId));
                        Assert.Equal(home, Environment.CurrentManagedThreadId);
                        await Task.Yield();
                        Assert.Equal(home, Environment.CurrentManagedThreadId);
                        await c.Sleep(TimeSpan.FromMilliseconds(1));
                        Assert.Equal(home, Environment.CurrentManagedThreadId);
                        return 7;
                    }
                );
                return await child;
            },
            new RunSettings { Time = TimeProvider.System, Workers = 1 }
        );

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Spawn_ATaskBodyWithoutAValue_CanBeJoined()
    {
        var run = await RecordedRun.Of<bool>(
            async cx =>
            {
                bool done = false;
                await cx.Spawn(
                        async Task (c) =>
                        {
                            await Task.Yield();
                            c.Checkpoint();
                            done = true;
                        }
                    )
                    .Join();
                return done;
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_ATaskBodyThatFails_IsAnErrorLikeAnyOther()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Spawn(
                    async Task (c) =>
                    {
                        await Task.Yield();
                        throw new FormatException("plain");
                    }
                );
                await cx.Sleep(TimeSpan.FromHours(1));
            },
            RunSettings.OneWorker
        );

        Assert.Equal("plain", Assert.IsType<FormatException>(run.Error).Message);
    }

    [Fact]
    public async Task Spawn_ATaskBodyThatIsCancelled_AcknowledgesThroughTheContext()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async Task (c) => await c.Sleep(TimeSpan.FromHours(1)));
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Null(outcome.LateError);
        });

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Checkpoint));
    }

    [Fact]
    public async Task Await_HelpersOfEveryKind_ComeBackToTheTask()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                Strand here = Strand.Current!;
                int sum = await PlainTask(1) + await PlainValueTask(2) + await OwnWork(3);
                Assert.Same(here, Strand.Current);
                int[] all = await Task.WhenAll(PlainTask(4), OwnWork(5).AsTask());
                Assert.Same(here, Strand.Current);
                await foreach (int item in Items())
                {
                    Assert.Same(here, Strand.Current);
                    sum += item;
                }

                await using (new Disposer())
                {
                    await Task.Delay(1);
                }

                Assert.Same(here, Strand.Current);
                cx.Checkpoint();
                return sum + all.Sum();
            },
            new RunSettings { Workers = 1, Time = TimeProvider.System }
        );

        Assert.Equal(1 + 2 + 3 + 4 + 5 + 10, run.Value);

        static async Task<int> PlainTask(int value)
        {
            await Task.Delay(1);
            return value;
        }

        static async ValueTask<int> PlainValueTask(int value)
        {
            await Task.Yield();
            return value;
        }

        static async Work<int> OwnWork(int value)
        {
            await Task.Delay(1).ConfigureAwait(false);
            return value;
        }

        static async IAsyncEnumerable<int> Items()
        {
            for (int i = 0; i < 5; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }

    [Fact]
    public async Task Await_PlainHelpersOverTheRuntime_StayOnTheSchedulerAndRecordTheSameBytes()
    {
        // Nothing here leaves the scheduler, so nothing may come back by way of the thread pool either: the clock would jump meanwhile.
        RecordedRun<bool>[] runs = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => RecordedRun.Of(Program, RunSettings.OneWorker))
        );

        Assert.All(runs, run => Assert.True(run.Value));
        Assert.Single(runs.Select(run => run.Text).Distinct());
        Assert.All(runs, run => Assert.Equal(0, run.CountOf(RuleName.CancelRequest)));

        static async Work Program(Cx cx)
        {
            var handOver = new TaskCompletionSource<int>();
            var options = new SpawnOptions { Budget = new WorkBudget { Timeout = TimeSpan.FromHours(1) } };
            Child<int> taker = cx.Spawn(async Task<int> (_) => await handOver.Task, options);
            await cx.Spawn(
                    async Task (c) =>
                    {
                        await Nap(c);
                        await Task.WhenAll(Nap(c), Nap(c));
                        handOver.SetResult(3);
                    },
                    options
                )
                .Join();
            Assert.Equal(3, await taker);
            Assert.Equal(TimeSpan.FromSeconds(2), cx.Elapsed);
        }

        static async Task Nap(Cx cx) => await cx.Sleep(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task FromTask_CodeThatReturnsATask_IsColdWorkOfTheTaskThatAwaitsIt()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int calls = 0;
                Work<int> work = Work.FromTask(async () =>
                {
                    calls++;
                    await cx.Sleep(TimeSpan.FromSeconds(1));
                    return 4;
                });
                Assert.Equal(0, calls);
                int value = await work;
                await cx.OpenRegion(scope => Work.FromTask(async () => await scope.Yield()));
                await Failures.Throws<FormatException>(async () =>
                    await Work.FromTask(() => throw new FormatException())
                );
                await Failures.Throws<ArgumentNullException>(async () => await Work.FromTask(null!));
                return value + calls;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(5, run.Value);
    }

    [Fact]
    public async Task Await_AsyncLocal_FlowsIntoChildrenAndNotOut()
    {
        var local = new AsyncLocal<string>();
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                local.Value = "outer";
                Child<string> child = cx.Spawn(async c =>
                {
                    string seen = local.Value!;
                    local.Value = "inner";
                    await c.Yield();
                    return $"{seen} {local.Value}";
                });
                return $"{await child} {local.Value}";
            },
            RunSettings.OneWorker
        );

        Assert.Equal("outer inner outer", run.Value);
    }

    private sealed class Disposer : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Yield();
    }
}
