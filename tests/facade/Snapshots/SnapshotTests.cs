using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Snapshots;

public class SnapshotTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Explain_ADrainingRegion_NamesWhatIsAliveAndWhatItWaitsForSinceWhen()
    {
        RecordedRun<string> run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                Region? orders = null;
                Child<Outcome<int>> owner = cx.Spawn(
                    async c =>
                        await c.ObserveRegion<int>(
                            async scope =>
                            {
                                orders = scope.Region;
                                for (int i = 0; i < 4; i++)
                                {
                                    scope.Spawn(_ => Work.CompletedWork);
                                }

                                scope.Spawn(async f => await Flush(f, tx), new SpawnOptions { Name = "flush" });
                                await scope.Yield();
                                return 1;
                            },
                            new RegionOptions { Name = "orders" }
                        ),
                    new SpawnOptions { Name = "owner" }
                );
                await cx.Sleep(Second);
                orders!.Cancel("closing time", CancelKind.Shutdown);
                await cx.Sleep(3.25 * Second);
                string words = cx.Snapshot().Explain(orders.Id);
                await rx.Receive(cx);
                await owner.Outcome();
                return words;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(
            """
            region 'orders' (r2) is Draining since 3.25 s, cancelled 3.25 s ago: Shutdown from t1@r1 "closing time"; 1 of 6 tasks is alive, its body has ended:
              task 'flush' (t8), Cancelling, waits for room in a channel since 2.25 s in SnapshotTests.Flush, called by a lambda of SnapshotTests.Explain_ADrainingRegion_NamesWhatIsAliveAndWhatItWaitsForSinceWhen; last checkpoint Reserve.
            """,
            run.Value
        );
    }

    [Fact]
    public async Task Snapshot_PatienceAtItsBounds_IsTakenAsItSays()
    {
        var go = new TaskCompletionSource();
        RunHandle<bool> handle = AsupRuntime.Start(async _ => await go.Task);
        Assert.Null((await handle.Snapshot(TimeSpan.MaxValue)).Doubt);
        await handle.Snapshot(TimeSpan.Zero);
        foreach (TimeSpan negative in (TimeSpan[])[TimeSpan.FromSeconds(-1), Timeout.InfiniteTimeSpan])
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>("patience", () => handle.Snapshot(negative));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>("patience", () => handle.Explain(null, negative));
        }

        go.SetResult();
        Assert.True((await handle.Completion.WaitAsync(TimeSpan.FromMinutes(1))).IsOk);
        Assert.NotNull(await handle.Snapshot(TimeSpan.MaxValue));
    }

    [Fact]
    public async Task Snapshot_OfTheOwnRegion_ShowsBudgetsMasksObligationsAndHeap()
    {
        RecordedRun<RuntimeSnapshot> run = await RecordedRun.Of<RuntimeSnapshot>(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(4);
                RuntimeSnapshot? seen = null;
                await cx.OpenRegion(
                    async scope =>
                    {
                        scope.Heap.Add("value", 30);
                        scope.Defer(() => { });
                        Child holder = scope.Spawn(
                            async c =>
                            {
                                using SendPermit<int> first = await tx.Reserve(c);
                                using SendPermit<int> second = await tx.Reserve(c);
                                c.Charge(4);
                                await c.Mask(7, async m => await m.Sleep(2 * Second));
                            },
                            new SpawnOptions
                            {
                                Name = "holder",
                                Budget = new WorkBudget
                                {
                                    Polls = 10,
                                    Cost = 10,
                                    Timeout = 8 * Second,
                                },
                            }
                        );
                        await scope.Sleep(Second);
                        seen = scope.Snapshot();
                        await holder.Outcome();
                    },
                    new RegionOptions
                    {
                        Name = "inner",
                        Budget = new WorkBudget { Timeout = 60 * Second },
                    }
                );
                return seen!;
            },
            RunSettings.OneWorker
        ); // The polls are counted.

        RuntimeSnapshot snapshot = run.Value;
        Assert.True(snapshot.IsConsistent);
        Assert.False(snapshot.IsCut);
        Assert.Equal(Second, snapshot.At);
        RegionSnapshot region = Assert.Single(snapshot.Regions);
        Assert.Equal(("inner", RegionPhase.Open, 1L), (region.Name, region.Phase, region.Owner));
        Assert.Equal((1L, 30L), region.Heap);
        Assert.Equal(59 * Second, region.TimeLeft);
        Assert.Equal((2L, 2, 1, false), (region.TasksAdded, region.LiveTasks, region.FinalizersLeft, region.BodyEnded));
        Assert.Null(region.Reason);
        Assert.Equal(["body of inner", "holder"], region.Tasks.Select(task => task.Name));
        Assert.Equal("running", region.Tasks[0].Waiting);
        TaskSnapshot holder = region.Tasks[1];
        Assert.Equal("sleeps", holder.Waiting);
        Assert.Equal((Second, Second), (holder.Age, holder.WaitingFor));
        Assert.Equal(
            [ObligationKind.SendPermit, ObligationKind.SendPermit],
            holder.Obligations.Select(one => one.Kind)
        );
        Assert.Equal((9, 6L, 7 * Second), (holder.PollsLeft, holder.CostLeft, holder.TimeLeft));
        Assert.Contains("lambda of SnapshotTests.Snapshot_OfTheOwnRegion", holder.AwaitSite, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_FromOutside_IsOneMomentOfTheWholeTree()
    {
        var outside = new TaskCompletionSource();
        var waiting = new TaskCompletionSource();
        RunHandle<int> run = AsupRuntime.Start(
            async cx =>
                await cx.OpenRegion(
                    async scope =>
                    {
                        scope.Spawn(_ =>
                        {
                            waiting.SetResult();
                            return Work.CompletedWork;
                        });
                        await outside.Task;
                        return 7;
                    },
                    new RegionOptions { Name = "inner" }
                ),
            new RuntimeOptions { TimeProvider = new ManualTime(), Workers = 1 }
        );
        await waiting.Task;

        RuntimeSnapshot snapshot = await run.Snapshot(TimeSpan.FromMinutes(1));
        string words = await run.Explain(patience: TimeSpan.FromMinutes(1));
        outside.SetResult();

        Assert.True(snapshot.IsConsistent);
        Assert.Equal(["root", "inner"], snapshot.Regions.Select(region => region.Name));
        TaskSnapshot main = Assert.Single(snapshot.Regions[0].Tasks);
        Assert.Equal((2L, "waits for region 'inner' (r2)"), (main.WaitsForRegion, main.Waiting));
        TaskSnapshot body = Assert.Single(snapshot.Regions[1].Tasks);
        Assert.Equal("awaits something outside the runtime", body.Waiting);
        Assert.Contains("SnapshotTests.Snapshot_FromOutside", body.AwaitSite, StringComparison.Ordinal);
        Assert.Equal(4, words.Split('\n').Length);
        Assert.StartsWith("      task 'body of inner' (t2)", words.Split('\n')[3], StringComparison.Ordinal);
        Assert.Equal(7, (await run.Completion).GetOrThrow());
        Assert.Equal("Every region is closed.", await run.Explain());
    }

    [Fact]
    public async Task Snapshot_WhileATaskHoldsTheScheduler_IsWhatCanBeReadAndSaysSo()
    {
        var holding = new TaskCompletionSource();
        using var stop = new ManualResetEventSlim();
        RunHandle<bool> run = AsupRuntime.Start(
            cx =>
            {
                cx.Spawn(
                    _ =>
                    {
                        holding.SetResult();
                        stop.Wait();
                        return Work.CompletedWork;
                    },
                    new SpawnOptions { Name = "spinner" }
                );
                return Work.CompletedWork;
            },
            new RuntimeOptions { Workers = 1 }
        );
        await holding.Task;

        RuntimeSnapshot snapshot = await run.Snapshot(TimeSpan.FromMilliseconds(20));
        stop.Set();

        Assert.False(snapshot.IsConsistent);
        Assert.Contains("task 'spinner' (t2) holds the scheduler", snapshot.Doubt, StringComparison.Ordinal);
        TaskSnapshot spinner = Assert.Single(Assert.Single(snapshot.Regions).Tasks);
        Assert.Equal(("spinner", "running"), (spinner.Name, spinner.Waiting));
        Assert.StartsWith("Not of one moment: ", snapshot.Explain(), StringComparison.Ordinal);
        Assert.True((await run.Completion).IsOk);
    }

    [Fact]
    public async Task Snapshot_OfMoreThanWasAskedFor_IsCut()
    {
        RecordedRun<RuntimeSnapshot> run = await RecordedRun.Of<RuntimeSnapshot>(
            async cx =>
            {
                for (int i = 0; i < 10; i++)
                {
                    cx.Spawn(async c => await c.Yield());
                }

                RuntimeSnapshot snapshot = cx.Snapshot(most: 3);
                await cx.Yield();
                return snapshot;
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value.IsCut);
        Assert.Equal(3, Assert.Single(run.Value.Regions).Tasks.Count);
        Assert.Equal(11, run.Value.Regions[0].LiveTasks);
    }

    [Fact]
    public async Task Explain_RegionsNestedDeeply_NeedsNoStack()
    {
        const int Depth = 5_000;
        string last = await UnrecordedRun.Of<string>(cx => Nest(cx, Depth));

        Assert.EndsWith("(r5001) is Open since 0.0 s; 1 of 1 tasks is alive:", last, StringComparison.Ordinal);

        static async Work<string> Nest(Cx cx, int depth) =>
            depth == 0
                ? cx.Cell.Engine.TakeSnapshot(1, 2 * Depth + 2).Explain().Split('\n')[^2].Trim()
                : await cx.OpenRegion(inner => Nest(inner, depth - 1));
    }

    [Fact]
    public async Task CancelRequest_ByTheHandleOfARun_CancelsItFromOutside()
    {
        var begun = new TaskCompletionSource();
        RunHandle<bool> run = AsupRuntime.Start(async cx =>
        {
            (_, Receiver<int> rx) = Chan.Bounded<int>(1);
            cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
            begun.SetResult();
            await rx.Receive(cx);
        });
        await begun.Task;
        run.Cancel("stop");

        Outcome<bool> outcome = await run.Completion;
        CancelReason reason = Assert.IsType<Outcome<bool>.Cancelled>(outcome).Reason;
        Assert.Equal((CancelKind.User, "stop"), (reason.Kind, reason.Message));
    }

    private static async Work Flush(Cx cx, Sender<int> tx)
    {
        try
        {
            await cx.Sleep(TimeSpan.FromHours(1));
        }
        finally
        {
            await cx.Sleep(Second);
            (await tx.Reserve(cx)).Commit(2);
        }
    }
}
