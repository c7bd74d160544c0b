using System.Diagnostics.Metrics;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The runs of this process that go on, for what the meter observes. From any thread.</summary>
internal static class LiveRuns
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<Engine> Engines = [];
    private static long _pollsOfEnded;

    internal static void Add(Engine engine)
    {
        lock (Gate)
        {
            Engines.Add(engine);
        }
    }

    internal static void Remove(Engine engine)
    {
        lock (Gate)
        {
            if (Engines.Remove(engine))
            {
                _pollsOfEnded += engine.Scheduler.Polls;
            }
        }
    }

    internal static long Polls()
    {
        lock (Gate)
        {
            return _pollsOfEnded + Engines.Sum(engine => engine.Scheduler.Polls);
        }
    }

    internal static long Tasks() => Sum(engine => engine.CountLive().Tasks);

    internal static long Regions() => Sum(engine => engine.CountLive().Regions);

    internal static long Obligations() => Sum(engine => engine.OpenObligations);

    internal static IEnumerable<Measurement<long>> Lanes() =>
        [Of(Lane.Cancel, "cancel"), Of(Lane.Timed, "timed"), Of(Lane.Ready, "ready")];

    private static Measurement<long> Of(Lane lane, string name) =>
        new(Sum(engine => engine.LengthOf(lane)), new KeyValuePair<string, object?>("lane", name));

    private static long Sum(Func<Engine, long> count)
    {
        Engine[] engines;
        lock (Gate)
        {
            engines = [.. Engines];
        }

        return engines.Sum(count);
    }
}
