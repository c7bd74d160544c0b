using Xunit;

namespace Asupersync.Tests.Channels;

public class ReceiveTests
{
    [Fact]
    public async Task Receive_NothingThere_WaitsForTheNextItem()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            cx.Spawn(async c =>
            {
                await c.Sleep(TimeSpan.FromSeconds(3));
                await tx.Send(c, 9);
            });
            int item = await rx.Receive(cx);
            Assert.Equal(TimeSpan.FromSeconds(3), cx.Elapsed);
            return item;
        });

        Assert.Equal(9, run.Value);
    }

    [Fact]
    public async Task Receive_SeveralWait_ServesThemFirstComeFirstServed()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(3);
                var seen = new List<string>();
                await cx.OpenRegion(async scope =>
                {
                    foreach (string name in new[] { "a", "b", "c" })
                    {
                        scope.Spawn(async c => seen.Add($"{name}{await rx.Receive(c)}"));
                    }

                    await scope.Yield();
                    for (int i = 1; i <= 3; i++)
                    {
                        await tx.Send(scope, i);
                    }
                });
                return string.Join(' ', seen);
            },
            RunSettings.OneWorker
        );

        Assert.Equal("a1 b2 c3", run.Value);
    }

    [Fact]
    public async Task TryReceive_EmptyOrNot_TakesOrSaysNo()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<string> tx, Receiver<string> rx) = Chan.Bounded<string>(1);
            Assert.False(rx.TryReceive(out string? nothing));
            Assert.Null(nothing);
            await tx.Send(cx, "x");
            Assert.True(rx.TryReceive(out string? something));
            Assert.Equal("x", something);
            Assert.Equal(0, rx.Count);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task WaitToReceive_ItemComes_LeavesItInTheChannel()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            cx.Spawn(async c => await tx.Send(c, 4));
            Assert.True(await rx.WaitToReceive(cx));
            Assert.True(await rx.WaitToReceive(cx));
            Assert.True(rx.TryReceive(out int item));
            Assert.Equal(4, item);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task WaitToReceive_SeveralWatch_WakesThemAll()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                int woken = 0;
                await cx.OpenRegion(async scope =>
                {
                    for (int i = 0; i < 3; i++)
                    {
                        scope.Spawn(async c =>
                        {
                            Assert.True(await rx.WaitToReceive(c));
                            woken++;
                        });
                    }

                    await scope.Yield();
                    await tx.Send(scope, 1);
                });
                return woken;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(3, run.Value);
    }

    [Fact]
    public async Task Receive_ValueIsNull_IsAnItemLikeAnyOther()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<string?> tx, Receiver<string?> rx) = Chan.Bounded<string?>(1);
            await tx.Send(cx, null);
            Assert.Equal(1, rx.Count);
            Assert.Null(await rx.Receive(cx));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Receive_HelperOutlivesItsTask_GivesTheItemToTheNext()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Task<int>? forgotten = null;
                Child child = cx.Spawn(c =>
                {
                    forgotten = rx.Receive(c).AsTask();
                    return Work.CompletedWork;
                });
                await child.Join();
                Child<int> waiting = cx.Spawn(async c => await rx.Receive(c));
                await cx.Yield();
                await tx.Send(cx, 6);
                int item = await waiting;
                AsupersyncException lost = await Assert.ThrowsAsync<AsupersyncException>(() => forgotten!);
                Assert.Equal("ASUP5003", lost.Code);
                return item;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(6, run.Value);
    }
}
