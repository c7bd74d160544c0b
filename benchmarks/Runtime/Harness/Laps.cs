using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>
/// Adds up what laps on this thread cost, so that what is put back between two laps is not measured. For laps too short for a
/// <see cref="Meter"/>, whose readings of the process allocate.
/// </summary>
internal struct Laps
{
    private long _ticks;
    private long _allocated;
    private long _started;
    private long _before;

    /// <summary>Begins on a collected heap.</summary>
    internal static Laps OnCollectedHeap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return default;
    }

    internal void Start()
    {
        _before = GC.GetAllocatedBytesForCurrentThread();
        _started = Stopwatch.GetTimestamp();
    }

    internal void Stop()
    {
        _ticks += Stopwatch.GetTimestamp() - _started;
        _allocated += GC.GetAllocatedBytesForCurrentThread() - _before;
    }

    /// <summary>The sum per operation. What one thread does without waiting costs as much processor time as it takes.</summary>
    internal readonly Sample Total(long operations)
    {
        double nanoseconds = _ticks * 1e9 / Stopwatch.Frequency / operations;
        return new Sample(nanoseconds, nanoseconds, (double)_allocated / operations);
    }
}
