using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>
/// After each kind of await the code is on the scheduler thread, on its strand. The table of the ecosystem study.
/// </summary>
public sealed class AwaitTableTests
{
    private readonly Harness _harness = new();
    private int _asserted;

    private Strand Me { get; set; } = null!;

    [Fact]
    public void Task_Yield() =>
        Check(async () =>
        {
            await Task.Yield();
            Home();
        });

    [Fact]
    public void Result_of_Task_Run() =>
        Check(async () =>
        {
            int other = await Task.Run(() => Environment.CurrentManagedThreadId);
            Assert.NotEqual(_harness.ThreadId, other);
            Home();
        });

    [Fact]
    public void Task_Delay() =>
        Check(async () =>
        {
            await Task.Delay(1);
            Home();
        });

    [Fact]
    public void Task_completed_by_another_thread() =>
        Check(async () =>
        {
            var source = new TaskCompletionSource();
            ThreadPool.UnsafeQueueUserWorkItem(_ => source.SetResult(), null);
            await source.Task;
            Home();
        });

    [Fact]
    public void Own_ConfigureAwait_false_and_the_next_plain_await() =>
        Check(async () =>
        {
            await Harness.Elsewhere().ConfigureAwait(false);
            Home();
            await Harness.Elsewhere();
            Home();
        });

    [Fact]
    public void ValueTask_from_a_source() =>
        Check(async () =>
        {
            await Helper();
            Home();

            static async ValueTask Helper() => await Harness.Elsewhere().ConfigureAwait(false);
        });

    [Fact]
    public void Helper_that_uses_ConfigureAwait_false() =>
        Check(async () =>
        {
            await Helper();
            Home();

            async Task Helper()
            {
                Home();
                await Harness.Elsewhere().ConfigureAwait(false);

                // The documented exception: inside the helper, after its own ConfigureAwait(false), the code has left the
                // strand.
                Assert.Null(Strand.Current);
                Assert.NotEqual(_harness.ThreadId, Environment.CurrentManagedThreadId);
                _asserted++;
            }
        });

    [Fact]
    public void Inside_a_plain_Task_helper() =>
        Check(async () =>
        {
            await Helper();
            Home();

            async Task Helper()
            {
                await Task.Yield();
                Home();
                await Harness.Elsewhere();
                Home();
                await Inner();
                Home();
            }

            async Task<int> Inner()
            {
                await Task.Delay(1);
                Home();
                return 1;
            }
        });

    [Fact]
    public void Await_foreach_and_inside_the_iterator() =>
        Check(async () =>
        {
            int sum = 0;
            await foreach (int item in Items())
            {
                Home();
                sum += item;
            }

            Assert.Equal(3, sum);
            Home();

            async IAsyncEnumerable<int> Items()
            {
                await Harness.Elsewhere();
                Home();
                yield return 1;
                await Task.Yield();
                Home();
                yield return 2;
            }
        });

    [Fact]
    public void Await_using() =>
        Check(async () =>
        {
            await using (new Disposable(this))
            {
                Home();
            }

            Home();
        });

    [Fact]
    public void Await_using_with_ConfigureAwait_false() =>
        Check(async () =>
        {
            await using (new Disposable(this).ConfigureAwait(false))
            {
                Home();
            }

            Home();
        });

    [Fact]
    public void Work_that_awaits_a_foreign_thing() =>
        Check(async () =>
        {
            Assert.Equal(7, await Callee());
            Home();

            async Work<int> Callee()
            {
                await Harness.Elsewhere().ConfigureAwait(false);
                Home();
                return 7;
            }
        });

    [Fact]
    public void Awaiter_with_only_OnCompleted() =>
        Check(async () =>
        {
            await new PoolAwaitable();
            Home();
        });

    [Fact]
    public void In_catch_and_finally() =>
        Check(async () =>
        {
            try
            {
                await Task.Run(() => throw new InvalidOperationException("x"));
            }
            catch (InvalidOperationException)
            {
                Home();
                await Harness.Elsewhere();
                Home();
            }
            finally
            {
                await Task.Delay(1);
                Home();
            }
        });

    [Fact]
    public async Task A_custom_task_scheduler_around_the_loop_does_not_matter()
    {
        var pair = new ConcurrentExclusiveSchedulerPair();
        await Task.Factory.StartNew(
            () =>
                Check(async () =>
                {
                    await Harness.Elsewhere();
                    Home();
                    Assert.Same(TaskScheduler.Default, TaskScheduler.Current);
                }),
            CancellationToken.None,
            TaskCreationOptions.None,
            pair.ExclusiveScheduler
        );
    }

    private void Check(Func<Work> body)
    {
        Me = _harness.Spawn(body);
        _harness.RunAll();
        Assert.True(_asserted > 0);
        Assert.Empty(_harness.Faults);
        Assert.Empty(_harness.Unhandled);
        Assert.Equal(0, Me.ForeignOutstanding);
        Assert.Equal(0, _harness.Scheduler.ForeignOutstanding);
    }

    private void Home()
    {
        _harness.AssertHome(Me);
        _asserted++;
    }

    private sealed class Disposable(AwaitTableTests tests) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Harness.Elsewhere();
            tests.Home();
        }
    }

    private readonly struct PoolAwaitable : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;

        public PoolAwaitable GetAwaiter() => this;

        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(_ => continuation());

        public void GetResult() { }
    }
}
