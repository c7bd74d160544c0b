namespace Asupersync;

/// <summary>What a run did, as of the moment its root region closed. See <see cref="RuntimeOptions.OnClosed"/>.</summary>
public sealed record RunSummary
{
    /// <summary>Tasks that existed, bodies and finalizers included.</summary>
    public required long Tasks { get; init; }

    /// <summary>Regions that existed, the root included.</summary>
    public required long Regions { get; init; }

    /// <summary>Obligations that were reserved.</summary>
    public required long Obligations { get; init; }

    /// <summary>Obligations that are not resolved. Zero, or the runtime has a bug.</summary>
    public required int OpenObligations { get; init; }

    /// <summary>Obligations that leaked: their task ended well, or with an error, and had not resolved them.</summary>
    public required long Leaks { get; init; }

    /// <summary>Polls of all tasks.</summary>
    public required long Polls { get; init; }

    /// <summary>How often tasks suspended on awaiters that are not the runtime's, by type name, in the order of the names.</summary>
    public required IReadOnlyList<KeyValuePair<string, long>> ForeignAwaits { get; init; }

    /// <summary>The hash of the kernel's final state; zero when no trace was recorded.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>The seed of the run's random numbers; give it as <see cref="RuntimeOptions.RandomSeed"/> to draw the same again.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How long the run took, on the runtime's clock.</summary>
    public required TimeSpan Elapsed { get; init; }
}
