using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>Runs both sides of a scenario in turn, round by round, and takes medians.</summary>
internal static class Comparison
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Medians of a scenario; the ratio is the median of the ratios of the rounds.</summary>
    internal sealed record Result(
        Scenario Scenario,
        Sample Ours,
        Sample? Incumbent,
        double? Ratio,
        double Spread,
        int Rounds
    );

    internal static async Task<Result> Run(Scenario scenario, int rounds)
    {
        int count = scenario.Slow ? Math.Max(3, rounds / 3) : rounds;
        var ours = new List<Sample>();
        var theirs = new List<Sample>();
        int warm = scenario.Slow ? 1 : 3;
        long began = Stopwatch.GetTimestamp();
        for (int round = 0; ours.Count < count; round++)
        {
            Sample one = await scenario.Ours.Run();
            Sample? other = scenario.Incumbent is { } side ? await side.Run() : null;
            if (round < warm || (!scenario.Slow && Stopwatch.GetElapsedTime(began) < WarmUp))
            {
                continue; // Long enough for the last tier of the JIT compiler, which comes in the background.
            }

            ours.Add(one);
            if (other is { } sample)
            {
                theirs.Add(sample);
            }
        }

        double[] ratios = [.. ours.Zip(theirs, (a, b) => a.Compared / b.Compared)];
        return new Result(
            scenario,
            Medians(ours),
            theirs.Count == 0 ? null : Medians(theirs),
            ratios.Length == 0 ? null : Median(ratios),
            ratios.Length == 0 ? 0 : (Quantile(ratios, 0.75) - Quantile(ratios, 0.25)) / Median(ratios),
            count
        );
    }

    private static Sample Medians(List<Sample> samples) =>
        new(
            Median(samples.Select(sample => sample.WallNs)),
            Median(samples.Select(sample => sample.CpuNs)),
            Median(samples.Select(sample => sample.Bytes)),
            samples[0].Score is null ? null : Median(samples.Select(sample => sample.Score!.Value))
        );

    private static double Median(IEnumerable<double> values) => Quantile([.. values], 0.5);

    private static double Quantile(double[] values, double at)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * at)];
    }
}
