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
        string ratio = result.Ratio is { } value ? Ratio(value) : "-";
        string target = scenario.AtMost is { } most
            ? Ratio(most) + (scenario.Stretch is { } stretch ? $" ({Ratio(stretch)})" : "")
            : "-";
        return $"| {scenario.Name} | {scenario.Incumbent?.Name ?? "-"} | {Cost(result.Incumbent, scenario)} | "
            + $"{Cost(result.Ours, scenario)} | {Cost(result.Floor, scenario)} | {ratio} | {target} | {Percent(result.Spread)} | {others} | {(result.CoreToCore is { } trip ? $"{Number(trip)} ns" : "-")} |";
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
            "rounds. Bytes are allocated bytes an operation. A floor is the least code that does this on one thread, with a plain queue, but without"
        );
        text.AppendLine(
            "cancellation, regions and books; for suspended tasks it has the kernel's record of each, and for a million tasks it is as many objects of"
        );
        text.AppendLine(
            "the size of one. In parentheses, where it is a tenth or more: how much of the time the garbage collector had all threads stopped. The"
        );
        text.AppendLine(
            "last column is how long a cache line takes to the other core and back, which on a virtual machine changes. The rows of the kernel's steps"
        );
        text.AppendLine(
            "say what the books alone cost: no row about tasks can come below those of the steps that its tasks take."
        );
        foreach ((int workers, IReadOnlyList<string> lines) in sections)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## {workers} {(workers == 1 ? "worker" : "workers")}");
            text.AppendLine();
            text.AppendLine(
                "| scenario | incumbent | incumbent's cost | ours | floor | ratio | at most (stretch) | spread of the ratio | others' share of the cores | core to core and back |"
            );
            text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
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

    private static string Ratio(double value) => value.ToString("0.00x", CultureInfo.InvariantCulture);

    private static string Percent(double value) => value.ToString("P0", CultureInfo.InvariantCulture);

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
