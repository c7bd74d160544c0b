using System.Diagnostics;
using System.Globalization;

namespace Asupersync.Benchmarks;

/// <summary>
/// All scenarios with one number of workers, in a process of its own that sees as many processors: so the thread pool of the other side is
/// held to the same number of threads.
/// </summary>
internal static class Sections
{
    /// <summary>The option that makes a process measure one section and print its lines.</summary>
    internal const string Mark = "--section";

    internal static IReadOnlyList<string> Run(int workers, int rounds, string filter)
    {
        string host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Runtime.Benchmarks.dll"));
        }

        string[] options = [Mark, Text(workers), "--rounds", Text(rounds), "--filter", filter];
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

        var lines = new List<string>();
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine(line);
            lines.Add(line);
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? lines
            : throw new InvalidOperationException(
                $"The section with {workers} workers failed with exit code {process.ExitCode}; what it said stands above."
            );
    }

    internal static async Task Measure(int workers, int rounds, string filter)
    {
        Ours.Workers = workers;
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
        foreach (
            Scenario scenario in scenarios.Where(one =>
                (workers == 1 || !one.OneWorker) && one.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            var machine = new Machine();
            Comparison.Result result = await Comparison.Run(scenario, rounds);
            Console.WriteLine(Report.Line(result, machine.Others()));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
