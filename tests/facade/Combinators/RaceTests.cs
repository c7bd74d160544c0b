using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

public class RaceTests
{
    [Fact]
    public async Task Race_WithABranchThatNeverEnds_IsTheOtherBranch()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.Race(Never, After(1, 7), Never);
            Assert.Equal(Second, cx.Elapsed);
            return value;
        });

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Race_TheFirstEndsWithAnError_ThrowsItAlthoughAnotherWouldSucceed()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Race(After(2, 1), FailsAfter(1, new FormatException("first")))
        );

        Assert.Equal("first", Assert.IsType<FormatException>(run.Error).Message);
    }

    [Fact]
    public async Task RaceIndexed_ThreeBranches_TellsWhichEndedFirst()
    {
        var run = await RecordedRun.Of<Winner<string>>(async cx =>
            await cx.RaceIndexed(After(3, "a"), After(1, "b"), After(2, "c"))
        );

        Assert.Equal(new Winner<string>(1, "b"), run.Value);
    }

    [Fact]
    public async Task Race_ReadyTogether_GoesToTheFirstCompleteInTheTrace()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Race(After(1, 1), After(1, 2), After(0, 3), After(0, 4))
        );

        TraceStep first = run.Steps.First(step => step.Action.IsComplete);
        // The branches are the tasks 3 to 6.
        Assert.Equal(run.Value + 2, ((Kernel.Action.Complete)first.Action).task);
        Assert.InRange(run.Value, 3, 4);
    }

    [Fact]
    public async Task Race_AllSchedulesOfThreeBranches_GiveTheSameResultsInEveryOrder()
    {
        string[] names = ["a", "b", "c"];
        int[][] orders =
        [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ];
        var results = orders.Select(_ => new SortedSet<string>(StringComparer.Ordinal)).ToArray();
        for (int schedule = 0; schedule < 27; schedule++)
        {
            int[] turns = [schedule % 3, schedule / 3 % 3, schedule / 9];
            for (int i = 0; i < orders.Length; i++)
            {
                var run = await RecordedRun.Of<string>(
                    async cx =>
                        await cx.Race(Array.ConvertAll(orders[i], branch => AfterTurns(turns[branch], names[branch]))),
                    RunSettings.OneWorker
                );
                results[i].Add(run.Value);
            }
        }

        Assert.All(results, result => Assert.Equal(names, result));
    }

    [Fact]
    public async Task Race_ALoserHoldsAPermit_ReturnsItBeforeTheRaceReturns()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            int value = await cx.Race(
                After(1, 7),
                async loser =>
                {
                    await tx.Reserve(loser);
                    return await Never(loser);
                }
            );
            Assert.Equal(7, value);
            Assert.True(tx.TryReserve(cx, out SendPermit<int> permit));
            permit.Dispose();
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Race_ALoserCleansUp_IsWaitedFor()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            string log = "";
            int value = await cx.Race(
                After(1, 7),
                async loser =>
                {
                    try
                    {
                        return await Never(loser);
                    }
                    catch (CancelledException seen)
                    {
                        Assert.Equal(CancelKind.RaceLost, seen.Reason.Kind);
                        await loser.Sleep(Second);
                        log += "cleaned up, ";
                        throw;
                    }
                }
            );
            return $"{log}then {value} at {cx.Elapsed.TotalSeconds}";
        });

        Assert.Equal("cleaned up, then 7 at 2", run.Value);
    }

    [Fact]
    public async Task Race_ALoserPanicsInItsCleanUp_OutranksTheWinner()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            await Failures.Throws<PanickedException>(async () =>
                await cx.Race(
                    After(1, 7),
                    async loser =>
                    {
                        try
                        {
                            return await Never(loser);
                        }
                        finally
                        {
                            throw new PanicException("rollback");
                        }
                    }
                )
            );
            return 1;
        });

        Assert.Equal(1, run.Value);
    }

    [Fact]
    public async Task Race_ALoserEndsWithAnErrorOrAValueAfterItLost_IsNoNews()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Race(
                After(1, 7),
                async loser =>
                {
                    await loser.Mask(10, async masked => await masked.Sleep(2 * Second));
                    throw new FormatException("late");
                },
                loser => loser.Mask<int>(10, After(2, 9))
            )
        );

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Race_ALoserIgnoresTheRequestByAMask_IsWaitedForUntilTheMaskIsSpent()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.Race(After(1, 7), Stubborn(5));
            Assert.InRange(cx.Elapsed.TotalSeconds, 5, double.MaxValue);
            return value;
        });

        Assert.Equal(7, run.Outcome.GetOrThrow());
    }

    [Fact]
    public async Task Race_ABranchSpawnedATask_CancelsItToo()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            Child<int> helper = default;
            int value = await cx.Race(
                async winner =>
                {
                    helper = winner.Spawn(Never);
                    await winner.Sleep(Second);
                    return 7;
                },
                Never
            );
            Assert.Equal(Second, cx.Elapsed);
            Assert.True(helper.IsCompleted);
            return value;
        });

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task Race_OfOneBranch_IsThatBranch()
    {
        var run = await RecordedRun.Of<int>(async cx => await cx.Race(After(1, 7)));

        Assert.Equal(7, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task Race_ABranchRunsIntoADeadlineOfItsRegion_IsCancelledWithThat()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Outcome<int> outcome = await cx.ObserveRegion<int>(
                async scope => await scope.Race(Never, Never),
                new RegionOptions { Budget = new WorkBudget { Timeout = Second } }
            );
            Assert.Equal(CancelKind.Deadline, Assert.IsType<Outcome<int>.Cancelled>(outcome).Reason.RootKind);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Race_ManyBranches_AreAllOver()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.Race([.. Enumerable.Range(1, 200).Select(i => After(1 + (i * 7 % 200), i))])
        );

        Assert.Equal(200, run.Value);
    }

    [Fact]
    public async Task Race_WithoutBranches_IsRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await Failures.Throws<AsupersyncException>("ASUP2202", async () => await cx.Race<int>());
            await Failures.Throws<AsupersyncException>("ASUP2202", async () => await cx.RaceIndexed<int>());
            await Failures.Throws<AsupersyncException>("ASUP2202", async () => await cx.FirstOk<int>());
            await Failures.Throws<ArgumentNullException>(async () => await cx.Race<int>(null!));
            await Failures.Throws<ArgumentNullException>(async () => await cx.Race(After(1, 1), null!));
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.OpenRegion));
    }
}
