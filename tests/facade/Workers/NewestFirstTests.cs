using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>
/// Tasks that were never polled begin when their worker has nothing else to do, the newest first; all of them when a task yields, and the
/// oldest after 64 turns at the latest. A pinned region has one worker of its own, so the order in it is certain with several, too.
/// </summary>
public class NewestFirstTests
{
    private static readonly RegionOptions Pinned = new() { Pinned = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Spawn_OnAWorkerWithNothingElseToDo_BeginsTheNewestFirst(int workers)
    {
        var begun = new List<int>();
        await Run(
            workers,
            async scope =>
            {
                Child[] children = [.. Enumerable.Range(0, 3).Select(i => scope.Spawn(c => Note(begun, i)))];
                await children[0].Join();
                Assert.Equal([2, 1, 0], begun);
            }
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Yield_AfterSpawning_LetsAllBeginInTheOrderOfTheirBirth(int workers)
    {
        var begun = new List<int>();
        await Run(
            workers,
            async scope =>
            {
                for (int i = 0; i < 3; i++)
                {
                    int number = i;
                    scope.Spawn(c => Note(begun, number));
                }

                Assert.Empty(begun);
                await scope.Yield();
                Assert.Equal([0, 1, 2], begun);
            }
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Spawn_OnAWorkerThatAlwaysHasSomethingToDo_BeginsTheOldestEvery64Turns(int workers)
    {
        var begun = new List<int>();
        await Run(
            workers,
            async scope =>
            {
                (Sender<int> there, Receiver<int> thereEnd) = Chan.Bounded<int>(1);
                (Sender<int> back, Receiver<int> backEnd) = Chan.Bounded<int>(1);
                Child echo = scope.Spawn(async c =>
                {
                    while (true)
                    {
                        await back.Send(c, await thereEnd.Receive(c));
                    }
                });
                await RoundTrip();
                for (int i = 0; i < 2; i++)
                {
                    int number = i;
                    scope.Spawn(c => Note(begun, number));
                }

                // A round trip takes two turns, one of each side.
                Assert.InRange(await TripsUntil(1), 16, 64);
                Assert.Equal([0], begun);
                Assert.InRange(await TripsUntil(2), 16, 64);
                Assert.Equal([0, 1], begun);
                echo.Cancel();
                await echo.Outcome();

                async Work<int> TripsUntil(int count)
                {
                    int trips = 0;
                    for (; begun.Count < count; trips++)
                    {
                        await RoundTrip();
                    }

                    return trips;
                }

                async Work RoundTrip()
                {
                    await there.Send(scope, 1);
                    await backEnd.Receive(scope);
                }
            }
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Spawn_Recursively_GoesDeepBeforeItGoesWide(int workers)
    {
        const int Depth = 7;
        int open = 0;
        int most = 0;
        await Run(workers, async scope => Assert.Equal(1 << Depth, await Node(scope, Depth)));
        Assert.InRange(most, Depth, 6 * Depth);

        async Work<int> Node(Cx cx, int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            most = Math.Max(most, ++open);
            Child<int> left = cx.Spawn(c => Node(c, depth - 1));
            Child<int> right = cx.Spawn(c => Node(c, depth - 1));
            int leaves = await left + await right;
            open--;
            return leaves;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancel_ATaskThatNeverBegan_EndsBeforeNewerOnesBegin(int workers)
    {
        var begun = new List<int>();
        await Run(
            workers,
            async scope =>
            {
                Child older = scope.Spawn(c => Note(begun, 1));
                Child newer = scope.Spawn(c => Note(begun, 2));
                older.Cancel();
                Assert.IsType<Outcome<bool>.Cancelled>(await older.Outcome());
                Assert.Empty(begun);
                await newer.Join();
                Assert.Equal([2], begun);
            }
        );
    }

    private static Work Note(List<int> begun, int number)
    {
        begun.Add(number);
        return Work.CompletedWork;
    }

    private static async Task Run(int workers, Func<Cx, Work> body)
    {
        RecordedRun<bool> run = await RecordedRun.Of(
            async cx => await cx.OpenRegion(body, Pinned),
            new RunSettings { Workers = workers, Time = TimeProvider.System }
        );
        Assert.True(run.Value);
    }
}
