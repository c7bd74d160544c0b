namespace Asupersync.Benchmarks;

/// <summary>Runs both sides of a scenario, and its floor, in turn, round by round, and takes medians.</summary>
internal static class Comparison
{
    /// <summary>Medians of a scenario; the ratio is the median of the ratios of the rounds.</summary>
    internal sealed record Result(
        Scenario Scenario,
        Sample Ours,
        Sample? Incumbent,
        Sample? Floor,
        double? Ratio,
        double Spread,
        int Rounds
    );

    internal static async Task<Result> Run(Scenario scenario, int rounds)
    {
        int count = scenario.Slow ? Math.Max(3, rounds / 3) : rounds;
        var ours = new List<Sample>();
        var theirs = new List<Sample>();
        var floors = new List<Sample>();
        int warmUp = scenario.Slow ? 1 : 3;
        for (int round = -warmUp; round < count; round++)
        {
            await Add(ours, scenario.Ours, round);
            await Add(theirs, scenario.Incumbent, round);
            await Add(floors, scenario.Floor, round);
        }

        double[] ratios = [.. ours.Zip(theirs, (a, b) => a.Compared / b.Compared)];
        return new Result(
            scenario,
            Medians(ours)!.Value,
            Medians(theirs),
            Medians(floors),
            ratios.Length == 0 ? null : Median(ratios),
            ratios.Length == 0 ? 0 : (Quantile(ratios, 0.75) - Quantile(ratios, 0.25)) / Median(ratios),
            count
        );
    }

    private static async Task Add(List<Sample> samples, Side? side, int round)
    {
        if (side is not null)
        {
            Sample sample = await side.Run();
            if (round >= 0)
            {
                samples.Add(sample);
            }
        }
    }

    private static Sample? Medians(List<Sample> samples) =>
        samples.Count == 0
            ? null
            : new Sample(
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
