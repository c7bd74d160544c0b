using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Timers that several threads set and give up while one fires them.</summary>
public sealed class TimersThreadTests
{
    private const int Threads = 3;
    private const int Each = 20_000;

    [Fact]
    public async Task Every_timer_fires_once_or_is_given_up_once()
    {
        int seed = Random.Shared.Next();
        var timers = new Timers(TimeProvider.System);
        var count = new Counts(Threads * Each);
        int[] disarmed = new int[Threads * Each];
        int setting = Threads;
        Task[] setters =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(thread =>
                    Task.Run(() =>
                    {
                        var random = new Random(seed + thread);
                        var mine = new List<(int Ticket, PendingTimer Timer)>();
                        for (int i = 0; i < Each; i++)
                        {
                            int ticket = (thread * Each) + i;
                            TimeSpan delay = TimeSpan.FromMicroseconds(random.Next(1 << random.Next(1, 16)));
                            mine.Add((ticket, timers.Add(count, delay, ticket)));
                            if (random.Next(2) == 0)
                            {
                                (int victim, PendingTimer timer) = mine[random.Next(mine.Count)];
                                disarmed[victim] += timer.Disarm() ? 1 : 0;
                            }
                        }

                        Interlocked.Decrement(ref setting);
                    })
                ),
        ];
        Task firing = Task.Run(() =>
        {
            while (Volatile.Read(ref setting) > 0 || timers.Count > 0)
            {
                timers.FireDue();
            }
        });
        await Task.WhenAll([.. setters, firing]).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(
            Enumerable.Range(0, Threads * Each).All(ticket => count.Fired[ticket] + disarmed[ticket] == 1),
            $"seed {seed}"
        );
        Assert.InRange(disarmed.Sum(), 1, (Threads * Each) - 1);
    }

    [Fact]
    public async Task A_timer_set_elsewhere_wakes_the_thread_that_sleeps_for_a_later_one()
    {
        var scheduler = new Scheduler();
        var rang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Timers.Add(new Act(() => { }), TimeSpan.FromHours(1));
        scheduler.StartThreads();
        while (scheduler.Parks == 0)
        {
            await Task.Yield();
        }

        scheduler.Timers.Add(new Act(rang.SetResult), TimeSpan.FromMilliseconds(1));
        await rang.Task.WaitAsync(TimeSpan.FromMinutes(1));
        scheduler.Stop();
        Assert.True(scheduler.Join(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Only_a_timer_before_the_awaited_instant_is_told()
    {
        int told = 0;
        var time = new ManualTime { Jumps = false };
        var timers = new Timers(time) { OnEarlier = () => told++ };
        var target = new Act(() => { });
        PendingTimer first = timers.AddAt(target, 10);
        Assert.Equal(1, told);
        Assert.True(timers.TryNext(out long next));
        Assert.Equal(10, next);
        timers.AddAt(target, 10);
        Assert.Equal(1, told);
        timers.AddAt(target, 9);
        Assert.Equal(2, told);
        time.Advance(new TimeSpan(20));
        Assert.Equal(3, timers.FireDue());
        Assert.False(first.IsPending);
        Assert.False(timers.TryNext(out _));
        timers.AddAt(target, 500);
        Assert.Equal(3, told);
    }

    [Fact]
    public void An_old_timer_does_not_stand_for_the_one_that_took_its_place()
    {
        var timers = new Timers(new ManualTime { Jumps = false });
        PendingTimer old = timers.AddAt(new Act(() => { }), 10);
        Assert.True(old.Disarm());
        PendingTimer present = timers.AddAt(new Act(() => { }), 10);
        Assert.Equal(old.Index, present.Index);
        Assert.False(old.IsPending);
        Assert.False(old.Disarm());
        Assert.True(present.IsPending);
        Assert.False(default(PendingTimer).Disarm());
    }

    [Fact]
    public void Setting_and_giving_up_and_firing_allocate_nothing_once_warmed_up() =>
        Assert.Equal(0, AllocatedByARound(new Act(() => { })));

    [Fact]
    public void A_round_that_allocates_is_noticed()
    {
        var kept = new object();
        Assert.True(AllocatedByARound(new Act(() => kept = new object())) > 0);
        Assert.NotNull(kept);
    }

    /// <summary>
    /// Bytes that most rounds allocate, after the first ones. Most and not all, because the runtime's counter is sometimes off by
    /// what is left of the thread's allocation buffer when another thread starts a collection (dotnet/runtime issue 63487).
    /// </summary>
    private static long AllocatedByARound(Act target)
    {
        const int Rounds = 31;
        const int WarmUp = 10;
        var time = new ManualTime { Jumps = false };
        var timers = new Timers(time);
        Span<PendingTimer> set = new PendingTimer[500];
        long[] allocated = new long[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < set.Length; i++)
            {
                set[i] = timers.Add(target, new TimeSpan(1 << (i % 30)));
            }

            for (int i = 0; i < set.Length; i += 2)
            {
                set[i].Disarm();
            }

            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;

            // The manual clock itself makes lists, so its moves are not counted.
            time.Advance(TimeSpan.FromSeconds(200));
            before = GC.GetAllocatedBytesForCurrentThread();
            while (timers.FireDue() > 0) { }

            allocated[round] += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated.Skip(WarmUp).Order().ElementAt((Rounds - WarmUp) / 2);
    }

    private sealed class Act(Action act) : ITimerTarget
    {
        public void OnTimer(int ticket, long due) => act();
    }

    private sealed class Counts(int tickets) : ITimerTarget
    {
        internal int[] Fired { get; } = new int[tickets];

        public void OnTimer(int ticket, long due) => Fired[ticket]++;
    }
}
