namespace Asupersync;

/// <summary>
/// How much one region may hold at a time; null for any amount. A limit is about the region itself: what its subregions hold counts
/// there. What would exceed a limit is refused with <see cref="RegionLimitException"/> before anything is done.
/// </summary>
public sealed record RegionLimits
{
    /// <summary>Children alive; the body and finalizers do not count.</summary>
    public int? Tasks { get; init; }

    /// <summary>Regions that its tasks have opened and that are not closed.</summary>
    public int? Subregions { get; init; }

    /// <summary>Obligations that its tasks hold: permits, deliveries to acknowledge, leases, operations on sockets.</summary>
    public int? Obligations { get; init; }

    /// <summary>Bytes of the values in the region's heap, as declared (<see cref="RegionHeap.Add"/>).</summary>
    public long? HeapBytes { get; init; }

    /// <summary>Whether steps of the kernel are limited.</summary>
    internal bool Admits => Tasks is not null || Subregions is not null || Obligations is not null;

    internal void Validate()
    {
        if (Tasks < 0 || Subregions < 0 || Obligations < 0 || HeapBytes < 0)
        {
            throw new AsupersyncException(
                "ASUP6005",
                $"a limit of a region is negative: {this}. Give numbers from zero up, or null for no limit."
            );
        }
    }
}

/// <summary>What a region can be limited in.</summary>
public enum RegionLimit
{
    /// <summary>Children alive.</summary>
    Tasks,

    /// <summary>Regions that its tasks have open.</summary>
    Subregions,

    /// <summary>Obligations that its tasks hold.</summary>
    Obligations,

    /// <summary>Declared bytes of the values in its heap.</summary>
    HeapBytes,
}

/// <summary>A region is at one of its <see cref="RegionLimits"/>. Nothing was changed.</summary>
public sealed class RegionLimitException : AsupersyncException
{
    internal RegionLimitException(string code, RegionLimit limit, long most, string message)
        : base(code, message)
    {
        Limit = limit;
        Most = most;
    }

    /// <summary>Which limit.</summary>
    public RegionLimit Limit { get; }

    /// <summary>How much the region may hold.</summary>
    public long Most { get; }
}
