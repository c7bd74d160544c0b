using System.Diagnostics;

namespace Asupersync.Stress;

/// <summary>All scenarios in turn for a long time, with the memory in use measured in between.</summary>
internal static class Soak
{
    private const int MostSamples = 120;

    /// <summary>Runs until the time is over. Throws when a scenario fails, or when the memory in use rises.</summary>
    /// <returns>How many runs there were.</returns>
    internal static async Task<int> Run(TimeSpan time, Load first, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        List<long> samples = [];
        TimeSpan next = TimeSpan.Zero;
        int runs = 0;
        while (watch.Elapsed < time)
        {
            foreach (Scenario scenario in Scenario.All)
            {
                // The workers vary, and one run in four is in shadow mode.
                await scenario.RunOnce(
                    first with
                    {
                        Seed = first.Seed + (ulong)runs,
                        Workers = 1 << (1 + runs % 3),
                        Shadow = runs % 4 == 3,
                    }
                );
                runs++;
            }

            if (watch.Elapsed >= next)
            {
                next = watch.Elapsed + time / MostSamples;
                samples.Add(Measure());
                await output.WriteLineAsync(
                    $"{watch.Elapsed:hh\\:mm\\:ss} {samples[^1] / 1024.0:F0} KiB in use, {Process.GetCurrentProcess().WorkingSet64 >> 20} MiB "
                        + $"resident, {ThreadPool.ThreadCount} pool threads, {runs} runs"
                );
            }
        }

        await output.WriteLineAsync($"rise over {samples.Count} samples: {Trend.Rise(samples) / 1024:F0} KiB");
        return Trend.Rises(samples)
            ? throw new StressFailure($"memory rises: {string.Join(", ", samples)} bytes")
            : runs;
    }

    private static long Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
