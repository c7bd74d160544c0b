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

    /// <summary>What a failing child does. A value that is none of the enumeration is refused with <see cref="ArgumentOutOfRangeException"/>.</summary>
    public Policy Policy { get; init; } = Policy.FailFast;

    /// <summary>The region's budget; it gets the meet with its opener's. Timeout counts for the region as a whole; Polls and Cost are what each of its tasks has for itself.</summary>
    public WorkBudget Budget { get; init; }

    /// <summary>
    /// How long the region may take to close once cancelled before it is reported: zero or more (else ASUP2110 when it is opened), and
    /// <see cref="TimeSpan.MaxValue"/> for practically any time; null for no report of its own.
    /// </summary>
    public TimeSpan? DrainBudget { get; init; }

    /// <summary>
    /// Whether its tasks, and those of regions below it, are fibers: all of them stay on one worker, so that no two ever run side by side
    /// and what they share needs no lock between two awaits.
    /// </summary>
    public bool Pinned { get; init; }

    /// <summary>How much the region may hold at a time; null for no limits.</summary>
    public RegionLimits? Limits { get; init; }

    internal void Validate()
    {
        RuntimeOptions.CheckDrain(DrainBudget);
        RuntimeOptions.CheckDefined(Policy, nameof(Policy));
        Limits?.Validate();
    }
}
