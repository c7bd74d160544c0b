using System.Diagnostics;
using System.Globalization;

namespace Asupersync.Benchmarks;

/// <summary>
/// Scenarios of a kind with one number of workers, in a process of their own that sees as many processors: so the thread pool of the other
/// side is held to the same number of threads, and what one kind leaves behind in the heap and in compiled code does not touch another.
/// </summary>
internal static class Sections
{
    /// <summary>The option that makes a process measure one section and print its lines.</summary>
    internal const string Mark = "--section";

    private static readonly Func<IEnumerable<Scenario>>[] Kinds =
    [
        Spawning.All,
        Channels.All,
        Suspended.All,
        Cancelling.All,
        Sleeping.All,
        Scaling.All,
        SharedRegion.All,
        KernelSteps.All,
    ];

    internal static IReadOnlyList<string> Run(int workers, int rounds, string filter)
    {
        var lines = new List<string>();
        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            if (Chosen(kind, workers, filter).Any())
            {
                Run(kind, workers, rounds, filter, lines);
            }
        }

        return lines;
    }

    private static void Run(int kind, int workers, int rounds, string filter, List<string> lines)
    {
        string host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Runtime.Benchmarks.dll"));
        }

        string[] options = [Mark, Text(workers), "--kind", Text(kind), "--rounds", Text(rounds), "--filter", filter];
        foreach (string option in options)
        {
            start.ArgumentList.Add(option);
        }

        if (workers < Environment.ProcessorCount)
        {
            start.Environment["DOTNET_PROCESSOR_COUNT"] = Text(workers);

            // With one processor the JIT would wait ten times as long before it compiles for good, longer than the warm-up.
            start.Environment["DOTNET_TC_DelaySingleProcMultiplier"] = "1";
        }

        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine(line);
            lines.Add(line);
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"A section with {workers} workers failed with exit code {process.ExitCode}; what it said stands above."
            );
        }
    }

    internal static async Task Measure(int kind, int workers, int rounds, string filter)
    {
        Ours.Workers = workers;
        foreach (Scenario scenario in Chosen(kind, workers, filter))
        {
            var machine = new Machine();
            Comparison.Result result = await Comparison.Run(scenario, rounds);
            Console.WriteLine(Report.Line(result, machine.Others()));
        }
    }

    private static IEnumerable<Scenario> Chosen(int kind, int workers, string filter) =>
        Kinds[kind]
            ()
            .Where(one =>
                (workers == 1 ? !one.SeveralWorkers : !one.OneWorker)
                && one.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)
            );

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
