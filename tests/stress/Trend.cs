namespace Asupersync.Stress;

/// <summary>Whether samples of the memory in use rise.</summary>
internal static class Trend
{
    /// <summary>Noise: what the heap may differ by from sample to sample.</summary>
    internal const double Tolerance = 4 << 20;

    /// <summary>
    /// By how many bytes the memory rose, by the median slope between samples (Theil and Sen), over all of the samples. The first third is
    /// left out: caches fill, methods are compiled.
    /// </summary>
    internal static double Rise(IReadOnlyList<long> samples)
    {
        int first = samples.Count / 3;
        List<double> slopes = [];
        for (int i = first; i < samples.Count; i++)
        {
            for (int j = i + 1; j < samples.Count; j++)
            {
                slopes.Add((samples[j] - samples[i]) / (double)(j - i));
            }
        }

        if (slopes.Count == 0)
        {
            return 0;
        }

        slopes.Sort();
        return slopes[slopes.Count / 2] * (samples.Count - 1 - first);
    }

    /// <summary>Whether that is more than noise.</summary>
    internal static bool Rises(IReadOnlyList<long> samples) =>
        Rise(samples) > Math.Max(Tolerance, 0.2 * samples.DefaultIfEmpty().Min());
}
