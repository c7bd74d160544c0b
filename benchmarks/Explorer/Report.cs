using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Asupersync.Benchmarks;

/// <summary>The results as Markdown.</summary>
internal static class Report
{
    internal static string Section(Result result)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{result.Model}: {result.One.States:N0} states, {result.One.Edges:N0} steps; others took {result.Others} of the cores."
        );
        text.AppendLine();
        text.AppendLine(
            "| search | threads | states/s | steps/s | seconds | CPU seconds | bytes a state | against TLC |"
        );
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        text.AppendLine(Line("kernel, packed states", 1, result.One, result.OneRatio));
        text.AppendLine(Line("kernel, packed states", result.Threads, result.Several, result.SeveralRatio));
        text.AppendLine(Line("kernel, persistent states", 1, result.Persistent, null));
        text.AppendLine(
            result.Checker is { } checker
                ? Line("TLC, no properties", result.Threads, checker, 1)
                : "| TLC: not run, no Java or no jar | | | | | | | |"
        );
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{result.Threads} threads against one: {result.Speedup:0.00}x.");
        if (result.CpuRatio is { } cpu)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"By processor time, which other work on the machine does not change much, one thread against TLC: {cpu:0.0}x."
            );
        }

        if (!result.Agrees)
        {
            text.AppendLine("The searches found DIFFERENT numbers of states or steps.");
        }

        return text.ToString();
    }

    internal static string Markdown(IEnumerable<Result> results, Checker? checker, int rounds)
    {
        var text = new StringBuilder();
        text.AppendLine("# The explorer beside TLC");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, Release; {checker?.Version ?? "TLC not run"}."
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"All searches in turn in one run, {rounds} rounds, medians; a ratio is the median of the ratios of the rounds. Every search finds"
        );
        text.AppendLine(
            "the same states and steps. TLC's seconds include the start of its virtual machine, about one."
        );
        foreach (Result result in results)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## {result.Model}");
            text.AppendLine();
            text.Append(Section(result));
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Line(string name, int threads, Subject.Run run, double? ratio)
    {
        string bytes = double.IsNaN(run.Bytes) ? "-" : run.Bytes.ToString("0", CultureInfo.InvariantCulture);
        string against = ratio is { } value ? value.ToString("0.0x", CultureInfo.InvariantCulture) : "-";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {threads} | {run.StatesPerSecond:N0} | {run.EdgesPerSecond:N0} | {run.Seconds:0.00} | {run.Cpu:0.00} | {bytes} | {against} |"
        );
    }
}
