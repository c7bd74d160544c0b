using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Contexts, helpers side by side, faults and counters of a strand.</summary>
public sealed class StrandTests
{
    private static readonly AsyncLocal<int> Local = new();

    [Fact]
    public void AsyncLocal_values_flow_across_awaits_and_stay_within_the_strand()
    {
        var harness = new Harness();
        var seen = new List<string>();
        Local.Value = 7;
        for (int i = 1; i <= 2; i++)
        {
            int mine = i;
            harness.Spawn(async () =>
            {
                Assert.Equal(7, Local.Value);
                Local.Value = mine * 10;
                await Strand.Yield();
                Assert.Equal(mine * 10, Local.Value);
                await Task.Run(() => Assert.Equal(mine * 10, Local.Value));
                Assert.Equal(mine * 10, Local.Value);
                await Task.Delay(1).ConfigureAwait(false);
                seen.Add($"{mine}:{Local.Value}");
            });
        }

        harness.RunAll();
        Assert.Equal(7, Local.Value);
        Assert.Equal(["1:10", "2:20"], seen.Order());
        Local.Value = 0;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_callee_does_to_an_AsyncLocal_stays_in_the_callee(bool suspends) => Harness.Run(async () =>
    {
        Local.Value = 1;
        await Callee();
        Assert.Equal(1, Local.Value);
        await Helper();
        Assert.Equal(1, Local.Value);

        async Work Callee()
        {
            Assert.Equal(1, Local.Value);
            Local.Value = 2;
            if (suspends)
            {
                await Strand.Yield();
            }

            Assert.Equal(2, Local.Value);
        }

        async Task Helper()
        {
            Local.Value = 3;
            await Callee2();
            Assert.Equal(3, Local.Value);
        }

        async Work Callee2()
        {
            Assert.Equal(3, Local.Value);
            if (suspends)
            {
                await Strand.Yield();
            }

            Assert.Equal(3, Local.Value);
        }
    });

    [Fact]
    public void Suppressed_flow_is_no_problem() => Harness.Run(async () =>
    {
        Local.Value = 4;
        Task task;
        using (ExecutionContext.SuppressFlow())
        {
            task = Child().AsTask();
        }

        await task;
        Assert.Equal(4, Local.Value);

        static async Work Child() => await Strand.Yield();
    });

    [Fact]
    public void Two_helpers_run_side_by_side_within_one_strand()
    {
        var harness = new Harness();
        var order = new List<string>();
        Strand? me = null;
        me = harness.Spawn(async () =>
        {
            await Task.WhenAll(Helper("a"), Helper("b"), Side("c").AsTask());
            harness.AssertHome(me!);
        });
        harness.RunAll();
        Assert.Equal(["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"], order);

        async Task Helper(string name) => await Side(name);

        async Work Side(string name)
        {
            for (int i = 0; i < 3; i++)
            {
                harness.AssertHome(me!);
                order.Add($"{name}{i}");
                await Strand.Yield();
            }
        }
    }

    [Fact]
    public void A_poll_runs_what_was_ready_at_its_start() => Harness.Run(async () =>
    {
        Strand me = Strand.Current!;
        int polls = me.Polls;
        for (int i = 1; i <= 5; i++)
        {
            await Strand.Yield();
            Assert.Equal(polls + i, me.Polls);
        }
    });

    [Fact]
    public void Strands_take_turns()
    {
        var harness = new Harness();
        var order = new List<int>();
        for (int i = 0; i < 3; i++)
        {
            int mine = i;
            harness.Spawn(async () =>
            {
                for (int k = 0; k < 3; k++)
                {
                    order.Add(mine);
                    await Strand.Yield();
                }
            });
        }

        harness.RunAll();
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], order);
    }

    [Fact]
    public void The_owner_is_told_of_polls_where_they_are_charged()
    {
        var harness = new Harness();
        Strand strand = harness.Spawn(async () => await Strand.Yield());
        strand.ChargesPolls = true;
        harness.RunAll();
        Assert.Equal(2, strand.Polls);
        Assert.Equal(2, harness.PollsTold);
    }

    [Fact]
    public void Async_void_is_noticed_and_its_exception_is_the_owners()
    {
        var harness = new Harness();
        Strand strand = harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            Forgotten(me);
            Assert.Equal(1, me.AsyncVoids);
            await Strand.Yield();
            await Strand.Yield();
            await Strand.Yield();
            Assert.Equal(0, me.AsyncVoids);
        });
        harness.RunAll();
        Assert.Equal([true, false], harness.AsyncVoids);
        (Exception exception, bool posted) = Assert.Single(harness.Faults);
        Assert.IsType<FormatException>(exception);
        Assert.True(posted);
        Assert.Equal(0, strand.AsyncVoids);

        static async void Forgotten(Strand me)
        {
            await Task.Yield();
            Assert.Same(me, Strand.Current);
            throw new FormatException("from async void");
        }
    }

    [Fact]
    public void A_piece_that_throws_harms_neither_the_thread_nor_the_other_pieces()
    {
        var harness = new Harness();
        bool other = false;
        harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            me.Resume(new Action(() => throw new FormatException("raw")));
            me.Resume(new Action(() => other = true));
            await Strand.Yield();
            Assert.True(other);
        });
        harness.RunAll();
        (Exception exception, bool posted) = Assert.Single(harness.Faults);
        Assert.IsType<FormatException>(exception);
        Assert.False(posted);
    }

    [Fact]
    public void What_a_forgotten_helper_does_after_the_end_is_counted()
    {
        var harness = new Harness();
        bool ran = false;
        Strand first = harness.Spawn(async () =>
        {
            _ = Forgotten();
            await Work.CompletedWork;
        });
        harness.Spawn(async () =>
        {
            for (int i = 0; i < 5; i++)
            {
                await Strand.Yield();
            }
        });
        harness.RunAll();
        Assert.True(ran);
        Assert.Equal(1, first.LatePieces);

        async Task Forgotten()
        {
            await Task.Yield();
            await Task.Yield();
            ran = true;
        }
    }

    [Fact]
    public void Send_runs_at_home_only() => Harness.Run(async () =>
    {
        Strand me = Strand.Current!;
        bool sent = false;
        me.Send(_ => sent = true, null);
        Assert.True(sent);
        await Task.Run(() => Assert.Throws<NotSupportedException>(() => me.Send(_ => { }, null)));
    });

    [Fact]
    public void Yield_outside_of_a_task_is_refused()
        => Assert.Equal("ASUP2002", Assert.Throws<AsupersyncException>(() => Strand.Yield()).Code);

    [Fact]
    public void Foreign_awaits_are_counted_by_type_and_Task_Yield_is_none()
    {
        var harness = new Harness();
        Strand strand = harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            await Task.Yield();
            var source = new TaskCompletionSource<int>();
            me.Resume(new Action(() =>
            {
                Assert.Equal(1, me.ForeignOutstanding);
                source.SetResult(1);
            }));
            await source.Task;
            await Task.CompletedTask;
            Assert.Equal(0, me.ForeignOutstanding);
            await Task.Delay(1).ConfigureAwait(false);
        });
        harness.RunAll();
        IReadOnlyList<KeyValuePair<string, long>> counts = harness.Scheduler.ForeignAwaits.Snapshot();
        Assert.Equal(2, harness.Scheduler.ForeignAwaits.Total);
        Assert.Equal(2, counts.Count);
        Assert.All(counts, pair => Assert.Equal(1, pair.Value));
        Assert.Contains(counts, pair => pair.Key.Contains("ConfiguredTaskAwaiter", StringComparison.Ordinal));
        Assert.Contains(counts, pair => pair.Key.Contains("TaskAwaiter`1[System.Int32]", StringComparison.Ordinal));
        Assert.Equal(2, harness.Foreign.Count);
    }

    [Fact]
    public void A_foreign_await_comes_back_in_one_hop() => Harness.Run(async () =>
    {
        Strand me = Strand.Current!;
        int polls = me.Polls;
        await Task.Run(() => { });
        Assert.Equal(polls + 1, me.Polls);
        await Task.Delay(1).ConfigureAwait(false);
        Assert.Equal(polls + 2, me.Polls);
    });

    [Fact]
    public void The_owner_may_refuse_a_foreign_await_where_it_stands()
    {
        var harness = new Harness { RefuseForeign = type => new NotSupportedException(type.Name) };
        harness.Spawn(async () =>
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await Naughty());
            Assert.Equal(0, Strand.Current!.ForeignOutstanding);
        });

        // ThrowsAsync itself gives a task that suspends here.
        harness.RefuseForeign = type => type.Name.StartsWith("ConfiguredTask", StringComparison.Ordinal) ? new NotSupportedException(type.Name) : null;
        harness.RunAll();

        static async Work Naughty() => await Task.Delay(1).ConfigureAwait(false);
    }

    [Fact]
    public void An_awaiter_that_calls_back_twice_or_throws_as_well_hurts_nobody()
    {
        var harness = new Harness();
        int runs = 0;
        harness.Spawn(async () =>
        {
            await new Rude(times: 2, throws: false);
            runs++;
            await new Rude(times: 1, throws: true);
            runs++;
            await Assert.ThrowsAsync<FormatException>(async () => await Awaits());
            Assert.Equal(0, Strand.Current!.ForeignOutstanding);
        });
        harness.RunAll();
        Assert.Equal(2, runs);
        Assert.Single(harness.Faults);

        static async Work Awaits() => await new Rude(times: 0, throws: true);
    }

    private readonly struct Rude(int times, bool throws) : System.Runtime.CompilerServices.ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Rude GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            for (int i = 0; i < times; i++)
            {
                continuation();
            }

            if (throws)
            {
                throw new FormatException("rude");
            }
        }
    }
}
