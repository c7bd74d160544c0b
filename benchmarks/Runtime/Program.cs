using System.Globalization;
using Asupersync.Benchmarks;

// Runtime.Benchmarks [--rounds N] [--filter TEXT] [--workers N,N] [--out FILE]
string[] counts = (Option("--workers") ?? $"1,{Environment.ProcessorCount}").Split(',');
int rounds = int.Parse(Option("--rounds") ?? "15", CultureInfo.InvariantCulture);
string filter = Option("--filter") ?? "";
if (Option(Sections.Mark) is { } count)
{
    int kind = int.Parse(Option("--kind")!, CultureInfo.InvariantCulture);
    await Sections.Measure(kind, int.Parse(count, CultureInfo.InvariantCulture), rounds, filter);
    return;
}

var sections = new List<(int Workers, IReadOnlyList<string> Lines)>();
foreach (int workers in counts.Select(one => int.Parse(one, CultureInfo.InvariantCulture)).Distinct())
{
    Console.WriteLine($"workers: {workers}");
    sections.Add((workers, Sections.Run(workers, rounds, filter)));
}

if (Option("--out") is { } file)
{
    File.WriteAllText(file, Report.Markdown(sections));
}

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
