using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Regions;

public class RegionFailureTests
{
    private static readonly RegionOptions CollectAll = new() { Policy = Policy.CollectAll };

    [Fact]
    public async Task OpenRegion_BodyFails_ThrowsTheBodysError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                FormatException error = await Failures.Throws<FormatException>(async () =>
                    await cx.OpenRegion(async scope =>
                    {
                        await scope.Yield();
                        throw new FormatException("bad");
                    })
                );
                Assert.Equal("bad", error.Message);
                Assert.Contains(
                    nameof(OpenRegion_BodyFails_ThrowsTheBodysError),
                    error.StackTrace,
                    StringComparison.Ordinal
                );
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task OpenRegion_BodyFails_CancelsTheChildren()
    {
        var run = await RecordedRun.Of<CancelReason?>(
            async cx =>
            {
                CancelReason? seen = null;
                await Failures.Throws<FormatException>(async () =>
                    await cx.OpenRegion(async scope =>
                    {
                        scope.Spawn(async c =>
                        {
                            try
                            {
                                await c.Sleep(TimeSpan.FromHours(1));
                            }
                            finally
                            {
                                seen = c.CancelReason;
                            }
                        });
                        await scope.Yield();
                        throw new FormatException();
                    })
                );
                Assert.Equal(TimeSpan.Zero, cx.Elapsed);
                return seen;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(CancelKind.FailFast, run.Value!.Kind);
    }

    [Fact]
    public async Task FailFast_AChildFails_CancelsSiblingsAndKeepsTheFirstFailure()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            int cancelled = 0;
            TimeoutException error = await Failures.Throws<TimeoutException>(async () =>
                await cx.OpenRegion(async scope =>
                {
                    for (int i = 0; i < 3; i++)
                    {
                        scope.Spawn(async c =>
                        {
                            try
                            {
                                await c.Sleep(TimeSpan.FromHours(1));
                            }
                            catch (CancelledException)
                            {
                                cancelled++;
                                throw;
                            }
                        });
                    }

                    scope.Spawn(async c =>
                    {
                        await c.Sleep(TimeSpan.FromSeconds(1));
                        throw new TimeoutException("404");
                    });
                    await scope.Sleep(TimeSpan.FromHours(2));
                })
            );
            Assert.Equal("404", error.Message);
            Assert.Equal(3, cancelled);
            Assert.Equal(TimeSpan.FromSeconds(1), cx.Elapsed);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task FailFast_TheFailureWasTaken_CountsAllTheSame()
    {
        var run = await RecordedRun.Of(async cx =>
            await cx.OpenRegion(async scope =>
            {
                Child failing = scope.Spawn(_ => throw new FormatException("first"));
                try
                {
                    await failing.Outcome();
                }
                catch (CancelledException)
                {
                    // The scope is cancelled by the failure; its own outcome must still be the failure.
                }
            })
        );

        Assert.Equal("first", Assert.IsType<FormatException>(run.Error).Message);
    }

    [Fact]
    public async Task FailFast_ASiblingFailsInCleanUp_DoesNotReplaceTheFirstFailure()
    {
        var run = await RecordedRun.Of<Exception?>(
            async cx =>
            {
                Exception? late = null;
                Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
                {
                    Child sibling = scope.Spawn(async c =>
                    {
                        try
                        {
                            await c.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            throw new InvalidDataException("clean-up");
                        }
                    });
                    scope.Defer(async _ => late = (await sibling.Outcome() as Outcome<bool>.Cancelled)?.LateError);
                    await scope.Yield();
                    throw new FormatException("first");
                });
                Assert.Equal("first", Assert.IsType<Outcome<int>.Err>(outcome).Error.Message);
                return late;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("clean-up", Assert.IsType<InvalidDataException>(run.Value).Message);
    }

    [Fact]
    public async Task CollectAll_SomeFail_LetsTheOthersFinishAndThrowsAll()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                int finished = 0;
                RegionFailedException failed = await Failures.Throws<RegionFailedException>(async () =>
                    await cx.OpenRegion(
                        async scope =>
                        {
                            scope.Spawn(async c =>
                            {
                                await c.Sleep(TimeSpan.FromSeconds(1));
                                throw new FormatException("a");
                            });
                            scope.Spawn(async c =>
                            {
                                await c.Sleep(TimeSpan.FromSeconds(2));
                                throw new TimeoutException("b");
                            });
                            scope.Spawn(async c =>
                            {
                                await c.Sleep(TimeSpan.FromSeconds(3));
                                finished++;
                            });
                            await scope.Yield();
                        },
                        CollectAll
                    )
                );
                Assert.Equal(["a", "b"], failed.InnerExceptions.Select(error => error.Message));
                Assert.Contains("ASUP2104", failed.Message, StringComparison.Ordinal);
                Assert.Equal(1, finished);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task CollectAll_AFailureWasTaken_DoesNotCount()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.OpenRegion<int>(
                async scope =>
                {
                    Child failing = scope.Spawn(_ => throw new FormatException());
                    Assert.IsType<Outcome<bool>.Err>(await failing.Outcome());
                    return 1;
                },
                CollectAll
            )
        );

        Assert.Equal(1, run.Value);
    }

    [Fact]
    public async Task CollectAll_BodyFails_StillCancelsTheRest()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await Failures.Throws<FormatException>(async () =>
                    await cx.OpenRegion(
                        async scope =>
                        {
                            scope.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                            await scope.Yield();
                            throw new FormatException();
                        },
                        CollectAll
                    )
                );
                Assert.Equal(TimeSpan.Zero, cx.Elapsed);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task RunAsync_BodyFails_GivesTheErrorAsTheOutcome()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                throw new FormatException("all of it");
            },
            RunSettings.OneWorker
        );

        Assert.Equal("all of it", Assert.IsType<FormatException>(run.Error).Message);
        Assert.Empty(run.Reports);
    }
}
