using System.Globalization;
using Asupersync.Benchmarks;

// Runtime.Benchmarks [--rounds N] [--filter TEXT] [--workers N,N] [--out FILE]
int[] workers =
[
    .. (Option("--workers") ?? $"1,{Environment.ProcessorCount}")
        .Split(',')
        .Select(number => int.Parse(number, CultureInfo.InvariantCulture))
        .Distinct(),
];
int rounds = int.Parse(Option("--rounds") ?? "15", CultureInfo.InvariantCulture);
string filter = Option("--filter") ?? "";
Scenario[] scenarios =
[
    .. Spawning.All(),
    .. Channels.All(),
    .. Suspended.All(),
    .. Cancelling.All(),
    .. Sleeping.All(),
    .. Scaling.All(),
    .. KernelSteps.All(),
];
var results = new List<(int, Comparison.Result, string)>();
foreach (int count in workers)
{
    Ours.Workers = count;
    Console.WriteLine($"workers: {count}");
    foreach (
        Scenario scenario in scenarios.Where(one =>
            (count == 1 || !one.OneWorker) && one.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)
        )
    )
    {
        var machine = new Machine();
        Comparison.Result result = await Comparison.Run(scenario, rounds);
        results.Add((count, result, machine.Others()));
        Console.WriteLine(Report.Line(result, machine.Others()));
    }
}

if (Option("--out") is { } file)
{
    File.WriteAllText(file, Report.Markdown(results));
}

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
