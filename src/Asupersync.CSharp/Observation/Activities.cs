using System.Diagnostics;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The source of activities <c>Asupersync</c>: one activity a region, and one a task where the options ask for it. While the body's strand
/// is made, the activity is the current one, so that it is the parent of what the region's tasks start.
/// </summary>
internal static class Activities
{
    private static readonly ActivitySource Source = new(Telemetry.Name, Telemetry.Version);

    /// <summary>Whether anybody listens.</summary>
    internal static bool Wanted => Source.HasListeners();

    /// <summary>Starts the activity of a region and makes it the current one, until <see cref="Leave"/>.</summary>
    internal static Activity? EnterRegion(RegionCell region, ActivityContext parent) =>
        Wanted ? Start($"region {region.Name}", parent, "asupersync.region.id", region.Id) : null;

    /// <summary>The same for a task.</summary>
    internal static Activity? EnterTask(string? name, long id) =>
        Wanted ? Start($"task {name}", default, "asupersync.task.id", id) : null;

    /// <summary>Makes the activity that was current before the current one again; the entered one goes on.</summary>
    internal static void Leave(Activity? entered, Activity? before)
    {
        if (entered is not null)
        {
            Activity.Current = before;
        }
    }

    /// <summary>Ends an activity with the outcome of its region or task.</summary>
    internal static void Stop(Activity? activity, Kernel.Outcome outcome)
    {
        if (activity is null)
        {
            return;
        }

        Activity? current = Activity.Current;
        try
        {
            activity.SetTag("asupersync.outcome", Telemetry.NameOf(outcome.Severity));
            if (outcome.Reason is { } reason)
            {
                activity.SetTag("asupersync.cancel.kind", reason.Kind.ToString());
                activity.SetTag("asupersync.cancel.reason", reason.ToString());
            }

            if (outcome.Severity is Severity.Err or Severity.Panicked)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }

            activity.Stop();
        }
        catch (Exception exception)
        {
            Telemetry.ListenerFailed(exception);
        }
        finally
        {
            // Ending an activity makes its parent current, but here it ends on behalf of another task.
            Activity.Current = current;
        }
    }

    private static Activity? Start(string name, ActivityContext parent, string tag, long id)
    {
        try
        {
            return Source.StartActivity(name, ActivityKind.Internal, parent)?.SetTag(tag, id);
        }
        catch (Exception exception)
        {
            Telemetry.ListenerFailed(exception);
            return null;
        }
    }
}
