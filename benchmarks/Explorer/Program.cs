using System.Globalization;
using Asupersync.Benchmarks;
using Asupersync.Kernel.Explore;

// Explorer.Benchmarks [--models NAME,NAME] [--rounds N] [--threads N] [--out FILE]
// Exit status: 0 measured, 1 kernel and checker disagree, 2 a wrong question.
string[] names = (Option("--models") ?? "MCDeep,MCCancelStorm").Split(',');
if (
    !int.TryParse(Option("--rounds") ?? "3", CultureInfo.InvariantCulture, out int rounds)
    || !int.TryParse(Option("--threads") ?? "2", CultureInfo.InvariantCulture, out int threads)
    || rounds < 1
    || threads is < 2 or > 64
)
{
    Console.Error.WriteLine("Explorer.Benchmarks: --rounds is at least 1, --threads from 2 to 64");
    return 2;
}

string folder;
var models = new List<Model>();
try
{
    folder = Subject.Demand(Models.find(Directory.GetCurrentDirectory()));
    models.AddRange(names.Select(name => Subject.Demand(Models.load(folder, name))));
}
catch (InvalidOperationException error)
{
    Console.Error.WriteLine($"Explorer.Benchmarks: {error.Message}");
    return 2;
}

Checker? checker = Checker.Find(folder);
Console.WriteLine(checker is null ? "not run: TLC, since there is no Java or no jar" : $"checker: {checker.Version}");
var results = new List<Result>();
bool agrees = true;
foreach (Model model in models)
{
    Result result = Comparison.Run(model, checker, rounds, threads);
    results.Add(result);
    agrees &= result.Agrees;
    Console.WriteLine(Report.Section(result));
}

if (Option("--out") is { } file)
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
    File.WriteAllText(file, Report.Markdown(results, checker, rounds));
}

return agrees ? 0 : 1;

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
