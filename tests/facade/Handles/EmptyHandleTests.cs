using Xunit;

namespace Asupersync.Tests.Handles;

/// <summary>Handles that are values: copies stand for the same thing, and an empty one is refused.</summary>
public class EmptyHandleTests
{
    [Fact]
    public async Task EmptyChild_Used_IsRefused()
    {
        await AsupRuntime.RunAsync(async cx =>
        {
            Child empty = default;
            Refused(() => empty.Id);
            Refused(() => empty.Name);
            Refused(() => empty.IsCompleted);
            Refused(() => empty.Cancel());
            await Failures.Throws<CapabilityException>("ASUP3005", async () => await empty.Join());
            await Failures.Throws<CapabilityException>("ASUP3005", async () => await empty.Outcome());
            Assert.Equal("no task", empty.ToString());
        });
    }

    [Fact]
    public async Task EmptyChildOfT_Used_IsRefused()
    {
        await AsupRuntime.RunAsync(async cx =>
        {
            Child<int> empty = default;
            Refused(() => empty.Id);
            Refused(() => empty.Name);
            Refused(() => empty.IsCompleted);
            Refused(() => empty.Cancel());
            await Failures.Throws<CapabilityException>("ASUP3005", async () => await empty);
            await Failures.Throws<CapabilityException>("ASUP3005", async () => await empty.Outcome());
            Assert.Equal("no task", empty.ToString());
        });
    }

    [Fact]
    public async Task EmptyPermit_Used_IsRefusedAndDisposedOfInPeace()
    {
        await AsupRuntime.RunAsync(async cx =>
        {
            (Sender<int> tx, _) = Chan.Bounded<int>(1);
            Assert.True(tx.TryReserve(cx, out SendPermit<int> permit));
            Assert.False(tx.TryReserve(cx, out SendPermit<int> empty));
            Assert.Equal(default, empty);
            Refused(() => empty.Commit(1));
            Refused(empty.Abort);
            Refused(() => empty.TransferTo(cx.Spawn(_ => Work.CompletedWork)));
            Refused(() => permit.TransferTo(default(Child)));
            Refused(() => permit.TransferTo(default(Child<int>)));
            empty.Dispose();
            Assert.Equal("no permit", empty.ToString());
            Assert.True(permit.Commit(1));
            await cx.Yield();
        });
    }

    [Fact]
    public async Task Copies_AreEqualAndStandForTheSame()
    {
        await AsupRuntime.RunAsync(async cx =>
        {
            Child<int> child = cx.Spawn(_ => Work.FromResult(3));
            Child<int> copy = child;
            Child<int> other = cx.Spawn(_ => Work.FromResult(3));
            Assert.Equal(child, copy);
            Assert.NotEqual(child, other);
            Assert.Equal(3, await child);
            Assert.True(copy.IsCompleted);
            Assert.Contains($"(t{child.Id})", copy.ToString(), StringComparison.Ordinal);

            (Sender<int> tx, _) = Chan.Bounded<int>(2);
            SendPermit<int> permit = await tx.Reserve(cx);
            SendPermit<int> twin = permit;
            using SendPermit<int> second = await tx.Reserve(cx);
            Assert.Equal(permit, twin);
            Assert.NotEqual(permit, second);
            Assert.True(permit.Commit(1));
            Assert.Equal("ASUP1027", Assert.Throws<RefusedException>(() => twin.Commit(2)).Code);
        });
    }

    private static void Refused(Func<object> use)
    {
        var exception = Assert.Throws<CapabilityException>(() => _ = use());
        Assert.Equal("ASUP3005", exception.Code);
        Assert.Contains("default", exception.Message, StringComparison.Ordinal);
    }

    private static void Refused(Action use) =>
        Refused(() =>
        {
            use();
            return true;
        });
}
