using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The regions of a run that are not closed, as of one moment between two steps, with everything alive in them.</summary>
public sealed record RuntimeSnapshot
{
    /// <summary>When it was taken, on the run's clock.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Why this is no state between two steps but what could be read from outside; null when it is one.</summary>
    public string? Doubt { get; init; }

    /// <summary>Whether all of it is of one moment.</summary>
    public bool IsConsistent => Doubt is null;

    /// <summary>The regions, each after the one around it.</summary>
    public required IReadOnlyList<RegionSnapshot> Regions { get; init; }

    /// <summary>Whether there was more than was asked for: regions or tasks that are alive and not listed.</summary>
    public bool IsCut { get; init; }

    /// <summary>Says in words why a region is still open: what is alive in it and below, what each task waits for, and since when.</summary>
    /// <param name="region">The region's identifier; the first one listed when not given.</param>
    /// <returns>One line a region or task, indented by depth.</returns>
    public string Explain(long? region = null) => Explanation.Of(this, region);
}

/// <summary>A region that is not closed.</summary>
public sealed record RegionSnapshot
{
    /// <summary>Its identifier in the trace.</summary>
    public required long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The task that opened it and waits for it; 0 for the root.</summary>
    public required long Owner { get; init; }

    /// <summary>The rung of the closing ladder it stands on.</summary>
    public required RegionPhase Phase { get; init; }

    /// <summary>How long it has stood there.</summary>
    public required TimeSpan PhaseFor { get; init; }

    /// <summary>Why it was cancelled, or null.</summary>
    public required CancelReason? Reason { get; init; }

    /// <summary>How long ago the first request came, or null.</summary>
    public required TimeSpan? CancelledFor { get; init; }

    /// <summary>Time until its deadline, never negative; null without one.</summary>
    public required TimeSpan? TimeLeft { get; init; }

    /// <summary>Tasks it ever had: its body, children, and finalizers begun.</summary>
    public required long TasksAdded { get; init; }

    /// <summary>Tasks that have not ended.</summary>
    public required int LiveTasks { get; init; }

    /// <summary>Whether its body has ended.</summary>
    public required bool BodyEnded { get; init; }

    /// <summary>Finalizers registered and not begun.</summary>
    public required int FinalizersLeft { get; init; }

    /// <summary>Values in its heap, and their declared bytes.</summary>
    public required (long Values, long Bytes) Heap { get; init; }

    /// <summary>The tasks that have not ended, in order of identifier.</summary>
    public required IReadOnlyList<TaskSnapshot> Tasks { get; init; }
}

/// <summary>A task that has not ended.</summary>
public sealed record TaskSnapshot
{
    /// <summary>Its identifier in the trace.</summary>
    public required long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is to its region.</summary>
    public required Role Role { get; init; }

    /// <summary>Its phase.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>Why it was asked to cancel, or null.</summary>
    public required CancelReason? Reason { get; init; }

    /// <summary>How long it has existed, to about 10 milliseconds.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>What it waits for, or that it runs or is ready to.</summary>
    public required string Waiting { get; init; }

    /// <summary>How long ago its last turn began, to some hundredths of a second: since then it waits.</summary>
    public required TimeSpan WaitingFor { get; init; }

    /// <summary>The region it opened and waits for, or 0.</summary>
    public required long WaitsForRegion { get; init; }

    /// <summary>The async method in which it is suspended, and how that was reached; empty when not known.</summary>
    public required string AwaitSite { get; init; }

    /// <summary>Where it last passed a checkpoint, or "none".</summary>
    public required string LastCheckpoint { get; init; }

    /// <summary>Checkpoints that its present mask may still defer.</summary>
    public required int MaskLeft { get; init; }

    /// <summary>Time until its deadline, never negative; null without one.</summary>
    public required TimeSpan? TimeLeft { get; init; }

    /// <summary>Polls left of its budget, or of its clean-up allowance once it has acknowledged a request; null without a limit.</summary>
    public required int? PollsLeft { get; init; }

    /// <summary>Cost left of its budget; null without a limit.</summary>
    public required long? CostLeft { get; init; }

    /// <summary>The obligations it holds.</summary>
    public required IReadOnlyList<ObligationSnapshot> Obligations { get; init; }
}

/// <summary>An obligation that is not resolved.</summary>
/// <param name="Id">Its identifier in the trace.</param>
/// <param name="Kind">What it is.</param>
public sealed record ObligationSnapshot(long Id, ObligationKind Kind);
