using Xunit;

namespace Asupersync.Tests.Blocking;

/// <summary>The threads for synchronous code, without a run around them.</summary>
public sealed class BlockingPoolTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public void Threads_start_when_needed_and_no_more_than_allowed()
    {
        var pool = new BlockingPool(2, 3);
        using var gate = new ManualResetEventSlim();
        var jobs = new List<Job>();
        for (int i = 0; i < 5; i++)
        {
            jobs.Add(new Job(() => gate.Wait(Limit)));
            Assert.True(pool.TryRun(jobs[i]));
            Assert.Equal(Math.Min(i + 1, 2), pool.Threads);
        }

        Assert.False(pool.TryRun(new Job(() => { })));
        Assert.True(pool.TryRecall(jobs[3]));
        Assert.False(pool.TryRecall(jobs[3]));
        var late = new Job(() => { });
        Assert.True(pool.TryRun(late));
        gate.Set();
        using var closed = new ManualResetEventSlim();
        pool.Close(closed.Set);
        Assert.True(closed.Wait(Limit));
        Assert.Equal(0, pool.Threads);
        Assert.Equal(2, pool.Started);
        Assert.Equal([1, 1, 1, 0, 1], jobs.Select(job => job.Runs));
        Assert.Equal(1, late.Runs);
        Assert.False(pool.TryRecall(jobs[0]));
    }

    [Fact]
    public void A_thread_is_used_again_and_leaves_when_it_was_idle_for_long()
    {
        var pool = new BlockingPool(8, 0, TimeSpan.FromMilliseconds(200));
        for (int i = 0; i < 20; i++)
        {
            using var ran = new ManualResetEventSlim();
            var job = new Job(ran.Set);
            Assert.True(pool.TryRun(job));
            Assert.True(ran.Wait(Limit));
            while (pool.Threads > 0 && pool.Idle == 0)
            {
                Thread.Yield();
            }
        }

        Assert.InRange(pool.Started, 1, 20);
        Assert.True(SpinWait.SpinUntil(() => pool.Threads == 0, Limit));
        int started = pool.Started;
        using var again = new ManualResetEventSlim();
        Assert.True(pool.TryRun(new Job(again.Set)));
        Assert.True(again.Wait(Limit));
        Assert.Equal(started + 1, pool.Started);
        using var closed = new ManualResetEventSlim();
        pool.Close(closed.Set);
        Assert.True(closed.Wait(Limit));
    }

    [Fact]
    public void An_unused_pool_closes_at_once()
    {
        bool closed = false;
        new BlockingPool(1, 1).Close(() => closed = true);
        Assert.True(closed);
    }

    [Fact]
    public async Task Every_call_is_made_once_or_refused_or_taken_back()
    {
        const int callers = 4;
        const int each = 5_000;
        int seed = Random.Shared.Next();
        var pool = new BlockingPool(3, 5, TimeSpan.FromMilliseconds(1));
        int made = 0;
        int accepted = 0;
        int recalled = 0;
        await Task.WhenAll(
                Enumerable
                    .Range(0, callers)
                    .Select(caller =>
                        Task.Run(() =>
                        {
                            var random = new Random(seed + caller);
                            for (int i = 0; i < each; i++)
                            {
                                var job = new Job(() => Interlocked.Increment(ref made));
                                if (!pool.TryRun(job))
                                {
                                    Thread.Yield();
                                }
                                else
                                {
                                    Interlocked.Increment(ref accepted);
                                    if (random.Next(3) == 0 && pool.TryRecall(job))
                                    {
                                        Interlocked.Increment(ref recalled);
                                    }
                                }
                            }
                        })
                    )
            )
            .WaitAsync(Limit);
        using var closed = new ManualResetEventSlim();
        pool.Close(closed.Set);
        Assert.True(closed.Wait(Limit), $"seed {seed}");
        Assert.True(
            made + recalled == accepted,
            $"seed {seed}: {made} made, {recalled} taken back, {accepted} accepted"
        );
        Assert.Equal(0, pool.Threads);
    }

    private sealed class Job(System.Action code) : IBlockingJob
    {
        internal int Runs { get; private set; }

        public LinkedListNode<IBlockingJob>? Place { get; set; }

        public void Execute()
        {
            Runs++;
            code();
        }
    }
}
