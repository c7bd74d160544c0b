using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Work in the hands of code that knows only Task and awaiters.</summary>
public sealed class WorkAsTaskTests
{
    [Fact]
    public void OnCompleted_of_finished_work_runs_the_continuation()
    {
        using var ran = new ManualResetEventSlim();
        Work.FromResult(1).GetAwaiter().OnCompleted(ran.Set);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)));
        ran.Reset();
        Work.FromException(new FormatException()).GetAwaiter().UnsafeOnCompleted(ran.Set);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_Task_consumer_like_F_sharp_task_awaits_work_on_the_strand() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            Assert.Equal(3, await Consumer());

            async Task<int> Consumer()
            {
                int early = await Add(1, 1);
                var slow = Slow().GetAwaiter();
                if (!slow.IsCompleted)
                {
                    // What a builder without IStrandAwaiter does.
                    var done = new TaskCompletionSource();
                    slow.UnsafeOnCompleted(() =>
                    {
                        Assert.Same(me, Strand.Current);
                        done.SetResult();
                    });
                    await done.Task;
                }

                int late = slow.GetResult();
                Assert.Same(me, Strand.Current);
                return early + late;
            }

            static async Work<int> Slow()
            {
                await Strand.Yield();
                return 1;
            }
        });

    [Fact]
    public void A_continuation_may_be_registered_from_another_thread() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            for (int i = 0; i < 200; i++)
            {
                var flow = new AsyncLocal<int>();
                var gate = new TaskCompletionSource();
                WorkAwaiter<int> awaiter = Slow(gate.Task).GetAwaiter();
                Assert.False(awaiter.IsCompleted);
                var done = new TaskCompletionSource<(Strand?, int)>();
                bool plain = i % 2 == 0;
                Task registered = Task.Run(() =>
                {
                    flow.Value = 5;
                    if (plain)
                    {
                        awaiter.OnCompleted(() => done.SetResult((Strand.Current, flow.Value)));
                    }
                    else
                    {
                        awaiter.UnsafeOnCompleted(() => done.SetResult((Strand.Current, 5)));
                    }
                });
                gate.SetResult();
                await registered;
                Assert.Equal((me, 5), await done.Task);
                Assert.Equal(1, awaiter.GetResult());
            }

            static async Work<int> Slow(Task gate)
            {
                await gate;
                return 1;
            }
        });

    [Fact]
    public void AsTask_starts_the_work_and_uses_it_up() =>
        Harness.Run(async () =>
        {
            int runs = 0;
            Work<int> work = Body();
            Task<int> task = work.AsTask();
            Assert.Equal(1, runs);
            Assert.Equal(1, await task);
            await Assert.ThrowsAsync<AsupersyncException>(work.AsTask);

            async Work<int> Body()
            {
                runs++;
                await Strand.Yield();
                return runs;
            }
        });

    [Fact]
    public void Cancellation_exceptions_cancel_the_task_that_AsTask_gives() =>
        Harness.Run(async () =>
        {
            Task task = Body().AsTask();
            await Assert.ThrowsAsync<OperationCanceledException>(() => task);
            Assert.True(task.IsCanceled);

            static async Work Body()
            {
                await Strand.Yield();
                throw new OperationCanceledException();
            }
        });

    private static async Work<int> Add(int a, int b)
    {
        await Work.CompletedWork;
        return a + b;
    }
}
