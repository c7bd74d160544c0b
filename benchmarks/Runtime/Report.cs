using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Asupersync.Benchmarks;

/// <summary>The results as Markdown.</summary>
internal static class Report
{
    internal static string Line(Comparison.Result result, string others)
    {
        Scenario scenario = result.Scenario;
        string target = scenario.AtMost is { } most
            ? Ratio(most) + (scenario.Stretch is { } stretch ? $" ({Ratio(stretch)})" : "")
            : "-";
        return $"| {scenario.Name} | {scenario.Incumbent?.Name ?? "-"} | {Cost(result.Incumbent, scenario)} | "
            + $"{Cost(result.Ours, scenario)} | {Cost(result.Floor, scenario)} | {Cost(result.Booked, scenario)} | {Ratio(result.Ratio)} | {Ratio(result.FloorRatio)} | {target} | {Percent(result.Spread)} | {others} | {(result.CoreToCore is { } trip ? $"{Number(trip)} ns" : "-")} |";
    }

    internal static string Markdown(IReadOnlyList<(int Workers, IReadOnlyList<string> Lines)> sections)
    {
        var text = new StringBuilder();
        text.AppendLine("# The runtime against what people use without it");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores ({Machine.Processor()}), Release. Both sides and the floor in turn in one"
        );
        text.AppendLine(
            "process for each kind of scenario, which sees as many processors as there are workers; medians; the ratio is the median of those of the"
        );
        text.AppendLine(
            "rounds. Bytes are allocated bytes an operation. A floor is the least code that does this on one thread, with a plain queue, pooled"
        );
        text.AppendLine(
            "boxes and a timing wheel, but without cancellation, regions and lanes; for a million tasks it is as many objects of the size of one. The"
        );
        text.AppendLine(
            "column after it is the same floor with the kernel's steps of the scenario, by the rules on the engine's store, or for bytes with the"
        );
        text.AppendLine(
            "kernel's record of each task. It is the least with the rules, the record and the store as they are; a faster kernel or a smaller record lowers"
        );
        text.AppendLine(
            "it. Where its ratio is above the bound, nothing outside the kernel can meet the bound here. In parentheses, where it is a tenth or more: how much of the time"
        );
        text.AppendLine(
            "the garbage collector had all threads stopped. The last column is how long a cache line takes to the other core and back, which on a"
        );
        text.AppendLine("virtual machine changes.");
        foreach ((int workers, IReadOnlyList<string> lines) in sections)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## {workers} {(workers == 1 ? "worker" : "workers")}");
            text.AppendLine();
            text.AppendLine(
                "| scenario | incumbent | incumbent's cost | ours | floor | with the kernel's steps | ratio | that floor's ratio | at most (stretch) | spread of the ratio | others' share of the cores | core to core and back |"
            );
            text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            foreach (string line in lines)
            {
                text.AppendLine(line);
            }
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Cost(Sample? sample, Scenario scenario) =>
        sample is { } some ? $"{Number(some.Compared)} {scenario.Unit}{Collector(some)}, {Number(some.Bytes)} B" : "-";

    private static string Collector(Sample sample) =>
        sample.Score is null && sample.PauseNs >= sample.WallNs / 10 ? $" (GC {Number(sample.PauseNs)})" : "";

    private static string Ratio(double? value) => value?.ToString("0.00x", CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double value) => value.ToString("P0", CultureInfo.InvariantCulture);

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
