using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Regions;

public class RegionCancelTests
{
    [Fact]
    public async Task Cancel_FromInside_EndsTheRegionWithTheBodysReason()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
            {
                scope.Region.Cancel("enough");
                await scope.Sleep(TimeSpan.FromHours(1));
                return 1;
            });
            CancelReason reason = Assert.IsType<Outcome<int>.Cancelled>(outcome).Reason;
            Assert.Equal("enough", reason.Message);
            Assert.Equal(CancelKind.User, reason.Kind);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_FromInsideAfterTheWork_KeepsTheValue()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
                await cx.OpenRegion<int>(async scope =>
                {
                    scope.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                    await scope.Yield();
                    scope.Region.Cancel("the rest is not needed");
                    return 5;
                }),
            RunSettings.OneWorker
        );

        Assert.Equal(5, run.Value);
    }

    [Fact]
    public async Task Cancel_FromOutside_IsNeverOk()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Region? inner = null;
            Child<Outcome<int>> opener = cx.Spawn(async c =>
                await c.ObserveRegion<int>(async scope =>
                {
                    inner = scope.Region;
                    await scope.Mask(5, async m => await m.Sleep(TimeSpan.FromSeconds(5)));
                    return 7;
                })
            );
            await cx.Sleep(TimeSpan.FromSeconds(1));
            inner!.Cancel("from outside");

            // The masked body finished its work, but a region that was stopped must not look as if it ran to its end.
            Outcome<int>.Cancelled outcome = Assert.IsType<Outcome<int>.Cancelled>(await opener);
            Assert.Equal("from outside", outcome.Reason.Message);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_OuterRegion_ReachesTheInnermostWithACauseChain()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            CancelReason? seen = null;
            Region? outer = null;
            Child opener = cx.Spawn(async c =>
                await c.OpenRegion(async first =>
                {
                    outer = first.Region;
                    await first.OpenRegion(async second =>
                        await second.OpenRegion(async third =>
                        {
                            try
                            {
                                await third.Sleep(TimeSpan.FromHours(1));
                            }
                            finally
                            {
                                seen = third.CancelReason;
                            }
                        })
                    );
                })
            );
            await cx.Sleep(TimeSpan.FromSeconds(1));
            outer!.Cancel("stop", CancelKind.Shutdown);
            await opener.Outcome();
            var kinds = new List<CancelKind>();
            CancelReason last = seen!;
            for (CancelReason? reason = seen; reason is not null; reason = reason.Cause)
            {
                kinds.Add(reason.Kind);
                last = reason;
            }

            Assert.Equal("stop", last.Message);
            return string.Join(' ', kinds);
        });

        Assert.Equal("ParentCancelled ParentCancelled Shutdown", run.Value);
    }

    [Fact]
    public async Task Cancel_Twice_StrengthensTheReasonOnly()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                cx.Region.Cancel("first");
                cx.Region.Cancel("second");
                Assert.Equal("first", cx.CancelReason!.Message);
                cx.Region.Cancel("third", CancelKind.Shutdown);
                Assert.Equal("third", cx.CancelReason!.Message);
                cx.Region.Cancel("fourth");
                Assert.Equal("third", cx.CancelReason!.Message);
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.Equal(CancelKind.Shutdown, run.Reason.Kind);
        Assert.Equal(1, run.CountOf(RuleName.Checkpoint));
    }

    [Fact]
    public async Task Cancel_AClosedRegion_DoesNothing()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                Region? gone = null;
                await cx.OpenRegion(async scope =>
                {
                    gone = scope.Region;
                    await scope.Yield();
                });
                gone!.Cancel();
                return 1;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(1, run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CancelRequest));
    }

    [Fact]
    public async Task Cancel_FromAnotherThread_ReachesTheRegion()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Region region = cx.Region;
                await Task.Run(() => region.Cancel("by a thread"));
                await cx.Sleep(TimeSpan.FromHours(1));
            },
            new RunSettings { Time = TimeProvider.System }
        );

        Assert.Equal("by a thread", run.Reason.Message);
        Assert.Equal(0, run.Reason.Task);
    }

    [Fact]
    public async Task OpenRegion_OwnerCancelledWhileItWaits_AcknowledgesAfterTheRegionClosed()
    {
        var order = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            Child owner = cx.Spawn(async c =>
            {
                try
                {
                    await c.OpenRegion(async scope =>
                    {
                        try
                        {
                            await scope.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            await scope.Sleep(TimeSpan.FromSeconds(3));
                            order.Add("inside");
                        }
                    });
                }
                finally
                {
                    order.Add("owner");
                }
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            owner.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await owner.Outcome());
            Assert.Equal(TimeSpan.FromSeconds(4), cx.Elapsed);
        });

        Assert.True(run.Value);
        Assert.Equal(["inside", "owner"], order);
    }

    [Fact]
    public async Task OpenRegion_AnotherFlowSleepsAndTheOwnerIsCancelled_TheSleepEndsWithTheRegion()
    {
        // The task may acknowledge only after its region closed, so its other waits are not ended before that either.
        var run = await RecordedRun.Of(async cx =>
        {
            Child owner = cx.Spawn(async c =>
            {
                Task region = c.OpenRegion(async scope =>
                    {
                        try
                        {
                            await scope.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            await scope.Sleep(TimeSpan.FromSeconds(3));
                        }
                    })
                    .AsTask();
                Task sleep = c.Sleep(TimeSpan.FromHours(2)).AsTask();
                await Task.WhenAny(region, sleep);
                await Task.WhenAll(region, sleep);
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            owner.Cancel("stop");
            Outcome<bool> outcome = await owner.Outcome();
            Assert.Equal("stop", Assert.IsType<Outcome<bool>.Cancelled>(outcome).Reason.Message);
            Assert.Equal(TimeSpan.FromSeconds(4), cx.Elapsed);
        });

        Assert.True(run.Value);
    }
}
