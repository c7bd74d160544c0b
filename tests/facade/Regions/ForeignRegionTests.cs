using Xunit;

namespace Asupersync.Tests.Regions;

/// <summary>Regions of another runtime take no tasks of this one.</summary>
public sealed class ForeignRegionTests
{
    [Fact]
    public async Task Spawn_IntoARegionOfAnotherRun_IsRefused()
    {
        var other = new TaskCompletionSource<Region>();
        RunHandle<int> elsewhere = AsupRuntime.Start<int>(async cx =>
        {
            other.SetResult(cx.Region);
            await cx.Sleep(TimeSpan.FromHours(1));
            return 1;
        });
        Region foreign = await other.Task;
        int ran = 0;
        var run = await RecordedRun.Of(async cx =>
        {
            CapabilityException refused = Assert.Throws<CapabilityException>(() => foreign.Spawn(cx, Body));
            Assert.Equal("ASUP3004", refused.Code);
            Assert.Contains("Spawn: region 'root' (r1)", refused.Message, StringComparison.Ordinal);
            await Failures.Throws<CapabilityException>(
                "ASUP3004",
                async () => await foreign.SpawnWhenAdmitted(cx, Body)
            );
            await cx.Region.Spawn(cx, async c => await c.Yield()).Join();
        });
        elsewhere.Cancel();

        Assert.True(run.Value);
        Assert.IsType<Outcome<int>.Cancelled>(await elsewhere.Completion.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, ran);

        Work Body(Cx cx)
        {
            ran++;
            return Work.CompletedWork;
        }
    }
}
