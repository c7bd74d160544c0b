using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Execution contexts: across awaits, between strands, between caller and callee.</summary>
public sealed class FlowTests
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
                await Harness.Elsewhere().ConfigureAwait(false);
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
    public void What_a_callee_does_to_an_AsyncLocal_stays_in_the_callee(bool suspends) =>
        Harness.Run(async () =>
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
    public void A_posted_callback_sees_the_context_that_the_strand_began_with()
    {
        var harness = new Harness();
        Local.Value = 7;
        harness.Spawn(async () =>
        {
            Local.Value = 8;
            int seen = 0;
            Strand me = Strand.Current!;
            me.Resume(new FlowItem(ExecutionContext.Capture()!, () => { }));
            me.Post(_ => seen = Local.Value, null);
            await Strand.Yield();
            Assert.Equal(7, seen);
            Assert.Equal(8, Local.Value);
        });
        harness.RunAll();
        Local.Value = 0;
    }

    [Fact]
    public void Suppressed_flow_is_no_problem() =>
        Harness.Run(async () =>
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
}
