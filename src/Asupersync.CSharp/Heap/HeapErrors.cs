namespace Asupersync;

/// <summary>A value of a region's heap is asked for in vain.</summary>
public sealed class HeapException : AsupersyncException
{
    internal HeapException(string code, string message)
        : base(code, message) { }
}

/// <summary>Errors of use of heaps, each with a stable code.</summary>
internal static class HeapErrors
{
    internal static RegionLimitException Full(RegionCell region, long most, long used, long bytes) =>
        new(
            "ASUP6004",
            RegionLimit.HeapBytes,
            most,
            $"the heap of {region} holds {used} of {most} bytes, so {bytes} more are refused. Open a region for what is "
                + "needed for a shorter time, or raise RegionLimits.HeapBytes."
        );

    internal static HeapException Stale(int place, uint generation) =>
        new(
            "ASUP6011",
            $"the region of this value is closed, so the handle (place {place}, generation {generation}) leads to nothing. "
                + "Use it inside the region only, or return the value from the region's body."
        );

    internal static HeapException Empty() =>
        new("ASUP6012", "this handle is empty (default). Use one that RegionHeap.Add returned.");

    internal static AsupersyncException Negative(long bytes) =>
        new("ASUP6013", $"a value cannot have {bytes} bytes; declare its size as zero or more.");

    internal static HeapException Reclaimed() =>
        new(
            "ASUP6014",
            "the region is closed and its heap is reclaimed, so it takes no value. Await what adds values."
        );
}
