using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Channels;

public class ChannelOwnershipTests
{
    [Fact]
    public void TryReceive_OutsideOfATask_IsRefusedWithItsCode()
    {
        (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
        Assert.Equal("ASUP5002", Assert.Throws<AsupersyncException>(() => rx.TryReceive(out _)).Code);
        Assert.Equal("ASUP5002", Assert.Throws<AsupersyncException>(rx.Close).Code);
        Assert.Equal("ASUP5002", Assert.Throws<AsupersyncException>(tx.Complete).Code);
    }

    [Fact]
    public async Task Send_InASecondRuntime_IsRefusedWithItsCode()
    {
        (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
        await RecordedRun.Of(async cx => await tx.Send(cx, 1));
        var run = await RecordedRun.Of(async cx =>
        {
            await Failures.Throws<CapabilityException>("ASUP3004", async () => await tx.Send(cx, 2));
            await Failures.Throws<CapabilityException>("ASUP3004", async () => await rx.Receive(cx));
            Assert.Equal("ASUP3004", Assert.Throws<CapabilityException>(() => rx.TryReceive(out _)).Code);
            Assert.Equal("ASUP3004", Assert.Throws<CapabilityException>(tx.Complete).Code);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task TransferTo_AChildOfAnotherRuntime_IsRefusedWithItsCode()
    {
        Child foreign = default;
        await RecordedRun.Of(
            async cx =>
            {
                foreign = cx.Spawn(async c => await c.Yield());
                await foreign.Join();
            },
            RunSettings.OneWorker
        );
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> tx, _) = Chan.Bounded<int>(1);
                using SendPermit<int> permit = await tx.Reserve(cx);
                Assert.Equal("ASUP3004", Assert.Throws<CapabilityException>(() => permit.TransferTo(foreign)).Code);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Reserve_WithoutThePower_IsRefusedByName()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            Cx narrow = cx.Narrow(Capabilities.All & ~Capabilities.Reserve);
            CapabilityException refused = await Failures.Throws<CapabilityException>(
                "ASUP3001",
                async () => await tx.Reserve(narrow)
            );
            Assert.Contains("Reserve needs Reserve", refused.Message, StringComparison.Ordinal);
            Assert.Equal("ASUP3001", Assert.Throws<CapabilityException>(() => tx.TryReserve(narrow, out _)).Code);
            await tx.Send(cx, 1);
            Assert.Equal(1, await rx.Receive(narrow));
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Receive_NobodyEverSends_IsReportedAsADeadlock()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (_, Receiver<int> rx) = Chan.Bounded<int>(1);
            await rx.Receive(cx);
        });

        Assert.Equal(CancelKind.ResourceUnavailable, run.Reason.Kind);
        Assert.Contains("waits for an item in a channel", run.Report("ASUP2108").Message, StringComparison.Ordinal);
    }
}
