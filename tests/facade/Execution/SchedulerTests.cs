using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>The thread: wake-ups, idleness, stop, faults.</summary>
public sealed class SchedulerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(180);

    [Fact]
    public void No_post_from_many_threads_is_lost()
    {
        const int threads = 4;
        const int posts = 20_000;
        var scheduler = new Scheduler();
        scheduler.StartThreads();
        int[] next = new int[threads];
        int wrong = 0;
        using var all = new CountdownEvent(threads * posts);
        Thread[] posters =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(id => new Thread(() =>
                {
                    for (int i = 0; i < posts; i++)
                    {
                        (int Id, int Number) mine = (id, i);
                        Assert.True(
                            scheduler.Post(
                                _ =>
                                {
                                    if (next[mine.Id]++ != mine.Number)
                                    {
                                        wrong++;
                                    }

                                    all.Signal();
                                },
                                null
                            )
                        );
                        if (i % 97 == 0)
                        {
                            Thread.Yield();
                        }
                    }
                })),
        ];
        foreach (Thread poster in posters)
        {
            poster.Start();
        }

        Assert.True(all.Wait(Long));
        scheduler.Stop();
        Assert.True(scheduler.Join(Long));
        Assert.Equal(0, wrong);
        Assert.Equal(0, scheduler.LostPosts);
    }

    [Fact]
    public void Every_single_post_wakes_a_sleeping_scheduler()
    {
        var scheduler = new Scheduler();
        scheduler.StartThreads();
        using var seen = new SemaphoreSlim(0);
        for (int i = 0; i < 3_000; i++)
        {
            // One at a time: each finds the thread parked, or on its way there.
            Assert.True(scheduler.Post(_ => seen.Release(), null));
            Assert.True(seen.Wait(Long));
        }

        Assert.True(scheduler.Parks > 0);
        scheduler.Stop();
        Assert.True(scheduler.Join(Long));
    }

    [Fact]
    public void Strands_resumed_from_many_threads_lose_no_turn()
    {
        const int strands = 8;
        const int rounds = 2_000;
        var harness = new Harness();
        int done = 0;
        for (int i = 0; i < strands; i++)
        {
            harness.Spawn(async () =>
            {
                for (int k = 0; k < rounds; k++)
                {
                    await Task.Run(() => { });
                }

                done++;
            });
        }

        harness.RunAll();
        Assert.Equal(strands, done);
        Assert.Equal(0, harness.Scheduler.ForeignOutstanding);
    }

    [Fact]
    public void A_callback_that_throws_is_reported_and_the_thread_goes_on()
    {
        var scheduler = new Scheduler();
        var seen = new List<Exception>();
        scheduler.OnUnhandled = error =>
        {
            seen.Add(error);
            throw new InvalidOperationException("the hook as well");
        };
        bool after = false;
        scheduler.Post(_ => throw new FormatException(), null);
        scheduler.Post(_ => after = true, null);
        scheduler.Stop();
        scheduler.Run();
        Assert.IsType<FormatException>(Assert.Single(seen));
        Assert.True(after);
    }

    [Fact]
    public void Stop_runs_what_is_ready_and_refuses_what_comes_later()
    {
        var scheduler = new Scheduler();
        int turns = 0;
        Turns().Start(new Strand(scheduler));
        scheduler.Stop();
        scheduler.Run();
        Assert.Equal(10, turns);
        Assert.False(scheduler.Post(_ => turns++, null));
        Assert.Equal(1, scheduler.LostPosts);

        async Work Turns()
        {
            for (int i = 0; i < 10; i++)
            {
                turns++;
                await Strand.Yield();
            }
        }
    }

    [Fact]
    public void An_abandoning_stop_leaves_what_is_ready()
    {
        var scheduler = new Scheduler();
        long turns = 0;
        Spin().Start(new Strand(scheduler));
        scheduler.StartThreads();
        SpinWait.SpinUntil(() => Volatile.Read(ref turns) > 100, Long);
        scheduler.Stop(abandon: true);
        Assert.True(scheduler.Join(Long));

        async Work Spin()
        {
            while (true)
            {
                turns++;
                await Strand.Yield();
            }
        }
    }

    [Fact]
    public void A_flood_of_posts_is_drained_in_rounds_and_to_the_end()
    {
        var scheduler = new Scheduler();
        int calls = 0;
        int callsBeforePoll = 0;
        Body().Start(new Strand(scheduler));
        for (int i = 0; i < 1000; i++)
        {
            scheduler.Post(_ => calls++, null);
        }

        using (scheduler.Enter())
        {
            while (scheduler.RunOnce()) { }
        }

        Assert.Equal(1000, calls);
        Assert.InRange(callsBeforePoll, 1, 1000);

        async Work Body()
        {
            await Work.CompletedWork;
            callsBeforePoll = calls;
        }
    }

    [Fact]
    public void A_driver_may_step_it()
    {
        var scheduler = new Scheduler();
        var order = new List<string>();
        using (scheduler.Enter())
        {
            Body("a").Start(new Strand(scheduler));
            Body("b").Start(new Strand(scheduler));
            Assert.Throws<InvalidOperationException>(() => scheduler.Enter());
            int steps = 0;
            while (scheduler.RunOnce())
            {
                steps++;
            }

            Assert.True(scheduler.IsStalled);
            Assert.Equal(4, steps);
        }

        Assert.False(scheduler.IsCurrent);
        Assert.Equal(["a0", "b0", "a1", "b1"], order);

        async Work Body(string name)
        {
            order.Add(name + 0);
            await Strand.Yield();
            order.Add(name + 1);
        }
    }

    [Fact]
    public void A_scheduler_may_run_inside_a_poll_of_another() =>
        Harness.Run(async () =>
        {
            Strand outer = Strand.Current!;
            int inner = Harness.Run(async () =>
            {
                Assert.NotSame(outer, Strand.Current);
                await Task.Yield();
                return 5;
            });
            Assert.Equal(5, inner);
            Assert.Same(outer, Strand.Current);
            Assert.Same(outer, SynchronizationContext.Current);
            await Strand.Yield();
            Assert.Same(outer, Strand.Current);
        });

    [Fact]
    public void The_calling_thread_gets_its_contexts_back()
    {
        var context = new SynchronizationContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            Harness.Run(async () => await Task.Yield());
            Assert.Same(context, SynchronizationContext.Current);
            Assert.Null(Strand.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
