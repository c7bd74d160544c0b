using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class SendTests
{
    [Fact]
    public async Task Send_SeveralItems_ArrivesInOrder()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            cx.Spawn(async c =>
            {
                for (int i = 0; i < 20; i++)
                {
                    await tx.Send(c, i);
                }

                tx.Complete();
            });
            var seen = new List<int>();
            while (await rx.WaitToReceive(cx))
            {
                seen.Add(await rx.Receive(cx));
            }

            Assert.Equal(Enumerable.Range(0, 20), seen);
        });

        Assert.True(run.Outcome.IsOk);
        Assert.Equal(20, run.CountOf(RuleName.Reserve));
        Assert.Equal(20, run.CountOf(RuleName.Commit));
    }

    [Fact]
    public async Task Reserve_NoRoom_WaitsUntilAnItemIsReceived()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                Child child = cx.Spawn(async c => await tx.Send(c, 2));
                await cx.Yield();
                Assert.Equal(1, rx.Count);
                Assert.Equal(1, await rx.Receive(cx));
                await child.Join();
                Assert.Equal(2, await rx.Receive(cx));
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Reserve_SeveralWait_ServesThemFirstComeFirstServed()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<char> tx, Receiver<char> rx) = Chan.Bounded<char>(1);
                await tx.Send(cx, '-');
                foreach (char name in "abcd")
                {
                    cx.Spawn(async c => await tx.Send(c, name));
                }

                await cx.Yield();
                string seen = "";
                for (int i = 0; i < 5; i++)
                {
                    seen += await rx.Receive(cx);
                }

                return seen;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("-abcd", run.Value);
    }

    [Fact]
    public async Task Reserve_PlaceFreed_TakesOnTheObligationForTheWaiterInTheSameStep()
    {
        long waiter = 0;
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                SendPermit<int> first = await tx.Reserve(cx);
                Child child = cx.Spawn(async c =>
                {
                    using SendPermit<int> permit = await tx.Reserve(c);
                });
                waiter = child.Id;
                await cx.Yield();
                first.Abort();
                Assert.False(tx.TryReserve(cx, out _));
            },
            RunSettings.OneWorker
        );

        IEnumerable<Kernel.Action> actions = run.Steps.Select(step => step.Action);
        Kernel.Action after = actions.SkipWhile(action => !action.IsAbort).Skip(1).First();
        Assert.Equal(waiter, Assert.IsType<Kernel.Action.Reserve>(after).task);
    }

    [Fact]
    public async Task TryReserve_RoomOrNone_TakesAPlaceOrSaysNo()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            Assert.True(tx.TryReserve(cx, out SendPermit<int> one));
            Assert.True(tx.TryReserve(cx, out SendPermit<int> two));
            Assert.False(tx.TryReserve(cx, out SendPermit<int> three));
            Assert.Equal(default, three);
            Assert.True(two.Commit(2));
            Assert.False(tx.TryReserve(cx, out _));
            one.Abort();
            Assert.True(tx.TryReserve(cx, out one));
            one.Dispose();
            Assert.Equal(2, await rx.Receive(cx));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task TryReserve_ATaskWaits_DoesNotPushInFront()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<char> tx, Receiver<char> rx) = Chan.Bounded<char>(1);
                await tx.Send(cx, '1');
                cx.Spawn(async c => await tx.Send(c, '2'));
                await cx.Yield();
                Assert.True(rx.TryReceive(out char first));

                // The place belongs to the waiting task already, although that has not run since.
                Assert.False(tx.TryReserve(cx, out _));
                return $"{first}{await rx.Receive(cx)}";
            },
            RunSettings.OneWorker
        );

        Assert.Equal("12", run.Value);
    }

    [Fact]
    public async Task TryReserve_RequestPending_IsNoCheckpoint()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            Child child = cx.Spawn(async c =>
            {
                c.Region.Cancel();
                Assert.True(tx.TryReserve(c, out SendPermit<int> permit));
                permit.Dispose();
                await Work.CompletedWork;
            });
            await child.Join();
        });

        Assert.IsType<Outcome<bool>.Cancelled>(run.Outcome);
        Assert.Equal(1, run.CountOf(RuleName.Abort));
    }

    [Fact]
    public async Task Bounded_CapacityBelowOne_IsRefusedWithItsCode()
    {
        AsupersyncException refused = Assert.Throws<AsupersyncException>(() => Chan.Bounded<int>(0));
        Assert.Equal("ASUP5004", refused.Code);
        Assert.Equal("ASUP5004", Assert.Throws<AsupersyncException>(() => Chan.Bounded<int>(-3)).Code);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Send_ManyTasksBothSides_LosesAndDoublesNothing()
    {
        var run = await RecordedRun.Of<List<int>>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(3);
                var seen = new List<int>();
                await cx.OpenRegion(async scope =>
                {
                    for (int s = 0; s < 4; s++)
                    {
                        int from = s * 25;
                        scope.Spawn(async c =>
                        {
                            for (int i = 0; i < 25; i++)
                            {
                                await tx.Send(c, from + i);
                                if (i % 3 == 0)
                                {
                                    await c.Yield();
                                }
                            }
                        });
                    }

                    for (int r = 0; r < 3; r++)
                    {
                        scope.Spawn(async c =>
                        {
                            for (int i = 0; i < 100 / 3; i++)
                            {
                                seen.Add(await rx.Receive(c));
                            }
                        });
                    }

                    seen.Add(await rx.Receive(scope));
                });
                return seen;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(Enumerable.Range(0, 100), run.Value.Order());
    }
}
