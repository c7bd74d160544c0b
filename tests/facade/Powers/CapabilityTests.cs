using Xunit;

namespace Asupersync.Tests.Powers;

public class CapabilityTests
{
    [Fact]
    public async Task Narrow_WhatIsLacking_IsRefusedByName()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Cx none = cx.Narrow(Capabilities.None);
                Assert.Equal(Capabilities.None, none.Held);
                Refused("Spawn", () => none.Spawn(async c => await c.Yield()));
                Refused("Time", () => _ = none.Elapsed);
                Refused("Time", () => _ = none.Remaining);
                Refused("Time", () => _ = none.Time);
                Refused("Time", () => _ = none.Sleep(TimeSpan.Zero));
                Refused("Cancel", () => none.CancelRegionWhen(CancellationToken.None));
                CapabilityException refused = await Failures.Throws<CapabilityException>(
                    "ASUP3001",
                    async () => await none.OpenRegion(async c => await c.Yield())
                );
                Assert.Contains("needs Spawn", refused.Message, StringComparison.Ordinal);
                none.Checkpoint();
                none.Charge(1);
                none.Defer(() => { });
                await none.Yield();
                Assert.Equal("main", none.Name);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);

        static void Refused(string power, System.Action use)
        {
            CapabilityException refused = Assert.Throws<CapabilityException>(use);
            Assert.Equal("ASUP3001", refused.Code);
            Assert.Contains($"needs {power}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Narrow_AskingForMore_GainsNothing()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Cx narrow = cx.Narrow(Capabilities.Time | Capabilities.Spawn);
            Assert.Equal(Capabilities.Time, narrow.Narrow(Capabilities.Time | Capabilities.Cancel).Held);
            Assert.Equal(Capabilities.All, cx.Narrow(Capabilities.All).Held);
            await Work.CompletedWork;
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_WithANarrowContext_ChildAndRegionAndFinalizerHoldNoMore()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                const Capabilities few = Capabilities.Spawn | Capabilities.Time;
                var held = new List<Capabilities>();
                Cx narrow = cx.Narrow(few);
                await narrow.OpenRegion(async scope =>
                {
                    held.Add(scope.Held);
                    scope.Defer(f =>
                    {
                        held.Add(f.Held);
                        return Work.CompletedWork;
                    });
                    await scope
                        .Spawn(async c =>
                        {
                            held.Add(c.Held);
                            await c.Yield();
                        })
                        .Join();
                });
                Assert.Equal([few, few, few], held);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Use_AnotherTasksContext_IsRefused()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Spawn(async c =>
                    {
                        Assert.Equal("ASUP3002", Assert.Throws<CapabilityException>(() => cx.Checkpoint()).Code);
                        Assert.Equal(
                            "ASUP3002",
                            Assert.Throws<CapabilityException>(() => cx.Spawn(async d => await d.Yield())).Code
                        );
                        await Failures.Throws<CapabilityException>("ASUP3002", async () => await cx.Yield());
                        await c.Yield();
                    })
                    .Join();
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Use_OutsideOfTheRuntime_IsRefused()
    {
        Cx kept = default;
        var run = await RecordedRun.Of(async cx =>
        {
            kept = cx;
            CapabilityException refused = await Task.Run(() =>
                Assert.Throws<CapabilityException>(() => cx.Checkpoint())
            );
            Assert.Equal("ASUP3002", refused.Code);
        });

        Assert.True(run.Value);
        CapabilityException late = Assert.Throws<CapabilityException>(() => kept.Checkpoint());
        Assert.Equal("ASUP3002", late.Code);
        Assert.Contains("code outside the runtime", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_AnEmptyContext_IsRefused()
    {
        Cx empty = default;
        Assert.Equal("ASUP3003", Assert.Throws<CapabilityException>(() => empty.Checkpoint()).Code);
        Assert.Equal("ASUP3003", Assert.Throws<CapabilityException>(() => _ = empty.Region).Code);
        Assert.Equal("ASUP3003", Assert.Throws<CapabilityException>(() => _ = empty.CancellationToken).Code);
        Assert.Equal("ASUP3003", Assert.Throws<CapabilityException>(() => empty.Narrow(Capabilities.All)).Code);
    }

    [Fact]
    public async Task Narrow_TheRegionOfAContextThatMayNotCancel_CannotBeCancelledByIt()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Region region = cx.Narrow(Capabilities.All & ~Capabilities.Cancel).Region;
            Assert.Equal(cx.Region.Id, region.Id);
            Assert.Same(region, cx.Narrow(Capabilities.None).Region);
            Assert.Same(cx.Region, cx.Narrow(Capabilities.Cancel).Region);
            CapabilityException refused = Assert.Throws<CapabilityException>(() => region.Cancel());
            Assert.Equal("ASUP3001", refused.Code);
            Assert.Contains("needs Cancel", refused.Message, StringComparison.Ordinal);

            // What it may do with the region all the same, and with the handle of what it spawned.
            Child child = region.Spawn(cx, async c => await c.Sleep(TimeSpan.FromHours(1)));
            child.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            cx.Checkpoint();
        });

        Assert.True(run.Value);
    }
}
