using System.Runtime.CompilerServices;
using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Work is cold, runs once, and carries results and failures.</summary>
public sealed class WorkTests
{
    [Fact]
    public void Calling_runs_nothing_and_awaiting_runs_inline() =>
        Harness.Run(async () =>
        {
            int runs = 0;
            Work<int> work = Body();
            Assert.Equal(0, runs);
            await Strand.Yield();
            Assert.Equal(0, runs);

            int polls = Strand.Current!.Polls;
            Assert.Equal(1, await work);
            Assert.Equal(polls, Strand.Current.Polls);

#pragma warning disable CS1998 // without an await on purpose
            async Work<int> Body() => ++runs;
#pragma warning restore CS1998
        });

    [Fact]
    public void A_second_await_is_refused() =>
        Harness.Run(async () =>
        {
            Work<int> work = Add(1, 2);
            Assert.Equal(3, await work);
            AsupersyncException error = await Assert.ThrowsAsync<AsupersyncException>(async () => await work);
            Assert.Equal("ASUP2001", error.Code);
            Assert.StartsWith("ASUP2001: ", error.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_second_await_while_the_first_is_suspended_is_refused() =>
        Harness.Run(async () =>
        {
            var gate = new WaitSource<int>();
            int ticket = gate.Arm(Strand.Current!);
            Work<int> work = Wait(gate);
            Task<int> first = work.AsTask();
            await Assert.ThrowsAsync<AsupersyncException>(async () => await work);
            gate.TryComplete(ticket, 5);
            Assert.Equal(5, await first);

            static async Work<int> Wait(WaitSource<int> gate) => await gate;
        });

    [Fact]
    public async Task Awaiting_outside_of_a_task_is_refused()
    {
        Work<int> work = Add(1, 2);
        AsupersyncException error = await Assert.ThrowsAsync<AsupersyncException>(async () => await work);
        Assert.Equal("ASUP2002", error.Code);
        Assert.Contains("can only run inside a task of the runtime", error.Message, StringComparison.Ordinal);

        // A refused await does not use the work up.
        Assert.Equal(3, Harness.Run(() => work));
    }

    [Fact]
    public void A_helper_that_left_its_strand_cannot_await_work() =>
        Harness.Run(async () =>
        {
            AsupersyncException error = await Assert.ThrowsAsync<AsupersyncException>(Helper);
            Assert.Equal("ASUP2002", error.Code);

            static async Task Helper()
            {
                await Harness.Elsewhere().ConfigureAwait(false);
                await Add(1, 2);
            }
        });

    [Fact]
    public void Blocking_on_a_work_is_refused() =>
        Harness.Run(async () =>
        {
            Work<int> work = Add(1, 2);
            AsupersyncException error = Assert.Throws<AsupersyncException>(() => work.GetAwaiter().GetResult());
            Assert.Equal("ASUP2003", error.Code);
            await Work.CompletedWork;
        });

    [Fact]
    public async Task Finished_work_needs_no_task_and_may_be_awaited_again()
    {
        await Work.CompletedWork;
        Work<string> work = Work.FromResult("x");
        Assert.Equal("x", await work);
        Assert.Equal("x", await work);
        Assert.Equal("x", await work.AsTask());
        Work<int> failed = Work.FromException<int>(new FormatException("bad"));
        await Assert.ThrowsAsync<FormatException>(async () => await failed);
        await Assert.ThrowsAsync<FormatException>(async () => await failed);
        await Assert.ThrowsAsync<FormatException>(() => failed.AsTask());
        await Assert.ThrowsAsync<FormatException>(async () => await Work.FromException(new FormatException("bad")));
        Assert.Throws<ArgumentNullException>(() => Work.FromException(null!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failure_keeps_its_stack_trace_through_three_frames(bool suspends) =>
        Harness.Run(async () =>
        {
            FormatException error = await Assert.ThrowsAsync<FormatException>(async () => await Outer(suspends));
            string trace = error.StackTrace!;
            int inner = trace.IndexOf(nameof(Inner), StringComparison.Ordinal);
            int middle = trace.IndexOf(nameof(Middle), StringComparison.Ordinal);
            int outer = trace.IndexOf(nameof(Outer), StringComparison.Ordinal);
            Assert.True(inner >= 0 && inner < middle && middle < outer, trace);
        });

    [Fact]
    public void A_value_comes_back_through_frames_that_suspend() =>
        Assert.Equal(
            6,
            Harness.Run(async () =>
            {
                int sum = 0;
                for (int i = 1; i <= 3; i++)
                {
                    sum += await Late(i);
                }

                return sum;

                static async Work<int> Late(int value)
                {
                    await Strand.Yield();
                    return await Later(value);
                }

                static async Work<int> Later(int value)
                {
                    await Task.Yield();
                    return value;
                }
            })
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recursion_of_any_depth_fits_the_stack(bool suspends)
    {
        const int depth = 100_000;
        Assert.Equal(depth, Harness.Run(() => Dive(depth, suspends)));

        static async Work<int> Dive(int left, bool suspends)
        {
            if (left > 0)
            {
                return 1 + await Dive(left - 1, suspends);
            }

            if (suspends)
            {
                await Strand.Yield();
            }

            return 0;
        }
    }

    private static async Work<int> Add(int a, int b)
    {
        await Work.CompletedWork;
        return a + b;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Work<int> Outer(bool suspends) => await Middle(suspends) + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Work<int> Middle(bool suspends) => await Inner(suspends) + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Work<int> Inner(bool suspends)
    {
        if (suspends)
        {
            await Strand.Yield();
        }

        throw new FormatException("bad");
    }
}
