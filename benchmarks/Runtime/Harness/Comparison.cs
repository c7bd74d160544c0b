using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>Runs both sides of a scenario, and its floors, in turn, round by round, and takes medians.</summary>
internal static class Comparison
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Medians of a scenario; a ratio to the incumbent is the median of the ratios of the rounds. <c>FloorRatio</c> is that of the floor with
    /// the kernel's steps.
    /// </summary>
    internal sealed record Result(
        Scenario Scenario,
        Sample Ours,
        Sample? Incumbent,
        Sample? Floor,
        Sample? Booked,
        double? Ratio,
        double? FloorRatio,
        double Spread,
        double? CoreToCore
    );

    internal static async Task<Result> Run(Scenario scenario, int rounds)
    {
        int count = scenario.Slow ? Math.Max(3, rounds / 3) : rounds;
        var ours = new List<Sample>();
        var theirs = new List<Sample>();
        var floors = new List<Sample>();
        var booked = new List<Sample>();
        // Rounds are short, and what runs in them is compiled for good only after a second or two.
        long began = Stopwatch.GetTimestamp();
        for (int round = 0; round < (scenario.Slow ? 1 : 3) || Stopwatch.GetElapsedTime(began) < WarmUp; round++)
        {
            await Round([], [], [], []);
        }

        var trips = new List<double>();
        for (int round = 0; round < count; round++)
        {
            if (CoreToCore.Measure() is { } trip)
            {
                trips.Add(trip);
            }

            await Round(ours, theirs, floors, booked);
        }

        double[] ratios = RatiosOf(ours, theirs);
        double[] floorRatios = RatiosOf(booked, theirs);
        return new Result(
            scenario,
            Medians(ours)!.Value,
            Medians(theirs),
            Medians(floors),
            Medians(booked),
            ratios.Length == 0 ? null : Median(ratios),
            floorRatios.Length == 0 ? null : Median(floorRatios),
            ratios.Length == 0 ? 0 : (Quantile(ratios, 0.75) - Quantile(ratios, 0.25)) / Median(ratios),
            trips.Count == 0 ? null : Median(trips)
        );

        async Task Round(List<Sample> our, List<Sample> their, List<Sample> least, List<Sample> steps)
        {
            await Add(our, scenario.Ours);
            await Add(their, scenario.Incumbent);
            await Add(least, scenario.Floor);
            await Add(steps, scenario.Booked);
        }
    }

    private static async Task Add(List<Sample> samples, Side? side)
    {
        if (side is not null)
        {
            samples.Add(await side.Run());
        }
    }

    private static double[] RatiosOf(List<Sample> samples, List<Sample> others) =>
        [.. samples.Zip(others, (a, b) => a.Compared / b.Compared)];

    private static Sample? Medians(List<Sample> samples) =>
        samples.Count == 0
            ? null
            : new Sample(
                Median(samples.Select(sample => sample.WallNs)),
                Median(samples.Select(sample => sample.CpuNs)),
                Median(samples.Select(sample => sample.Bytes)),
                Median(samples.Select(sample => sample.PauseNs)),
                samples[0].Score is null ? null : Median(samples.Select(sample => sample.Score!.Value))
            );

    private static double Median(IEnumerable<double> values) => Quantile([.. values], 0.5);

    private static double Quantile(double[] values, double at)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * at)];
    }
}
