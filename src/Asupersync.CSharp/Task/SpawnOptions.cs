using Asupersync.Kernel;

namespace Asupersync;

/// <summary>How a task is spawned.</summary>
public sealed class SpawnOptions
{
    /// <summary>A name for reports; the method that spawned it when not given.</summary>
    public string? Name { get; init; }

    /// <summary>The task's budget; it gets the meet with its region's.</summary>
    public WorkBudget Budget { get; init; }
}

/// <summary>How a region is opened.</summary>
public sealed class RegionOptions
{
    internal static RegionOptions None { get; } = new();

    /// <summary>A name for reports.</summary>
    public string? Name { get; init; }

    /// <summary>What a failing child does.</summary>
    public Policy Policy { get; init; } = Policy.FailFast;

    /// <summary>The region's budget; it gets the meet with its opener's.</summary>
    public WorkBudget Budget { get; init; }

    /// <summary>How long the region may take to close once cancelled before it is reported; null for no report of its own.</summary>
    public TimeSpan? DrainBudget { get; init; }

    /// <summary>
    /// Whether its tasks, and those of regions below it, are fibers: all of them stay on one worker, so that no two ever run side by side
    /// and what they share needs no lock between two awaits.
    /// </summary>
    public bool Pinned { get; init; }

    /// <summary>How much the region may hold at a time; null for no limits.</summary>
    public RegionLimits? Limits { get; init; }
}
