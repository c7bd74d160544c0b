using System.Diagnostics.Metrics;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The meter <c>Asupersync</c>. Counters are added to where the kernel took the step, and only while somebody listens; gauges, and
/// the polls, are read from the runs when they are asked for.
/// </summary>
internal static class Metrics
{
    private static readonly Meter Meter = new(Telemetry.Name, Telemetry.Version);

    private static readonly Counter<long> Spawned = Count(
        "asupersync.tasks.spawned",
        "{task}",
        "Tasks that were added."
    );
    private static readonly Counter<long> Completed = Count(
        "asupersync.tasks.completed",
        "{task}",
        "Tasks that ended, by outcome."
    );
    private static readonly Counter<long> Opened = Count("asupersync.regions.opened", "{region}", "Regions opened.");
    private static readonly Counter<long> Closed = Count(
        "asupersync.regions.closed",
        "{region}",
        "Regions closed, by outcome."
    );
    private static readonly Counter<long> Reserved = Count(
        "asupersync.obligations.reserved",
        "{obligation}",
        "Obligations reserved, by kind."
    );
    private static readonly Counter<long> Resolved = Count(
        "asupersync.obligations.resolved",
        "{obligation}",
        "Obligations resolved, by resolution: committed, aborted or leaked."
    );
    private static readonly Counter<long> Cancelled = Count(
        "asupersync.cancel.requests",
        "{request}",
        "Requests to cancel, by kind."
    );
    private static readonly Counter<long> Foreign = Count(
        "asupersync.awaits.foreign",
        "{await}",
        "Suspensions on awaiters that are not the runtime's, by type."
    );

    static Metrics()
    {
        Meter.CreateObservableCounter("asupersync.polls", LiveRuns.Polls, "{poll}", "Polls of tasks.");
        Meter.CreateObservableGauge("asupersync.tasks.live", LiveRuns.Tasks, "{task}", "Tasks that have not ended.");
        Meter.CreateObservableGauge("asupersync.regions.live", LiveRuns.Regions, "{region}", "Regions not closed.");
        Meter.CreateObservableGauge(
            "asupersync.obligations.live",
            LiveRuns.Obligations,
            "{obligation}",
            "Obligations that are not resolved."
        );
        Meter.CreateObservableGauge("asupersync.lanes", LiveRuns.Lanes, "{task}", "Tasks ready to run, by lane.");
    }

    internal static void TaskSpawned() => Add(Spawned);

    internal static void TaskCompleted(Severity outcome)
    {
        if (Completed.Enabled)
        {
            Add(Completed, "outcome", Telemetry.NameOf(outcome));
        }
    }

    internal static void RegionOpened() => Add(Opened);

    internal static void RegionClosed(Severity outcome) => Add(Closed, "outcome", Telemetry.NameOf(outcome));

    internal static void ObligationReserved(ObligationKind kind)
    {
        if (Reserved.Enabled)
        {
            Add(Reserved, "kind", kind.ToString());
        }
    }

    internal static void ObligationResolved(string resolution) => Add(Resolved, "resolution", resolution);

    internal static bool CountsCancels => Cancelled.Enabled;

    internal static void CancelRequested(CancelKind kind)
    {
        if (Cancelled.Enabled)
        {
            Add(Cancelled, "kind", kind.ToString());
        }
    }

    internal static void ForeignAwait(Type awaiter)
    {
        if (Foreign.Enabled)
        {
            Add(Foreign, "type", awaiter.ToString());
        }
    }

    private static Counter<long> Count(string name, string unit, string description) =>
        Meter.CreateCounter<long>(name, unit, description);

    private static void Add(Counter<long> counter)
    {
        if (!counter.Enabled)
        {
            return;
        }

        try
        {
            counter.Add(1);
        }
        catch (Exception exception)
        {
            Telemetry.ListenerFailed(exception);
        }
    }

    private static void Add(Counter<long> counter, string tag, string value)
    {
        if (!counter.Enabled)
        {
            return;
        }

        try
        {
            counter.Add(1, new KeyValuePair<string, object?>(tag, value));
        }
        catch (Exception exception)
        {
            Telemetry.ListenerFailed(exception);
        }
    }
}
