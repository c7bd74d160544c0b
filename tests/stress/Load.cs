namespace Asupersync.Stress;

/// <summary>
/// How one run of a scenario is loaded. What the program of the run does follows from the seed; in which order the workers do it does
/// not.
/// </summary>
/// <param name="Seed">What the program is drawn from.</param>
/// <param name="Workers">How many threads poll tasks.</param>
/// <param name="Shadow">Whether the pure kernel takes every step as well.</param>
internal sealed record Load(ulong Seed, int Workers, bool Shadow)
{
    /// <summary>Whether workers are kept in and between steps; half of the runs in shadow mode.</summary>
    internal bool IsWide => Shadow && Seed / 4 % 2 == 0; // A soak has every fourth run in shadow mode.

    /// <summary>How long a run may take. It takes a fraction of a second, so that only a lost wake-up spends it.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A count of which the first event is passed over, to see that the scenario notices; null for none.</summary>
    internal string? Lost { get; init; }

    /// <summary>Numbers for one part of the program; the same ones for the same seed and part.</summary>
    internal Random Random(ulong part = 0) => new((int)(Mix(Seed ^ Mix(part + 1)) >> 33));

    /// <inheritdoc/>
    public override string ToString() => $"seed {Seed}, {Workers} workers, shadow {(Shadow ? "on" : "off")}";

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
