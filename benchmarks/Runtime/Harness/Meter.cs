using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>What one round of one side cost, per operation.</summary>
/// <param name="WallNs">Nanoseconds of wall-clock time.</param>
/// <param name="CpuNs">Nanoseconds of processor time of the whole process.</param>
/// <param name="Bytes">Bytes allocated by the whole process.</param>
/// <param name="PauseNs">Nanoseconds for which the garbage collector had all threads stopped.</param>
/// <param name="Score">What is compared where it is not the wall-clock time: live bytes, or milliseconds of lateness.</param>
internal readonly record struct Sample(
    double WallNs,
    double CpuNs,
    double Bytes,
    double PauseNs = 0,
    double? Score = null
)
{
    internal double Compared => Score ?? WallNs;
}

/// <summary>Measures one round.</summary>
internal readonly struct Meter
{
    private readonly long _wall;
    private readonly TimeSpan _cpu;
    private readonly TimeSpan _pause;
    private readonly long _bytes;

    private Meter(long bytes)
    {
        _bytes = bytes;
        _pause = GC.GetTotalPauseDuration();
        _cpu = Process.GetCurrentProcess().TotalProcessorTime;
        _wall = Stopwatch.GetTimestamp();
    }

    /// <summary>Begins to measure on a collected heap.</summary>
    internal static Meter Start()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return new Meter(GC.GetTotalAllocatedBytes(precise: true));
    }

    /// <summary>Goes on measuring without a collection, where a collection would be part of the next phase.</summary>
    internal static Meter Continue() => new(GC.GetTotalAllocatedBytes(precise: true));

    internal Sample Stop(long operations)
    {
        TimeSpan wall = Stopwatch.GetElapsedTime(_wall);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime - _cpu;
        TimeSpan pause = GC.GetTotalPauseDuration() - _pause;
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - _bytes;
        return new Sample(
            wall.TotalNanoseconds / operations,
            cpu.TotalNanoseconds / operations,
            (double)bytes / operations,
            pause.TotalNanoseconds / operations
        );
    }
}
