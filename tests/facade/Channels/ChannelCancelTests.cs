using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class ChannelCancelTests
{
    [Fact]
    public async Task Reserve_RequestPending_AcknowledgesWithoutAPlace()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            Child child = cx.Spawn(async c => await tx.Send(c, 1));
            child.Cancel();
            Child second = cx.Spawn(async c =>
            {
                c.Region.Cancel("stop");
                await tx.Send(c, 2);
            });
            await second.Outcome();
        });

        Assert.Equal("stop", run.Reason.Message);
        Assert.Equal(0, run.CountOf(RuleName.Reserve));
    }

    [Fact]
    public async Task Reserve_CancelledWhileWaiting_TheNextGetsThePlace()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<char> tx, Receiver<char> rx) = Chan.Bounded<char>(1);
                await tx.Send(cx, '1');
                Child impatient = cx.Spawn(async c => await tx.Send(c, 'x'));
                cx.Spawn(async c => await tx.Send(c, '2'));
                await cx.Yield();
                impatient.Cancel();

                // Its cancellation came first, though it has not run since: the place goes to the one behind it.
                string seen = $"{await rx.Receive(cx)}{await rx.Receive(cx)}";
                Assert.IsType<Outcome<bool>.Cancelled>(await impatient.Outcome());
                Assert.False(rx.TryReceive(out _));
                return seen;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("12", run.Value);
    }

    [Fact]
    public async Task Reserve_GrantedThenCancelled_KeepsThePermit()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<char> tx, Receiver<char> rx) = Chan.Bounded<char>(1);
                await tx.Send(cx, '1');
                Child granted = cx.Spawn(async c => await tx.Send(c, '2'));
                await cx.Yield();
                string seen = $"{await rx.Receive(cx)}";
                granted.Cancel();
                Assert.True((await granted.Outcome()).IsOk);
                return seen + await rx.Receive(cx);
            },
            RunSettings.OneWorker
        );

        Assert.Equal("12", run.Value);
    }

    [Fact]
    public async Task Reserve_GrantedThenCancelled_APermitNotUsedIsAborted()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                Child granted = cx.Spawn(async c =>
                {
                    await tx.Reserve(c);
                    c.Checkpoint();
                });
                Child next = cx.Spawn(async c => await tx.Send(c, 2));
                await cx.Yield();
                Assert.Equal(1, await rx.Receive(cx));
                granted.Cancel();
                Assert.Equal(2, await rx.Receive(cx));
                await next.Join();
                await granted.Outcome();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Receive_CancelledWhileWaiting_TheItemGoesToTheNext()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Child<int> impatient = cx.Spawn(async c => await rx.Receive(c));
                Child<int> patient = cx.Spawn(async c => await rx.Receive(c));
                await cx.Yield();
                impatient.Cancel();
                await tx.Send(cx, 8);
                Assert.IsType<Outcome<int>.Cancelled>(await impatient.Outcome());
                return await patient;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(8, run.Value);
    }

    [Fact]
    public async Task Receive_HandedOverThenCancelled_KeepsTheItem()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Child<int> child = cx.Spawn(async c => await rx.Receive(c));
                await cx.Yield();
                await tx.Send(cx, 8);
                child.Cancel();
                return (await child.Outcome()).GetOrThrow();
            },
            RunSettings.OneWorker
        );

        Assert.Equal(8, run.Value);
    }

    [Fact]
    public async Task Receive_NobodyElseWaits_TheItemStaysInTheChannel()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Child<int> impatient = cx.Spawn(async c => await rx.Receive(c));
                await cx.Yield();
                impatient.Cancel();
                await tx.Send(cx, 8);
                await impatient.Outcome();
                return await rx.Receive(cx);
            },
            RunSettings.OneWorker
        );

        Assert.Equal(8, run.Value);
    }

    [Fact]
    public async Task Reserve_HolderPanicsAndFailFastCancelsTheWaiter_TheWaiterIsPassedOver()
    {
        // One step aborts the holder's permit and cancels the first waiter; the place belongs to the waiter outside of the region.
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<char> tx, Receiver<char> rx) = Chan.Bounded<char>(1);
                Child outside = cx.Spawn(async c =>
                {
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    await tx.Send(c, 'o');
                });
                Outcome<int> inner = await cx.ObserveRegion<int>(async scope =>
                {
                    scope.Spawn(async c =>
                    {
                        await tx.Reserve(c);
                        await c.Sleep(TimeSpan.FromSeconds(2));
                        throw new PanicException("broken");
                    });
                    await scope.Yield();
                    scope.Spawn(async c => await tx.Send(c, 'i'));
                    await scope.Sleep(TimeSpan.FromSeconds(9));
                    return 0;
                });
                Assert.IsType<Outcome<int>.Panicked>(inner);
                await outside.Join();
                return $"{await rx.Receive(cx)}{rx.Count}";
            },
            RunSettings.OneWorker
        );

        Assert.Equal("o0", run.Value);
        Assert.Equal(2, run.CountOf(RuleName.Reserve));
    }

    [Fact]
    public async Task Reserve_MaskedAndCancelled_WaitsOnAndIsServed()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                Child masked = cx.Spawn(async c => await c.Mask(3, async m => await tx.Send(m, 2)));
                await cx.Yield();
                masked.Cancel();
                await cx.Yield();
                Assert.Equal(1, await rx.Receive(cx));
                int item = await rx.Receive(cx);
                Assert.True((await masked.Outcome()).IsOk);
                return item;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(2, run.Value);
    }

    [Fact]
    public async Task Reserve_DuringCleanUp_Works()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                (Sender<string> tx, Receiver<string> rx) = Chan.Bounded<string>(1);
                await tx.Send(cx, "hello");
                Child child = cx.Spawn(async c =>
                {
                    try
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }
                    finally
                    {
                        await tx.Send(c, "goodbye");
                    }
                });
                await cx.Yield();
                child.Cancel();
                await cx.Yield();
                string seen = $"{await rx.Receive(cx)} {await rx.Receive(cx)}";
                await child.Outcome();
                return seen;
            },
            RunSettings.OneWorker
        );

        Assert.Equal("hello goodbye", run.Value);
    }

    [Fact]
    public async Task Reserve_AnotherFlowOfTheTaskJoins_IsRefusedAndTheNextIsServed()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                SendPermit<int> permit = await tx.Reserve(cx);
                Child slow = cx.Spawn(async c => await c.Sleep(TimeSpan.FromSeconds(5)));
                Child both = cx.Spawn(async c =>
                {
                    Task reserve = tx.Reserve(c).AsTask();
                    await slow.Join();
                    RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => reserve);
                    Assert.Equal("ASUP1007", refused.Code);
                });
                Child next = cx.Spawn(async c => await tx.Send(c, 2));
                await cx.Yield();
                permit.Abort();
                Assert.Equal(2, await rx.Receive(cx));
                await next.Join();
                await both.Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }
}
