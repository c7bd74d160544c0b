using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>One wait, ended once, by completion or by cancel.</summary>
public sealed class WaitSourceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Completing_queues_the_strand_and_runs_nothing_of_it(bool shared)
    {
        WaitMode mode = shared ? WaitMode.Shared : WaitMode.Local;
        var harness = new Harness();
        var source = new WaitSource<int>();
        int got = 0;
        harness.Spawn(async () =>
        {
            for (int i = 1; i <= 3; i++)
            {
                source.Arm(Strand.Current!, mode);
                got = await source;
            }
        });
        harness.Spawn(async () =>
        {
            for (int i = 1; i <= 3; i++)
            {
                int before = got;
                Assert.True(source.TryComplete(source.Ticket, i));
                Assert.Equal(before, got);
                Assert.False(source.TryComplete(source.Ticket, 99));
                await Strand.Yield();
                Assert.Equal(i, got);
            }
        });
        harness.RunAll();
        Assert.Equal(0, harness.Scheduler.InputOutstanding);
    }

    [Fact]
    public void Completed_before_the_await_needs_no_suspension() =>
        Harness.Run(async () =>
        {
            var source = new WaitSource<string>();
            int ticket = source.Arm(Strand.Current!);
            Assert.True(source.TryComplete(ticket, "x"));
            int polls = Strand.Current!.Polls;
            Assert.Equal("x", await source);
            Assert.Equal(polls, Strand.Current.Polls);
            Assert.False(source.TryComplete(ticket, "stale"));
            int next = source.Arm(Strand.Current);
            Assert.NotEqual(ticket, next);
            Assert.False(source.TryComplete(ticket, "stale"));
            Assert.True(source.TryComplete(next, "y"));
            Assert.Equal("y", await source.AsWork());
        });

    [Fact]
    public void A_failure_is_thrown_with_its_trace() =>
        Harness.Run(async () =>
        {
            var source = new WaitSource<int>();
            int ticket = source.Arm(Strand.Current!);
            Strand.Current!.Resume(new Action(() => source.TryFail(ticket, new FormatException("bad"))));
            FormatException error = await Assert.ThrowsAsync<FormatException>(async () => await source);
            Assert.Equal("bad", error.Message);
        });

    [Fact]
    public void A_cancel_request_ends_every_interruptible_wait_of_the_strand()
    {
        var harness = new Harness();
        Strand strand = harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            var sources = Enumerable.Range(0, 5).Select(_ => new WaitSource<int>()).ToList();
            Task[] tasks = [.. sources.Select(source => Wait(source, me))];
            var deaf = new WaitSource<int>();
            int ticket = deaf.Arm(me, WaitMode.Uninterruptible);
            Assert.Equal(5, me.ArmedWaits);
            sources[1].TryComplete(sources[1].Ticket, 1);
            me.Resume(
                new Action(() =>
                {
                    Assert.Equal(4, me.CancelWaits("because"));
                    Assert.Equal(0, me.CancelWaits("because"));
                    deaf.TryComplete(ticket, 8);
                })
            );
            Assert.Equal(8, await deaf);
            await Task.WhenAll(tasks);
            Assert.Equal(0, me.ArmedWaits);

            async Task Wait(WaitSource<int> source, Strand me)
            {
                source.Arm(me);
                try
                {
                    Assert.Equal(1, await source);
                    Assert.Same(sources[1], source);
                }
                catch (CancelledWaitException cancelled)
                {
                    Assert.NotSame(sources[1], source);
                    Assert.Equal("because", cancelled.Reason);
                }
            }
        });
        harness.RunAll();
        Assert.Equal(0, strand.ArmedWaits);
    }

    [Fact]
    public void The_end_can_be_taken_without_an_exception() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            var source = new WaitSource<int>();
            source.Arm(me);
            me.Resume(new Action(() => me.CancelWaits("r")));
            WorkResult<int> result = await source.Quietly();
            Assert.Equal(WorkStatus.Cancelled, result.Status);
            Assert.Equal("r", result.Reason);

            int ticket = source.Arm(me);
            me.Resume(new Action(() => source.TryFail(ticket, new FormatException())));
            result = await source.Quietly();
            Assert.Equal(WorkStatus.Faulted, result.Status);
            Assert.IsType<FormatException>(result.Fault!.SourceException);

            source.TryComplete(source.Arm(me), 3);
            result = await source.Quietly();
            Assert.Equal((WorkStatus.Succeeded, 3), (result.Status, result.Value));
        });

    [Fact]
    public void A_wait_may_decline_to_be_cancelled() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            var source = new Stubborn();
            int ticket = source.Arm(me);
            me.Resume(
                new Action(() =>
                {
                    Assert.Equal(0, me.CancelWaits(null));
                    source.TryComplete(ticket, 5);
                })
            );
            Assert.Equal(5, await source);
            Assert.Equal(1, source.Asked);
        });

    [Fact]
    public void A_deferred_wait_is_armed_when_awaited() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            var source = new Starter();
            Work<int> work = source.Defer();
            await Strand.Yield();
            Assert.Equal(0, source.Starts);
            Assert.Equal(0, me.CancelWaits(null));
            Assert.Equal(42, await work);
            Assert.Equal(1, source.Starts);
            await Assert.ThrowsAsync<AsupersyncException>(async () => await work);

            source.Fails = true;
            await Assert.ThrowsAsync<FormatException>(async () => await source.Defer());
            Assert.Equal(0, me.ArmedWaits);
        });

    [Fact]
    public void A_source_serves_one_wait_at_a_time_and_only_its_strand()
    {
        var harness = new Harness();
        var source = new WaitSource<int>();
        harness.Spawn(async () =>
        {
            int ticket = source.Arm(Strand.Current!);
            Assert.Equal("ASUP2006", Assert.Throws<AsupersyncException>(() => source.Arm(Strand.Current!)).Code);
            await Strand.Yield();
            source.TryComplete(ticket, 1);
            await source;
        });
        harness.Spawn(async () =>
        {
            AsupersyncException error = await Assert.ThrowsAsync<AsupersyncException>(async () => await source);
            Assert.Equal("ASUP2004", error.Code);
        });
        harness.RunAll();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_armed_wait_can_be_abandoned(bool shared) =>
        Harness.Run(async () =>
        {
            WaitMode mode = shared ? WaitMode.Shared : WaitMode.Local;
            Strand me = Strand.Current!;
            var source = new WaitSource<int>();
            int ticket = source.Arm(me, mode);
            Assert.True(source.Abandon(ticket));
            Assert.False(source.Abandon(ticket));
            Assert.False(source.TryComplete(ticket, 1));
            ticket = source.Arm(me, mode);
            Assert.True(source.TryComplete(ticket, 1));
            Assert.False(source.Abandon(ticket));
            Assert.Equal(0, me.ArmedWaits);
            Assert.Equal(0, me.Scheduler.InputOutstanding);
            source.TryComplete(source.Arm(me, mode), 2);
            Assert.Equal(2, await source);
        });

    [Fact]
    public void Stale_handles_and_awaiters_find_nothing() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            var source = new WaitSource<int>();
            source.TryComplete(source.Arm(me), 1);
            WorkAwaiter<int> awaiter = source.GetAwaiter();
            Assert.True(awaiter.IsCompleted);
            Assert.Equal(1, awaiter.GetResult());
            int ticket = source.Arm(me);
            Work<int> stale = source.AsWork();
            source.TryComplete(ticket, 2);
            Assert.Equal("ASUP2001", Assert.Throws<AsupersyncException>(() => awaiter.GetResult()).Code);
            Assert.False(source.Abandon(ticket));
            source.TryComplete(source.Arm(me), 3);
            await Assert.ThrowsAsync<AsupersyncException>(async () => await stale);
            Assert.Equal(3, await source);
        });

    private sealed class Stubborn : WaitSource<int>
    {
        internal int Asked { get; private set; }

        private protected override bool OnCancel(object? reason)
        {
            Asked++;
            return false;
        }
    }

    private sealed class Starter : WaitSource<int>
    {
        internal int Starts { get; private set; }

        internal bool Fails { get; set; }

        private protected override void OnStart(int ticket)
        {
            if (Fails)
            {
                throw new FormatException();
            }

            Starts++;
            Strand!.Resume(new Action(() => TryComplete(ticket, 42)));
        }
    }
}
