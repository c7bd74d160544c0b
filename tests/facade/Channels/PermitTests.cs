using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class PermitTests
{
    [Fact]
    public async Task Commit_Twice_IsRefusedByIsReserved()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            SendPermit<int> permit = await tx.Reserve(cx);
            Assert.True(permit.Commit(1));
            RefusedException again = Assert.Throws<RefusedException>(() => permit.Commit(2));
            Assert.Equal("ASUP1027", again.Code);
            Assert.Equal(Premise.IsReserved, again.Refusal.Premise);
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(permit.Abort).Code);
            permit.Dispose();
            Assert.Equal(1, await rx.Receive(cx));
            Assert.False(rx.TryReceive(out _));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Commit_AfterAbort_IsRefusedByIsReserved()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            SendPermit<int> permit = await tx.Reserve(cx);
            permit.Abort();
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(() => permit.Commit(1)).Code);

            // A place given back once is one place, not two.
            Assert.True(tx.TryReserve(cx, out SendPermit<int> other));
            Assert.False(tx.TryReserve(cx, out _));
            other.Dispose();
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Commit_FromAnotherTask_IsRefusedByIsHolder()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                SendPermit<int> permit = await tx.Reserve(cx);
                await cx.Spawn(async c =>
                    {
                        RefusedException refused = Assert.Throws<RefusedException>(() => permit.Commit(1));
                        Assert.Equal("ASUP1028", refused.Code);
                        Assert.Equal("ASUP1028", Assert.Throws<RefusedException>(permit.Abort).Code);
                        permit.Dispose();
                        await c.Yield();
                    })
                    .Join();
                Assert.True(permit.Commit(2));
                Assert.Equal(2, await rx.Receive(cx));
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Dispose_Unused_AbortsAndFreesThePlace()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            for (int i = 0; i < 5; i++)
            {
                using SendPermit<int> permit = await tx.Reserve(cx);
            }
        });

        Assert.True(run.Value);
        Assert.Equal(5, run.CountOf(RuleName.Abort));
    }

    [Fact]
    public async Task Dispose_BodyThrows_AbortsOnTheWayOut()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                Child failing = cx.Spawn(async c =>
                {
                    using SendPermit<int> permit = await tx.Reserve(c);
                    await c.Yield();
                    throw new FormatException("no value");
                });
                await failing.Outcome();
            },
            RunSettings.OneWorker
        );

        Assert.IsType<FormatException>(run.Error);
        Assert.Empty(run.Reports);
        Assert.Equal(1, run.CountOf(RuleName.Abort));
    }

    [Fact]
    public async Task TransferTo_AChild_LetsTheChildCommit()
    {
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                using SendPermit<int> permit = await tx.Reserve(cx);
                Child<int> child = cx.Spawn(async c =>
                {
                    await c.Yield();
                    Assert.True(permit.Commit(7));
                    return 0;
                });
                permit.TransferTo(child);
                Assert.Equal("ASUP1028", Assert.Throws<RefusedException>(() => permit.Commit(1)).Code);
                return await rx.Receive(cx);
            },
            RunSettings.OneWorker
        );

        Assert.Equal(7, run.Value);
        Assert.Equal(1, run.CountOf(RuleName.Transfer));
    }

    [Fact]
    public async Task TransferTo_AnEndedChild_IsRefusedByReceiverLive()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                Child child = cx.Spawn(async c => await c.Yield());
                await child.Join();
                using SendPermit<int> permit = await tx.Reserve(cx);
                Assert.Equal("ASUP1029", Assert.Throws<RefusedException>(() => permit.TransferTo(child)).Code);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task TransferTo_AChildCancelledBeforeItsStart_IsAbortedByTheKernel()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                SendPermit<int> permit = await tx.Reserve(cx);
                Child child = cx.Spawn(async c => await c.Yield());
                permit.TransferTo(child);
                child.Cancel();
                await child.Outcome();
                Assert.True(tx.TryReserve(cx, out SendPermit<int> free));
                free.Dispose();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Reserve_TaskEndsWellWithThePermit_LeaksAndFreesThePlace()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                var forgetful = cx.Spawn(async c => await tx.Reserve(c), new SpawnOptions { Name = "forgetful" });
                await cx.Yield();
                using SendPermit<int> next = await tx.Reserve(cx);
                await forgetful.Join();
                Assert.Equal(1, cx.Cell.Engine.Leaks);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Outcome.IsOk);
        Assert.Contains("'forgetful'", run.Report("ASUP2105").Message, StringComparison.Ordinal);
        Assert.Contains(run.Final.Obligations, one => one.Item2.Phase == ObligationPhase.Leaked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reserve_TaskEndsBadlyWithThePermit_IsAbortedAndTheNextIsServed(bool panics)
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                Child unlucky = cx.Spawn(async c =>
                {
                    await tx.Reserve(c);
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    throw new PanicException("broken");
                });
                Child waiting = cx.Spawn(async c => await tx.Send(c, 5));
                await cx.Yield();
                if (!panics)
                {
                    unlucky.Cancel();
                }

                Assert.Equal(5, await rx.Receive(cx));
                await unlucky.Outcome();
                await waiting.Join();
            },
            new RunSettings { Workers = 1, Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
        Assert.Contains(run.Final.Obligations, one => one.Item2.Phase == ObligationPhase.Aborted);
    }

    [Fact]
    public async Task Dispose_AfterTheRun_DoesNothing()
    {
        SendPermit<int> kept = default;
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            kept = await tx.Reserve(cx);
        });

        kept.Dispose();
        Assert.Equal("ASUP5002", Assert.Throws<AsupersyncException>(() => kept.Commit(1)).Code);
        run.Report("ASUP2105");
    }
}
