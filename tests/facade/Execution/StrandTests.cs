using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Helpers side by side, faults and counters of a strand.</summary>
public sealed class StrandTests
{
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
    public void A_poll_runs_what_was_ready_at_its_start() =>
        Harness.Run(async () =>
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
    public void Send_runs_at_home_only() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            bool sent = false;
            me.Send(_ => sent = true, null);
            Assert.True(sent);
            await Task.Run(() => Assert.Throws<NotSupportedException>(() => me.Send(_ => { }, null)));
        });

    [Fact]
    public void Yield_outside_of_a_task_is_refused() =>
        Assert.Equal("ASUP2002", Assert.Throws<AsupersyncException>(() => Strand.Yield()).Code);
}
