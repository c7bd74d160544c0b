using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Handles;

public class JoinTests
{
    [Fact]
    public async Task Join_ChildRuns_WaitsForItsValue()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            Child<int> child = cx.Spawn(async c =>
            {
                await c.Sleep(TimeSpan.FromSeconds(4));
                return 4;
            });
            Assert.False(child.IsCompleted);
            int value = await child;
            Assert.True(child.IsCompleted);
            return value + await child.Join();
        });

        Assert.Equal(8, run.Value);
        Assert.Equal(1, run.CountOf(RuleName.JoinBlock));
        Assert.Equal(1, run.CountOf(RuleName.JoinReady));
    }

    [Fact]
    public async Task Outcome_Twice_GivesTheSameOutcome()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child<int> child = cx.Spawn<int>(_ => throw new FormatException());
                Outcome<int> first = await child.Outcome();
                Outcome<int> second = await child.Outcome();
                Assert.Same(first, second);
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.JoinReady));
    }

    [Fact]
    public async Task Join_SeveralTasksWait_AllGetTheValue()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                Child<int> slow = cx.Spawn(async c =>
                {
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    return 5;
                });
                int sum = 0;
                await cx.OpenRegion(async scope =>
                {
                    for (int i = 0; i < 3; i++)
                    {
                        scope.Spawn(async _ =>
                        {
                            int value = await slow;
                            sum += value;
                        });
                    }

                    await scope.Yield();
                });
                return sum;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(15, run.Value);
        Assert.Equal(3, run.CountOf(RuleName.JoinBlock));
    }

    [Fact]
    public async Task Join_FailedChild_ThrowsItsError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(_ => throw new FormatException("no"));
                FormatException error = await Failures.Throws<FormatException>(async () => await child.Join());
                Assert.Equal("no", error.Message);
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Join_PanickedChild_ThrowsAPanickedExceptionAroundIt()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(_ => throw new PanicException("broken"));
                PanickedException error = await Failures.Throws<PanickedException>(async () => await child.Join());
                Assert.IsType<PanicException>(error.InnerException);
                Assert.Contains("ASUP2103", error.Message, StringComparison.Ordinal);
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Join_PanickedChildLetThrough_PanicsTheJoinerToo()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(_ => throw new PanicException("broken"));
                Child joiner = cx.Spawn(async _ => await child.Join());
                Assert.IsType<Outcome<bool>.Panicked>(await joiner.Outcome());
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Join_CancelledChild_ThrowsItsReasonWithoutCancellingTheJoiner()
    {
        var run = await RecordedRun.Of<bool>(
            async cx =>
            {
                Child child = cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                await cx.Yield();
                child.Cancel("not needed");
                CancelledException seen = await Failures.Throws<CancelledException>(async () => await child.Join());
                Assert.Equal("not needed", seen.Reason.Message);
                Assert.False(cx.IsCancelRequested);
                await cx.Yield();
                return true;
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Join_CancelledChildLetThrough_EndsTheJoinerCancelledForTheSameReason()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                await cx.Yield();
                child.Cancel("not needed");
                await child.Join();
            },
            RunSettings.OneWorker
        );

        Assert.Equal("not needed", run.Reason.Message);
    }

    [Fact]
    public async Task Join_WaiterCancelled_LeavesTheTargetAlone()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            Child<int> slow = cx.Spawn(async c =>
            {
                await c.Sleep(TimeSpan.FromSeconds(5));
                return 1;
            });
            var waiter = cx.Spawn(async _ => await slow.Outcome());
            await cx.Sleep(TimeSpan.FromSeconds(1));
            waiter.Cancel();
            Assert.IsType<Outcome<Outcome<int>>.Cancelled>(await waiter.Outcome());
            Assert.False(slow.IsCompleted);
            return await slow;
        });

        Assert.Equal(1, run.Value);
    }

    [Fact]
    public async Task Join_ATaskThatWaitsForMyRegion_IsRefusedByNotAncestor()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child owner = default;
                owner = cx.Spawn(async c =>
                    await c.OpenRegion(async scope =>
                    {
                        RefusedException refused = await Failures.Throws<RefusedException>(async () =>
                            await owner.Join()
                        );
                        Assert.Equal("ASUP1039", refused.Code);
                        await scope.Yield();
                    })
                );
                await owner.Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Join_Oneself_IsRefusedByNotAncestor()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child self = default;
            self = cx.Spawn(async _ =>
            {
                RefusedException refused = await Failures.Throws<RefusedException>(async () => await self.Join());
                Assert.Equal("ASUP1039", refused.Code);
            });
            await self.Join();
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_HandleDropped_TheRegionWaitsAndCountsTheFailure()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Drop(cx);
                await cx.Yield();

                static void Drop(Cx cx) =>
                    cx.Spawn(async c =>
                    {
                        await c.Sleep(TimeSpan.FromSeconds(9));
                        throw new FormatException("nobody looks");
                    });
            },
            RunSettings.OneWorker
        );

        Assert.Equal("nobody looks", Assert.IsType<FormatException>(run.Error).Message);
    }

    [Fact]
    public async Task Outcome_AChildOfAnotherRuntime_IsRefusedWithItsCode()
    {
        Child foreign = default;
        await RecordedRun.Of(
            async cx =>
            {
                foreign = cx.Spawn(async c => await c.Yield());
                await foreign.Join();
            },
            RunSettings.OneWorker
        );
        var run = await RecordedRun.Of(
            async cx =>
            {
                await Failures.Throws<CapabilityException>("ASUP3004", async () => await foreign.Join());
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Outcome_AFlowWaitsForAnotherTask_IsRefusedWithItsCode()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child failed = cx.Spawn(_ => throw new FormatException());
                Child slow = cx.Spawn(async c => await c.Sleep(TimeSpan.FromSeconds(1)));
                await cx.Sleep(TimeSpan.FromMilliseconds(1));
                Task joining = slow.Join().AsTask();
                RefusedException refused = await Failures.Throws<RefusedException>(async () => await failed.Outcome());
                Assert.Equal("ASUP1041", refused.Code);
                await joining;
                Assert.IsType<Outcome<bool>.Err>(await failed.Outcome());
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }
}
