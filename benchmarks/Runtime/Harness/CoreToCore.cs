using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>
/// How long a cache line takes from one core to another and back. A virtual machine's cores may be next to each other at one moment and far
/// apart at another, and what several workers do together costs that many times over.
/// </summary>
internal static class CoreToCore
{
    private const int Trips = 20_000;

    /// <summary>Nanoseconds of a round trip; null where the process sees one processor.</summary>
    internal static double? Measure()
    {
        if (Environment.ProcessorCount < 2)
        {
            return null;
        }

        int turn = 0;
        var other = new Thread(() => Play(ref turn, 1, 0)) { IsBackground = true };
        other.Start();
        Play(ref turn, 0, 1); // Until both threads run.
        long began = Stopwatch.GetTimestamp();
        Play(ref turn, 0, 1);
        double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds;
        other.Join();
        return nanoseconds / Trips;

        static void Play(ref int turn, int mine, int next)
        {
            // The first player plays twice.
            for (int i = 0; i < (mine == 0 ? Trips : 2 * Trips); i++)
            {
                while (Volatile.Read(ref turn) != mine)
                {
                    // Spinning without a pause is what is measured.
                }

                Volatile.Write(ref turn, next);
            }
        }
    }
}
