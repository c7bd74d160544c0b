using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

/// <summary>A caller that is cancelled, or may no longer begin anything.</summary>
public class CancelledCallTests
{
    /// <summary>Every combinator, with two branches that do what it is given.</summary>
    public static TheoryData<string> Calls => ["Race", "FirstOk", "JoinAll", "CollectAll", "Within"];

    private static async Work Call(string name, Cx cx, Func<Cx, Work<int>> branch)
    {
        switch (name)
        {
            case "Race":
                await cx.Race(branch, branch);
                break;
            case "FirstOk":
                await cx.FirstOk(branch, branch);
                break;
            case "JoinAll":
                await cx.JoinAll(branch, branch);
                break;
            case "CollectAll":
                await cx.CollectAll(branch, branch);
                break;
            default:
                await cx.Within(TimeSpan.FromHours(1), branch);
                break;
        }
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task CancelledCall_TheCallerIsCancelled_DrainsAllAndThrowsTheCancellation(string name)
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            int drained = 0;
            Child child = cx.Spawn(async caller =>
                await Call(
                    name,
                    caller,
                    async branch =>
                    {
                        try
                        {
                            return await Never(branch);
                        }
                        finally
                        {
                            await branch.Sleep(Second);
                            drained++;
                        }
                    }
                )
            );
            await cx.Sleep(Second);
            child.Cancel("stop");
            CancelReason reason = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome()).Reason;
            Assert.Equal(name == "Within" ? 1 : 2, drained);
            return $"{reason.Kind} {reason.Message} at {cx.Elapsed.TotalSeconds}";
        });

        Assert.Equal("User stop at 2", run.Value);
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task CancelledCall_BranchesThatEndWellAllTheSame_DoNotMakeItOk(string name)
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async caller =>
                await Call(name, caller, branch => branch.Mask<int>(10, After(2, 7)))
            );
            await cx.Sleep(Second);
            child.Cancel("stop");
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal(2 * Second, cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancelledCall_TheWinnerEndedAndALoserDrains_IsCancelledAllTheSame()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child<int> child = cx.Spawn(async caller => await caller.Race(After(1, 7), Stubborn(5)));
            await cx.Sleep(2 * Second);
            child.Cancel("stop");
            Assert.Equal("stop", Assert.IsType<Outcome<int>.Cancelled>(await child.Outcome()).Reason.Message);
        });

        Assert.True(run.Outcome.GetOrThrow());
    }

    [Fact]
    public async Task CancelledCall_ABranchCancelsTheRegionOfTheCall_IsCancelled()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            CancelledException cancelled = await Failures.Throws<CancelledException>(async () =>
                await cx.Race(
                    Never,
                    async branch =>
                    {
                        branch.Region.Cancel("all of us");
                        return await Never(branch);
                    }
                )
            );
            Assert.Equal("all of us", cancelled.Reason.Message);
            Assert.False(cx.IsCancelRequested);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CancelledCall_TheCallerIsCancelledBeforeTheBranchesStart_StartsNone()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                bool started = false;
                Child child = cx.Spawn(async caller =>
                {
                    await Call(
                        "Race",
                        caller,
                        async branch =>
                        {
                            started = true;
                            return await Never(branch);
                        }
                    );
                });
                await cx.Yield();
                child.Cancel("stop");
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.False(started);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task CancelledCall_InCleanUp_IsRefusedBySpawnerRunning(string name)
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            string code = "";
            Child child = cx.Spawn(async caller =>
            {
                try
                {
                    await Never(caller);
                }
                finally
                {
                    RefusedException refused = await Failures.Throws<RefusedException>(async () =>
                        await Call(name, caller, Never)
                    );
                    code = refused.Code;
                    Assert.Equal(RuleName.OpenRegion, refused.Refusal.Rule);
                }
            });
            await cx.Sleep(Second);
            child.Cancel("stop");
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            return code;
        });

        Assert.Equal("ASUP1008", run.Value);
    }

    [Fact]
    public async Task CancelledCall_ABranchIsRefusedForARequest_IsCancelled()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            // The body of the scope takes the only poll, so the body of the call is cancelled when it is entered.
            Outcome<int> outcome = await cx.ObserveRegion<int>(
                async scope => await scope.Race(Never, Never),
                new RegionOptions { Budget = new WorkBudget { Polls = 1 } }
            );
            Assert.Equal(CancelKind.PollQuota, Assert.IsType<Outcome<int>.Cancelled>(outcome).Reason.RootKind);
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Spawn));
    }

    [Fact]
    public async Task CancelledCall_ALoserDrainsForLong_IsReported()
    {
        var run = await RecordedRun.Of<int>(
            async cx => await cx.Race(After(1, 7), Stubborn(50)),
            new RunSettings { DrainBudget = 5 * Second }
        );

        Assert.Equal(7, run.Outcome.GetOrThrow());
        Assert.Contains("branch 2 of race", run.Report("ASUP2101").Message, StringComparison.Ordinal);
    }
}
