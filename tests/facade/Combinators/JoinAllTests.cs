using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

public class JoinAllTests
{
    [Fact]
    public async Task JoinAll_AllSucceed_GivesTheValuesInTheOrderOfTheBranches()
    {
        var run = await RecordedRun.Of<int[]>(async cx =>
        {
            int[] values = await cx.JoinAll(After(3, 1), After(1, 2), After(2, 3), After(0, 4));
            Assert.Equal(3 * Second, cx.Elapsed);
            return values;
        });

        Assert.Equal([1, 2, 3, 4], run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task JoinAll_OneFails_CancelsTheOthersAndThrowsIt()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            string log = "";
            FormatException failed = await Failures.Throws<FormatException>(async () =>
                await cx.JoinAll(
                    After(1, 1),
                    FailsAfter(2, new FormatException("two")),
                    async branch =>
                    {
                        try
                        {
                            return await Never(branch);
                        }
                        catch (CancelledException seen)
                        {
                            log += seen.Reason.Kind;
                            throw;
                        }
                    },
                    FailsAfter(3, new FormatException("three"))
                )
            );
            Assert.Equal(2 * Second, cx.Elapsed);
            return $"{failed.Message} {log}";
        });

        Assert.Equal("two FailFast", run.Value);
    }

    [Fact]
    public async Task JoinAll_OneIsCancelledByItself_DoesNotStopTheOthers()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            bool ended = false;
            await Failures.Throws<CancelledException>(async () =>
                await cx.JoinAll(
                    async branch =>
                    {
                        Child<int> child = branch.Spawn(Never);
                        child.Cancel();
                        return await child;
                    },
                    async branch =>
                    {
                        await branch.Sleep(Second);
                        ended = true;
                        return 1;
                    }
                )
            );
            Assert.True(ended);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task JoinAll_ABranchSpawnedATask_WaitsForIt()
    {
        var run = await RecordedRun.Of<TimeSpan>(
            async cx =>
            {
                await cx.JoinAll(
                    async branch =>
                    {
                        _ = branch.Spawn(After(5, 0));
                        await branch.Yield();
                    },
                    async branch => await branch.Sleep(Second)
                );
                return cx.Elapsed;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(5 * Second, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task JoinAll_ATaskThatABranchSpawnedFails_IsNews()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
                (
                    await cx.JoinAll(
                        async branch =>
                        {
                            _ = branch.Spawn(FailsAfter(5, new FormatException("helper")));
                            await branch.Yield();
                            return 1;
                        },
                        After(1, 2)
                    )
                ).First,
            RunSettings.OneWorker
        );

        Assert.Equal("helper", run.Error.Message);
    }

    [Fact]
    public async Task JoinAll_ValuesOfDifferentTypes_AreATuple()
    {
        var run = await RecordedRun.Of<(int, string, bool)>(async cx =>
        {
            (int one, string two) = await cx.JoinAll(After(2, 1), After(1, "two"));
            Assert.Equal((1, "two"), (one, two));
            return await cx.JoinAll(After(2, 1), After(1, "two"), After(3, true));
        });

        Assert.Equal((1, "two", true), run.Value);
    }

    [Fact]
    public async Task JoinAll_OfNone_IsAllOfNone()
    {
        var run = await RecordedRun.Of<int[]>(async cx =>
        {
            await cx.JoinAll();
            Assert.Empty(await cx.CollectAll<int>());
            return await cx.JoinAll<int>();
        });

        Assert.Empty(run.Value);
    }

    [Fact]
    public async Task JoinAll_Nested_HasTheSeverityOfOneJoin()
    {
        Func<Cx, Work<int>>[] ends =
        [
            After(1, 1),
            FailsAfter(1, new FormatException()),
            FailsAfter(1, new PanicException()),
        ];
        foreach (Func<Cx, Work<int>> a in ends)
        {
            foreach (Func<Cx, Work<int>> b in ends)
            {
                foreach (Func<Cx, Work<int>> c in ends)
                {
                    Severity left = await SeverityOf(async cx =>
                        (await cx.JoinAll(async inner => (await inner.JoinAll(a, b)).First, c)).First
                    );
                    Severity right = await SeverityOf(async cx =>
                        (await cx.JoinAll(a, async inner => (await inner.JoinAll(b, c)).First)).First
                    );
                    Severity flat = await SeverityOf(async cx => (await cx.JoinAll(a, b, c)).First);
                    Assert.Equal((flat, flat), (left, right));
                }
            }
        }

        // The join of one that fails and one that panics depends on which comes first; what was asked is not counted.
        static async Task<Severity> SeverityOf(Func<Cx, Work<int>> body) =>
            (await RecordedRun.Of(async cx => (await cx.ObserveRegion(body)).Severity)).Value;
    }

    [Fact]
    public async Task CollectAll_WhateverBecomesOfEach_IsWaitedFor()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Outcome<int>[] outcomes = await cx.CollectAll(
                FailsAfter(1, new FormatException("one")),
                After(3, 2),
                async branch =>
                {
                    Child<int> child = branch.Spawn(Never);
                    child.Cancel("three");
                    return await child;
                }
            );
            Assert.Equal(3 * Second, cx.Elapsed);
            Assert.Equal("one", Assert.IsType<Outcome<int>.Err>(outcomes[0]).Error.Message);
            Assert.Equal(new Outcome<int>.Ok(2), outcomes[1]);
            Assert.Equal("three", Assert.IsType<Outcome<int>.Cancelled>(outcomes[2]).Reason.Message);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CollectAll_ABranchPanics_ThrowsItWhenAllHaveEnded()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            PanickedException panicked = await Failures.Throws<PanickedException>(async () =>
                await cx.CollectAll(
                    FailsAfter(2, new PanicException("by branch")),
                    FailsAfter(1, new PanicException("by time")),
                    After(3, 1)
                )
            );
            Assert.Equal("by branch", panicked.InnerException!.Message);
            Assert.Equal(3 * Second, cx.Elapsed);
        });

        Assert.True(run.Value);
    }
}
