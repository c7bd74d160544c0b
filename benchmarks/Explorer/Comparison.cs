using Asupersync.Kernel.Explore;

namespace Asupersync.Benchmarks;

/// <summary>Medians over the rounds of one model; each ratio is the median of the ratios of the rounds.</summary>
internal sealed record Result(
    string Model,
    int Threads,
    Subject.Run Persistent,
    Subject.Run One,
    Subject.Run Several,
    Subject.Run? Checker,
    double Speedup,
    double? OneRatio,
    double? SeveralRatio,
    double? CpuRatio,
    string Others
)
{
    /// <summary>True unless one side found other numbers than the other.</summary>
    internal bool Agrees =>
        (One.States, One.Edges) == (Several.States, Several.Edges)
        && (One.States, One.Edges) == (Persistent.States, Persistent.Edges)
        && (Checker is not { } checker || (One.States, One.Edges) == (checker.States, checker.Edges));
}

/// <summary>Runs the searches and the checker in turn, round by round.</summary>
internal static class Comparison
{
    internal static Result Run(Model model, Checker? checker, int rounds, int threads)
    {
        Subject.Persistent(model.Bounds);
        Subject.Packed(model.Bounds, threads);
        var machine = new Machine();
        var persistent = new List<Subject.Run>();
        var one = new List<Subject.Run>();
        var several = new List<Subject.Run>();
        var theirs = new List<Subject.Run>();
        for (int round = 0; round < rounds; round++)
        {
            // Short runs beside a long one: several of ours, of which the median stands for the round.
            one.Add(Median([.. Enumerable.Range(0, 5).Select(_ => Subject.Packed(model.Bounds, 1))]));
            several.Add(Median([.. Enumerable.Range(0, 5).Select(_ => Subject.Packed(model.Bounds, threads))]));
            persistent.Add(Subject.Persistent(model.Bounds));
            if (checker is not null)
            {
                theirs.Add(checker.Explore(model.Name, threads));
            }
        }

        return new Result(
            model.Name,
            threads,
            Median(persistent),
            Median(one),
            Median(several),
            theirs.Count == 0 ? null : Median(theirs),
            Ratio(several, one) ?? 1,
            Ratio(one, theirs),
            Ratio(several, theirs),
            Ratio(one, theirs, run => run.Cpu),
            machine.Others()
        );
    }

    private static Subject.Run Median(List<Subject.Run> runs) =>
        runs.OrderBy(run => run.Seconds).ElementAt((runs.Count - 1) / 2);

    private static double? Ratio(
        List<Subject.Run> ours,
        List<Subject.Run> theirs,
        Func<Subject.Run, double>? cost = null
    )
    {
        cost ??= run => run.Seconds;
        return theirs.Count == 0
            ? null
            : ours.Zip(theirs, (a, b) => cost(b) / cost(a)).Order().ElementAt((ours.Count - 1) / 2);
    }
}
