using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Masks;

public class MaskTests
{
    [Fact]
    public async Task Mask_RequestPending_LetsSoManyCheckpointsPass()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int passed = 0;
            Child child = cx.Spawn(async c =>
                await c.Mask(
                    3,
                    async m =>
                    {
                        await m.Sleep(TimeSpan.FromSeconds(2));
                        while (true)
                        {
                            m.Checkpoint();
                            passed++;
                        }
                    }
                )
            );
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            Assert.Equal(TimeSpan.FromSeconds(2), cx.Elapsed);
            return passed;
        });

        Assert.Equal(3, run.Value);
        Assert.Equal(3, run.CountOf(RuleName.CheckpointMasked));
    }

    [Fact]
    public async Task Mask_SectionEnds_TheNextCheckpointAcknowledges()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            string log = "";
            Child<int> child = cx.Spawn(async c =>
            {
                int value = await c.Mask<int>(
                    10,
                    async m =>
                    {
                        await m.Sleep(TimeSpan.FromSeconds(2));
                        m.Checkpoint();
                        log += "both records ";
                        return 1;
                    }
                );
                log += $"value {value} ";
                c.Checkpoint();
                log += "not reached";
                return value;
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Assert.IsType<Outcome<int>.Cancelled>(await child.Outcome());
            return log;
        });

        Assert.Equal("both records value 1 ", run.Value);
        Assert.Equal(1, run.CountOf(RuleName.MaskExit));
    }

    [Fact]
    public async Task Mask_RequestPendingBefore_AcknowledgesInsteadOfEntering()
    {
        var run = await RecordedRun.Of<bool>(
            async cx =>
            {
                bool entered = false;
                Child child = cx.Spawn(async c =>
                {
                    c.Region.Cancel();
                    await c.Mask(
                        5,
                        async m =>
                        {
                            entered = true;
                            await m.Yield();
                        }
                    );
                });
                await Failures.Throws<CancelledException>(async () => await child.Outcome());
                return entered;
            },
            RunSettings.OneWorker
        );

        Assert.IsType<Outcome<bool>.Cancelled>(run.Outcome);
        Assert.Equal(0, run.CountOf(RuleName.MaskEnter));
    }

    [Fact]
    public async Task Mask_Nested_AddsNothing()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int passed = 0;
                Child child = cx.Spawn(async c =>
                    await c.Mask(
                        1,
                        async outer =>
                        {
                            await outer.Sleep(TimeSpan.FromSeconds(2));
                            await outer.Mask(
                                100,
                                async inner =>
                                {
                                    while (true)
                                    {
                                        await inner.Yield();
                                        passed++;
                                    }
                                }
                            );
                        }
                    )
                );
                await cx.Sleep(TimeSpan.FromSeconds(1));
                child.Cancel();
                await child.Outcome();
                return passed;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(1, run.Value);
    }

    [Fact]
    public async Task Mask_NestedNoRequest_KeepsTheOuterUnits()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                int passed = 0;
                Child child = cx.Spawn(async c =>
                    await c.Mask(
                        4,
                        async outer =>
                        {
                            await outer.Mask(1, async inner => await inner.Yield());
                            await outer.Sleep(TimeSpan.FromSeconds(2));
                            while (true)
                            {
                                outer.Checkpoint();
                                passed++;
                            }
                        }
                    )
                );
                await cx.Sleep(TimeSpan.FromSeconds(1));
                child.Cancel();
                await child.Outcome();
                return passed;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(4, run.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task Mask_UnitsOutOfRange_IsRefusedByMaskUnitsInRange(int units)
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                RefusedException refused = await Failures.Throws<RefusedException>(async () =>
                    await cx.Mask(units, async m => await m.Yield())
                );
                Assert.Equal("ASUP1018", refused.Code);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.MaskEnter));
    }

    [Fact]
    public async Task Mask_TooDeep_IsRefusedByMaskDepthLeft()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int depth = 0;
            RefusedException refused = await Failures.Throws<RefusedException>(async () => await Deeper(cx));
            Assert.Equal("ASUP1019", refused.Code);
            return depth;

            async Work Deeper(Cx c) =>
                await c.Mask(
                    5,
                    async m =>
                    {
                        depth++;
                        await Deeper(m);
                    }
                );
        });

        Assert.Equal(64, run.Value);
        Assert.Equal(64, run.CountOf(RuleName.MaskExit));
    }

    [Fact]
    public async Task Mask_BodyThrows_LeavesTheSection()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await Failures.Throws<FormatException>(async () =>
                    await cx.Mask(
                        5,
                        async m =>
                        {
                            await m.Yield();
                            throw new FormatException();
                        }
                    )
                );
                cx.Region.Cancel();
                Assert.Throws<CancelledException>(() => cx.Checkpoint());
            },
            RunSettings.OneWorker
        );

        Assert.IsType<Outcome<bool>.Cancelled>(run.Outcome);
        Assert.Equal(0, run.CountOf(RuleName.CheckpointMasked));
    }

    [Fact]
    public async Task Mask_ARegionInside_IsNotShielded()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                string log = "";
                Child child = cx.Spawn(async c =>
                    await c.Mask(
                        5,
                        async m =>
                        {
                            Outcome<int> inner = await m.ObserveRegion<int>(async scope =>
                            {
                                await scope.Sleep(TimeSpan.FromHours(1));
                                return 1;
                            });
                            log += inner.Severity;
                            await m.Yield();
                            log += ", owner goes on";
                        }
                    )
                );
                await cx.Sleep(TimeSpan.FromSeconds(1));
                child.Cancel();
                await child.Outcome();
                return log;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("Cancelled, owner goes on", run.Value);
    }

    [Fact]
    public async Task Mask_AnotherFlowJoins_ItsCheckpointPassesAndSpendsNothing()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child slow = cx.Spawn(async c => await c.Sleep(TimeSpan.FromSeconds(5)));
            Child child = cx.Spawn(async c =>
                await c.Mask(
                    2,
                    async m =>
                    {
                        Task joining = slow.Join().AsTask();
                        await m.Sleep(TimeSpan.FromSeconds(2));
                        m.Checkpoint();
                        await joining;
                    }
                )
            );
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Assert.True((await child.Outcome()).IsOk);
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.CheckpointMasked));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mask_AWaitBeginsWithTheLastUnit_IsNotEndedByTheRequest(int workers)
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                string log = "";
                Child child = cx.Spawn(async c =>
                    await c.Mask(
                        3,
                        async m =>
                        {
                            while (!m.IsCancelRequested)
                            {
                                await Task.Yield();
                            }

                            await tx.Send(m, 1);
                            await m.Sleep(TimeSpan.FromSeconds(2));
                            log += $"slept until {m.Elapsed.TotalSeconds} ";
                            await tx.Send(m, 2);
                            log += "sent ";
                            m.Checkpoint();
                            log += "not reached";
                        }
                    )
                );
                await cx.Yield();
                child.Cancel();
                await cx.Sleep(TimeSpan.FromSeconds(3));
                int first = await rx.Receive(cx);
                int second = await rx.Receive(cx);
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                return $"{log}{first}{second}";
            },
            new RunSettings { Workers = workers }
        );

        Assert.Equal("slept until 2 sent 12", run.Value);
        Assert.Equal(3, run.CountOf(RuleName.CheckpointMasked));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mask_EndsWhileAnotherFlowWaits_GivesItsValueAndIsLeftAfterThatWait(int workers)
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                int value = 0;
                int passed = 0;
                Child child = cx.Spawn(async c =>
                {
                    Task<int> masked = c.Mask<int>(
                            900,
                            async m =>
                            {
                                await m.Sleep(TimeSpan.FromSeconds(1));
                                return 42;
                            }
                        )
                        .AsTask();
                    Task region = c.OpenRegion(async q => await q.Sleep(TimeSpan.FromSeconds(2))).AsTask();
                    value = await masked;
                    await region;
                    await c.Sleep(TimeSpan.FromSeconds(10));
                    passed++;
                });
                await cx.Sleep(TimeSpan.FromSeconds(3));
                child.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                return $"{value} {passed} {cx.Elapsed.TotalSeconds}";
            },
            new RunSettings { Workers = workers }
        );

        Assert.Equal("42 0 3", run.Value);
        Assert.Equal(1, run.CountOf(RuleName.MaskExit));
    }
}
