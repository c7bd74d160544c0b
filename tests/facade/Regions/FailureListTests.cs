using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Regions;

/// <summary>Which failures are in the exception of a region in which several tasks failed.</summary>
public sealed class FailureListTests
{
    private static readonly RegionOptions CollectAll = new() { Policy = Policy.CollectAll };

    [Fact]
    public async Task Failure_OfAChildThatTheBodyLetsThrough_IsThereOnce()
    {
        var error = new FormatException("bad");
        var run = await RecordedRun.Of(
            async cx =>
                Assert.Same(
                    error,
                    await Failures.Throws<Exception>(async () =>
                        await cx.OpenRegion(async scope =>
                        {
                            Child<int> child = scope.Spawn<int>(_ => throw error);
                            await child;
                        })
                    )
                ),
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Failure_OfAChildThatPanicked_IsThereOnce()
    {
        var panic = new PanicException("broken");
        var run = await RecordedRun.Of(
            async cx =>
            {
                Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
                {
                    Child<int> child = scope.Spawn<int>(_ => throw panic);
                    return await child;
                });
                Assert.Same(panic, Assert.IsType<Outcome<int>.Panicked>(outcome).Panic);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Failures_TakenLater_AreNeitherInsideNorCounted(int workers)
    {
        var run = await RecordedRun.Of<Exception>(
            async cx =>
                Assert
                    .IsType<Outcome<int>.Err>(
                        await cx.ObserveRegion<int>(
                            async scope =>
                            {
                                List<Child> children = Failing(scope, 100);
                                await AllEnded(scope, children);
                                foreach (Child child in children[..99])
                                {
                                    Assert.IsType<Outcome<bool>.Err>(await child.Outcome());
                                }

                                return 0;
                            },
                            CollectAll
                        )
                    )
                    .Error,
            new RunSettings { Workers = workers, Time = TimeProvider.System }
        );

        Assert.Equal("99", Assert.IsType<FormatException>(run.Value).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Failures_MoreThanAreKept_TheFirstThatNobodyTookAreInsideAndTheRestIsCounted(int workers)
    {
        var run = await RecordedRun.Of<RegionFailedException>(
            async cx =>
                await Failures.Throws<RegionFailedException>(async () =>
                    await cx.OpenRegion(
                        async scope =>
                        {
                            var children = new List<Child>();
                            for (int i = 0; i < 100; i++)
                            {
                                children.AddRange(Failing(scope, 1, i));
                                await AllEnded(scope, children[^1..]);
                            }

                            foreach (Child child in children[10..20])
                            {
                                await child.Outcome();
                            }

                            throw new InvalidDataException("body");
                        },
                        CollectAll
                    )
                ),
            new RunSettings { Workers = workers, Time = TimeProvider.System }
        );

        RegionFailedException failed = run.Value;
        IEnumerable<string> first = Enumerable.Range(0, 10).Concat(Enumerable.Range(20, 54)).Select(i => $"{i}");
        Assert.Equal([.. first, "body"], failed.InnerExceptions.Select(error => error.Message));
        Assert.Equal(26, failed.PassedOver);
        Assert.Contains("91 tasks", failed.Message, StringComparison.Ordinal);
    }

    private static List<Child> Failing(Cx scope, int count, int from = 0) =>
        [
            .. Enumerable
                .Range(from, count)
                .Select(i => scope.Spawn(new Func<Cx, Work>(_ => throw new FormatException($"{i}")))),
        ];

    private static async Work AllEnded(Cx cx, List<Child> children)
    {
        foreach (Child child in children)
        {
            while (!child.IsCompleted)
            {
                await cx.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }
    }
}
