using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Awaits on what is not ours: counted, refusable, robust.</summary>
public sealed class ForeignAwaitTests
{
    [Fact]
    public void Foreign_awaits_are_counted_by_type_and_Task_Yield_is_none()
    {
        var harness = new Harness();
        Strand strand = harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            await Task.Yield();
            var source = new TaskCompletionSource<int>();
            me.Resume(
                new Action(() =>
                {
                    Assert.Equal(1, me.ForeignOutstanding);
                    source.SetResult(1);
                })
            );
            await source.Task;
            await Task.CompletedTask;
            Assert.Equal(0, me.ForeignOutstanding);
            await Harness.Elsewhere().ConfigureAwait(false);
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
    public void A_foreign_await_comes_back_in_one_hop() =>
        Harness.Run(async () =>
        {
            Strand me = Strand.Current!;
            int polls = me.Polls;

            // One poll for what Elsewhere does on the strand, one for coming back.
            await Harness.Elsewhere();
            Assert.Equal(polls + 2, me.Polls);
            await Harness.Elsewhere().ConfigureAwait(false);
            Assert.Equal(polls + 4, me.Polls);
        });

    [Fact]
    public void The_owner_may_refuse_a_foreign_await_where_it_stands()
    {
        // ThrowsAsync itself gives a task that suspends here, and that is let through.
        var harness = new Harness
        {
            RefuseForeign = type =>
                type.Name.StartsWith("ConfiguredTask", StringComparison.Ordinal)
                    ? new NotSupportedException(type.Name)
                    : null,
        };
        harness.Spawn(async () =>
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await Naughty());
            Assert.Equal(0, Strand.Current!.ForeignOutstanding);
        });
        harness.RunAll();

        static async Work Naughty() => await new TaskCompletionSource().Task.ConfigureAwait(false);
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

        public void GetResult() { }

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
