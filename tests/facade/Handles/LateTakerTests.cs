using Xunit;

namespace Asupersync.Tests.Handles;

/// <summary>Outcomes that are taken when the task, or the region, that they are taken from or for is about to end.</summary>
public class LateTakerTests
{
    private static readonly RegionOptions Collecting = new() { Policy = Kernel.Policy.CollectAll };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OpenRegion_ByAHelperWhileTheBodyEnds_TheTaskEndsAfterIt(int workers)
    {
        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    var ended = new TaskCompletionSource();
                    _ = Helper();
                    await ended.Task; // Goes on before the helper does, in the same poll.

                    async Task Helper() =>
                        await c.OpenRegion(async q =>
                        {
                            await q.Sleep(TimeSpan.FromSeconds(1));
                            ended.SetResult();
                        });
                });
                await child.Join();
            },
            new RunSettings { Workers = workers }
        );
        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Join_ByAHelperWhileTheBodyEnds_TheTaskEndsAfterIt(int workers)
    {
        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    var ended = new TaskCompletionSource();
                    Child awaited = cx.Region.Spawn(
                        c,
                        async q =>
                        {
                            await q.Sleep(TimeSpan.FromSeconds(1));
                            ended.SetResult();
                        }
                    );
                    _ = Helper();
                    await ended.Task;

                    async Task Helper() => await awaited.Join();
                });
                await child.Join();
            },
            new RunSettings { Workers = workers }
        );
        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OpenRegion_ByAHelperWhenTheBodyHasEnded_TheHelperHearsHowItEnded(int workers)
    {
        string heard = "nothing";
        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(c =>
                {
                    _ = Helper();
                    return Work.CompletedWork;

                    async Task Helper()
                    {
                        try
                        {
                            await c.OpenRegion(async q =>
                            {
                                await q.Sleep(TimeSpan.FromSeconds(1));
                                throw new InvalidDataException("broken");
                            });
                        }
                        catch (InvalidDataException broken)
                        {
                            heard = broken.Message;
                        }
                    }
                });
                await child.Join();
            },
            new RunSettings { Workers = workers }
        );
        Assert.True(run.Value);
        Assert.Equal("broken", heard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Join_ByAHelperAgainWhenTheBodyHasEnded_TheTaskEndsAfterBoth(int workers)
    {
        int taken = 0;
        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                Child<int>[] awaited =
                [
                    .. Enumerable
                        .Range(1, 2)
                        .Select(seconds =>
                            cx.Spawn(async c =>
                            {
                                await c.Sleep(TimeSpan.FromSeconds(seconds));
                                return seconds;
                            })
                        ),
                ];
                Child child = cx.Spawn(c =>
                {
                    _ = Helper().AsTask();
                    return Work.CompletedWork;

                    async Work Helper()
                    {
                        foreach (Child<int> one in awaited)
                        {
                            taken += await one;
                        }
                    }
                });
                await child.Join();
                Assert.Equal(3, taken);
                Assert.Equal(TimeSpan.FromSeconds(2), cx.Elapsed);
            },
            new RunSettings { Workers = workers }
        );
        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Outcome_TakenFromOutsideAsTheRegionCloses_TheRegionHasItsFailureAllTheSame(int workers)
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                var box = new TaskCompletionSource<Child<int>>();
                Child<string> watcher = cx.Spawn<string>(async c => $"{(await (await box.Task).Outcome()).IsOk}");
                Outcome<int> region = await cx.ObserveRegion<int>(
                    async c =>
                    {
                        box.SetResult(
                            c.Spawn<int>(async k =>
                            {
                                await k.Sleep(TimeSpan.FromSeconds(1));
                                throw new InvalidDataException("lost");
                            })
                        );
                        await c.Yield();
                        return 1;
                    },
                    Collecting
                );

                // Whether the region or the watcher was first: it is one of them that the failure counts for.
                return region is Outcome<int>.Err { Error: InvalidDataException } or Outcome<int>.Ok
                    ? await watcher
                    : $"{region}";
            },
            new RunSettings { Workers = workers }
        );
        Assert.Equal("False", run.Value);
    }
}
