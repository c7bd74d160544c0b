using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Asupersync.Tests.Observation;

[Collection(nameof(Alone))]
public class ActivityTests
{
    [Fact]
    public async Task Activities_OfRegions_AreNestedAsTheRegionsAre()
    {
        using var heard = new Heard();
        using Activity caller = new Activity("caller").Start();
        ActivitySpanId inside = default;

        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                await cx.OpenRegion(
                    async scope =>
                    {
                        Child<ActivitySpanId> child = scope.Spawn(async c =>
                        {
                            await c.Yield();
                            return Activity.Current!.SpanId;
                        });
                        inside = await child;
                    },
                    new RegionOptions { Name = "orders" }
                );
                Assert.Equal("region root", Activity.Current!.OperationName);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        Assert.Equal(caller, Activity.Current);
        Activity root = heard["region root"];
        Activity orders = heard["region orders"];
        Assert.Equal(caller.SpanId, root.ParentSpanId);
        Assert.Equal(root.SpanId, orders.ParentSpanId);
        Assert.Equal(orders.SpanId, inside);
        Assert.Equal(2L, orders.GetTagItem("asupersync.region.id"));
        Assert.Equal("ok", orders.GetTagItem("asupersync.outcome"));
        Assert.Equal(2, heard.Count);
    }

    [Fact]
    public async Task Activities_OfTasks_ComeWhenTheOptionsAskForThem()
    {
        using var heard = new Heard();

        Outcome<bool> outcome = await AsupRuntime.RunAsync(
            async cx =>
            {
                Child failing = cx.Spawn(_ => throw new IOException("404"), new SpawnOptions { Name = "fetch" });
                await failing.Outcome();
                Child asked = cx.Spawn(
                    async c => await c.Sleep(TimeSpan.FromHours(1)),
                    new SpawnOptions { Name = "sleeper" }
                );
                asked.Cancel("enough");
                await asked.Outcome();
            },
            new RuntimeOptions { TaskActivities = true, Policy = Kernel.Policy.CollectAll }
        );

        Assert.True(outcome.IsOk);
        Assert.Equal(ActivityStatusCode.Error, heard["task fetch"].Status);
        Assert.Equal(heard["region root"].SpanId, heard["task fetch"].ParentSpanId);
        Assert.Equal("cancelled", heard["task sleeper"].GetTagItem("asupersync.outcome"));
        Assert.Equal("User", heard["task sleeper"].GetTagItem("asupersync.cancel.kind"));
    }

    [Fact]
    public async Task Activities_WithoutAListener_AreNotMade()
    {
        RecordedRun<bool> run = await RecordedRun.Of(async cx =>
        {
            await cx.OpenRegion(scope =>
            {
                Assert.Null(Activity.Current);
                Assert.Null(scope.Region.Cell.Activity);
                return Work.CompletedWork;
            });
        });

        Assert.True(run.Value);
    }

    /// <summary>Activities that ended, by name.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentDictionary<string, Activity> _ended = [];

        internal Heard()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Asupersync",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => _ended[activity.OperationName] = activity,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        internal int Count => _ended.Count;

        internal Activity this[string name] => _ended[name];

        public void Dispose() => _listener.Dispose();
    }
}
