using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class DeliveryTests
{
    [Fact]
    public async Task ReceiveWithAck_Acknowledged_IsGoneForGood()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            await tx.Send(cx, 1);
            tx.Complete();
            using (Delivery<int> delivery = await rx.ReceiveWithAck(cx))
            {
                Assert.Equal(1, delivery.Value);
                Assert.False(rx.IsDrained);
                delivery.Acknowledge();
            }

            Assert.True(rx.IsDrained);
        });

        Assert.True(run.Value);
        Assert.Equal(2, run.CountOf(RuleName.Commit));
    }

    [Fact]
    public async Task ReceiveWithAck_Disposed_ComesFirstAgain()
    {
        var run = await RecordedRun.Of<string>(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(3);
            await tx.Send(cx, 1);
            await tx.Send(cx, 2);
            using (await rx.ReceiveWithAck(cx)) { }

            return $"{await rx.Receive(cx)}{await rx.Receive(cx)}";
        });

        Assert.Equal("12", run.Value);
    }

    [Fact]
    public async Task ReceiveWithAck_NotSettled_KeepsItsPlace()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            await tx.Send(cx, 1);
            Delivery<int> delivery = await rx.ReceiveWithAck(cx);
            Assert.False(tx.TryReserve(cx, out _));
            delivery.Acknowledge();
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(delivery.Acknowledge).Code);
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(delivery.Abort).Code);
            Assert.True(tx.TryReserve(cx, out SendPermit<int> permit));
            permit.Dispose();
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task ReceiveWithAck_TaskFails_TheItemGoesToTheNext()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Child failing = cx.Spawn(async c =>
                {
                    await rx.ReceiveWithAck(c);
                    await c.Yield();
                    throw new PanicException("broken");
                });
                Child<int> next = cx.Spawn(async c =>
                {
                    using Delivery<int> delivery = await rx.ReceiveWithAck(c);
                    delivery.Acknowledge();
                    return delivery.Value;
                });
                await cx.Yield();
                await tx.Send(cx, 3);
                await failing.Outcome();
                return await next;
            },
            new RunSettings { Workers = 1, Policy = Policy.CollectAll }
        );

        Assert.Equal(3, run.Value);
        Assert.Contains(
            run.Final.Obligations,
            one => one.Item2 is { Kind: ObligationKind.Ack, Phase: ObligationPhase.Aborted }
        );
    }

    [Fact]
    public async Task ReceiveWithAck_CancelledWhileWaiting_TakesNothing()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                var impatient = cx.Spawn(async c => await rx.ReceiveWithAck(c));
                await cx.Yield();
                impatient.Cancel();
                await tx.Send(cx, 3);
                await impatient.Outcome();
                return await rx.Receive(cx);
            },
            RunSettings.OneWorker
        );

        Assert.Equal(3, run.Value);
    }

    [Fact]
    public async Task TransferTo_AChild_LetsTheChildAcknowledge()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                await tx.Send(cx, 3);
                using Delivery<int> delivery = await rx.ReceiveWithAck(cx);
                Child child = cx.Spawn(async c =>
                {
                    await c.Yield();
                    delivery.Acknowledge();
                });
                delivery.TransferTo(child);
                await child.Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Transfer));
    }
}
