using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class ClosingTests
{
    [Fact]
    public async Task Complete_ItemsLeft_AreReceivedBeforeTheEnd()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(3);
            await tx.Send(cx, 1);
            await tx.Send(cx, 2);
            tx.Complete();
            tx.Complete();
            Assert.True(tx.IsClosed);
            Assert.False(rx.IsDrained);
            Assert.Equal(1, await rx.Receive(cx));
            Assert.Equal(2, await rx.Receive(cx));
            Assert.True(rx.IsDrained);
            Assert.False(await rx.WaitToReceive(cx));
            Assert.False(rx.TryReceive(out _));
            await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await rx.Receive(cx));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Complete_ThenSend_IsRefusedWithItsCode()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            tx.Complete();
            await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await tx.Send(cx, 1));
            Assert.False(tx.TryReserve(cx, out _));
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Reserve));
    }

    [Fact]
    public async Task Complete_TasksWait_EndsTheirWaits()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                (_, Receiver<int> other) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                var sender = cx.Spawn(async c =>
                    await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await tx.Send(c, 2))
                );
                await cx.Yield();
                tx.Complete();
                await sender.Join();

                Assert.Equal(1, await rx.Receive(cx));
                Assert.Equal(0, other.Count);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Complete_ReceiverWaits_ItGetsTheEnd()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                var receiver = cx.Spawn(async c =>
                    await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await rx.Receive(c))
                );
                Child<bool> watcher = cx.Spawn(async c => await rx.WaitToReceive(c));
                await cx.Yield();
                tx.Complete();
                await receiver.Join();
                Assert.False(await watcher);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Complete_PermitOut_MayStillBeCommitted()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
                SendPermit<int> used = await tx.Reserve(cx);
                SendPermit<int> unused = await tx.Reserve(cx);
                Child<int> receiver = cx.Spawn(async c => await rx.Receive(c));
                tx.Complete();
                await cx.Yield();
                Assert.False(receiver.IsCompleted);
                Assert.True(used.Commit(3));
                Assert.Equal(3, await receiver);
                Child<bool> watcher = cx.Spawn(async c => await rx.WaitToReceive(c));
                await cx.Yield();
                Assert.False(watcher.IsCompleted);
                unused.Dispose();
                Assert.False(await watcher);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Close_PermitOut_HandsTheValueBackAndAborts()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            using SendPermit<int> permit = await tx.Reserve(cx);
            rx.Close();
            rx.Close();
            Assert.False(permit.Commit(1));
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(() => permit.Commit(1)).Code);
            await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await tx.Send(cx, 2));
            Assert.Equal(0, rx.Count);
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Commit));
        Assert.Equal(1, run.CountOf(RuleName.Abort));
    }

    [Fact]
    public async Task Close_ItemsThere_CanStillBeReceived()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            await tx.Send(cx, 1);
            rx.Close();
            Assert.True(await rx.WaitToReceive(cx));
            Assert.Equal(1, await rx.Receive(cx));
            Assert.False(await rx.WaitToReceive(cx));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Close_SenderWaits_EndsItsWaitBeforeItGotAPlace()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                var sender = cx.Spawn(async c =>
                    await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await tx.Reserve(c))
                );
                await cx.Yield();
                rx.Close();
                await sender.Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Close_BetweenGrantAndSend_SendThrowsAndAborts()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 1);
                var sender = cx.Spawn(async c =>
                    await Failures.Throws<ChannelClosedException>("ASUP5001", async () => await tx.Send(c, 2))
                );
                await cx.Yield();
                Assert.Equal(1, await rx.Receive(cx));
                rx.Close();
                await sender.Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Abort));
    }
}
