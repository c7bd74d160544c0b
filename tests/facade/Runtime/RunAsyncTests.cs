using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Runtime;

public class RunAsyncTests
{
    [Fact]
    public async Task RunAsync_TheSameProgramTwice_WritesTheSameBytes()
    {
        RecordedRun<int> first = await RecordedRun.Of<int>(Program, RunSettings.OneWorker);
        RecordedRun<int> second = await RecordedRun.Of<int>(Program, RunSettings.OneWorker);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Value, second.Value);

        static async Work<int> Program(Cx cx)
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            cx.Defer(async f => await f.Sleep(TimeSpan.FromSeconds(1)));
            int sum = 0;
            await cx.OpenRegion(async scope =>
            {
                for (int i = 0; i < 5; i++)
                {
                    int mine = i;
                    scope.Spawn(async c =>
                    {
                        await c.Sleep(TimeSpan.FromSeconds(5 - mine));
                        await tx.Send(c, mine);
                    });
                }

                for (int i = 0; i < 5; i++)
                {
                    sum = (sum * 10) + await rx.Receive(scope);
                }
            });
            return sum;
        }
    }

    [Fact]
    public async Task RunAsync_SeveralAtOnce_DoNotDisturbEachOther()
    {
        RecordedRun<int>[] runs = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number =>
                    RecordedRun.Of<int>(
                        async cx =>
                        {
                            await cx.Sleep(TimeSpan.FromSeconds(1));
                            return await cx.Spawn(async c =>
                            {
                                await c.Yield();
                                return number;
                            });
                        },
                        RunSettings.OneWorker
                    )
                )
        );

        Assert.Equal(Enumerable.Range(0, 8), runs.Select(run => run.Value));
        Assert.Single(runs.Select(run => run.Text).Distinct());
    }

    [Fact]
    public async Task RunAsync_InsideOfARun_IsARunOfItsOwn()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                Outcome<int> inner = await AsupRuntime.RunAsync<int>(async other =>
                {
                    await other.Yield();
                    return 5;
                });
                cx.Checkpoint();
                return inner.GetOrThrow();
            },
            new RunSettings { Workers = 1, Time = TimeProvider.System }
        );

        Assert.Equal(5, run.Value);
    }

    [Fact]
    public void RunAsync_OptionsOutOfRange_AreRefusedAtTheCall()
    {
        Assert.Equal("ASUP2110", Refused(new RuntimeOptions { DrainBudget = TimeSpan.FromSeconds(-1) }));
        Assert.Equal("ASUP2111", Refused(new RuntimeOptions { CancelLimit = 0 }));
        Assert.Equal("ASUP2111", Refused(new RuntimeOptions { TimedLimit = 0 }));

        static string Refused(RuntimeOptions options) =>
            Assert
                .Throws<AsupersyncException>(() =>
                {
                    _ = AsupRuntime.RunAsync(async cx => await cx.Yield(), options);
                })
                .Code;
    }

    [Fact]
    public async Task RunAsync_TheEmptyProgram_PassesTheWholeLadder()
    {
        var run = await RecordedRun.Of(_ => Work.CompletedWork);

        Assert.True(run.Value);
        Assert.Equal(
            [
                RuleName.Start,
                RuleName.Complete,
                RuleName.CloseBegin,
                RuleName.CloseCancelChildren,
                RuleName.CloseChildrenDone,
                RuleName.CloseComplete,
            ],
            run.Steps.Select(step => step.Action.Rule)
        );
    }
}
