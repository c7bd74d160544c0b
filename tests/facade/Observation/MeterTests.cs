using System.Diagnostics.Metrics;
using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Observation;

[Collection(nameof(Alone))]
public class MeterTests
{
    [Fact]
    public async Task Meter_ARunWithEverything_IsCountedByOutcomeKindAndResolution()
    {
        using var heard = new Heard();
        var (tx, _) = Chan.Bounded<int>(8);

        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                cx.Spawn(_ => Work.CompletedWork);
                Child asked = cx.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                await cx.ObserveRegion<int>(
                    async scope =>
                    {
                        (await tx.Reserve(scope)).Commit(1);
                        (await tx.Reserve(scope)).Abort();
                        await tx.Reserve(scope);
                        var outside = new TaskCompletionSource();
                        scope.Spawn(async c =>
                        {
                            outside.SetResult();
                            await c.Sleep(TimeSpan.FromHours(1));
                        });
                        await outside.Task;
                        throw new IOException("404");
                    },
                    new RegionOptions { Policy = Policy.FailFast }
                );
                asked.Cancel();
                await asked.Outcome();
            },
            new RunSettings()
        );

        Assert.True(run.Outcome.IsOk);
        Assert.Equal(5, heard["asupersync.tasks.spawned"]);
        Assert.Equal(2, heard["asupersync.tasks.completed outcome=ok"]);
        Assert.Equal(1, heard["asupersync.tasks.completed outcome=err"]);
        Assert.Equal(2, heard["asupersync.tasks.completed outcome=cancelled"]);
        Assert.Equal(2, heard["asupersync.regions.opened"]);
        Assert.Equal(1, heard["asupersync.regions.closed outcome=ok"]);
        Assert.Equal(1, heard["asupersync.regions.closed outcome=err"]);
        Assert.Equal(3, heard["asupersync.obligations.reserved kind=SendPermit"]);
        Assert.Equal(1, heard["asupersync.obligations.resolved resolution=committed"]);
        Assert.Equal(1, heard["asupersync.obligations.resolved resolution=aborted"]);
        Assert.Equal(1, heard["asupersync.obligations.resolved resolution=leaked"]);
        Assert.Equal(1, heard["asupersync.cancel.requests kind=User"]);
        Assert.Equal(1, heard["asupersync.cancel.requests kind=FailFast"]);
        Assert.Equal(1, heard.StartingWith("asupersync.awaits.foreign type="));
    }

    [Fact]
    public async Task Meter_GaugesAskedDuringARun_ShowWhatIsAlive()
    {
        using var heard = new Heard();
        long pollsBefore = 0;
        heard.Ask();
        Assert.Equal(0, heard["asupersync.tasks.live"]);
        pollsBefore = heard["asupersync.polls"];

        RecordedRun<bool> run = await RecordedRun.Of(
            async cx =>
            {
                var (tx, _) = Chan.Bounded<int>(8);
                await cx.OpenRegion(async scope =>
                {
                    using SendPermit<int> permit = await tx.Reserve(scope);
                    Child sleeper = scope.Spawn(async c => await c.Sleep(TimeSpan.FromHours(1)));
                    await scope.Yield();
                    scope.Spawn(_ => Work.CompletedWork);
                    heard.Ask();
                    Assert.Equal(4, heard["asupersync.tasks.live"]);
                    Assert.Equal(2, heard["asupersync.regions.live"]);
                    Assert.Equal(1, heard["asupersync.obligations.live"]);
                    Assert.Equal(1, heard["asupersync.lanes lane=ready"]);
                    Assert.Equal(0, heard["asupersync.lanes lane=cancel"]);
                    sleeper.Cancel();
                    heard.Ask();
                    Assert.Equal(1, heard["asupersync.lanes lane=cancel"]);
                    await sleeper.Outcome();
                });
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
        heard.Ask();
        Assert.Equal(0, heard["asupersync.tasks.live"]);
        Assert.Equal(0, heard["asupersync.regions.live"]);
        Assert.Equal(run.Engine!.Scheduler.Polls, heard["asupersync.polls"] - pollsBefore);
    }

    [Fact]
    public async Task Meter_AListenerThatThrows_DoesTheRunNoHarm()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Asupersync")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException("collector"));
        listener.Start();

        RecordedRun<int> run = await RecordedRun.Of<int>(async cx => await cx.Spawn(_ => Work.FromResult(7)));

        Assert.Equal(7, run.Value);
    }

    /// <summary>Sums of counters and last values of gauges, by name and tag.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, long> _values = [];

        internal Heard()
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Asupersync")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>(
                (instrument, value, tags, _) =>
                {
                    string tag = tags.Length == 0 ? "" : $" {tags[0].Key}={tags[0].Value}";
                    lock (_values)
                    {
                        long before =
                            instrument is Counter<long> ? _values.GetValueOrDefault(instrument.Name + tag) : 0;
                        _values[instrument.Name + tag] = before + value;
                    }
                }
            );
            _listener.Start();
        }

        internal long this[string name]
        {
            get
            {
                lock (_values)
                {
                    return _values.GetValueOrDefault(name);
                }
            }
        }

        internal long StartingWith(string name)
        {
            lock (_values)
            {
                return _values
                    .Where(pair => pair.Key.StartsWith(name, StringComparison.Ordinal))
                    .Sum(pair => pair.Value);
            }
        }

        internal void Ask() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();
    }
}
