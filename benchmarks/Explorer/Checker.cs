using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Asupersync.Benchmarks;

/// <summary>TLC, found as spec/tla/check finds it.</summary>
internal sealed partial class Checker
{
    private readonly string _folder;
    private readonly string _java;
    private readonly string _jar;

    private Checker(string folder, string java, string jar)
    {
        _folder = folder;
        _java = java;
        _jar = jar;
        string scratch = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Version = VersionLine()
                .Match(Run([.. Tlc, "-metadir", scratch, Path.Combine(scratch, "none")]).Output)
                .Value;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>The line that TLC introduces itself with.</summary>
    internal string Version { get; }

    private string[] Tlc =>
        [
            "-XX:+UseParallelGC",
            "-Dutil.ExecutionStatisticsCollector.id=NO_STATISTICS",
            $"-DTLA-Library={_folder}",
            "-cp",
            _jar,
            "tlc2.TLC",
        ];

    /// <summary>The checker, or nothing when there is no Java, no jar or no bash.</summary>
    internal static Checker? Find(string folder)
    {
        const string Ask = "here=$1; source \"$1/find-checker.bash\"; find_tlc >&2; echo \"$java\"; echo \"$jar\"";
        try
        {
            using Process bash = Process.Start(
                new ProcessStartInfo("bash", ["-c", Ask, "find-checker", folder]) { RedirectStandardOutput = true }
            )!;
            string[] lines = bash.StandardOutput.ReadToEnd().Split('\n');
            bash.WaitForExit();
            return lines.Length >= 2 && lines[1].Length > 0 ? new Checker(folder, lines[0], lines[1]) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Enumerates a model's states and checks no property: distinct states, steps, and seconds from start to end.</summary>
    internal Subject.Run Explore(string model, int workers)
    {
        string scratch = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string module = Path.Combine(scratch, model + ".tla");
            string config = Path.Combine(scratch, model + ".cfg");
            File.Copy(Path.Combine(_folder, "mc", model + ".tla"), module);
            File.WriteAllLines(
                config,
                File.ReadLines(Path.Combine(_folder, "mc", model + ".cfg"))
                    .TakeWhile(line => !line.StartsWith("INVARIANT", StringComparison.Ordinal))
            );
            double before = Machine.OwnSeconds();
            long started = Stopwatch.GetTimestamp();
            (int code, string output) = Run([
                .. Tlc,
                "-workers",
                workers.ToString(CultureInfo.InvariantCulture),
                "-deadlock",
                "-metadir",
                Path.Combine(scratch, "states"),
                "-config",
                config,
                module,
            ]);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Match found = Totals().Match(output);
            return code == 0 && found.Success
                ? new Subject.Run(
                    Number(found.Groups[2]),
                    Number(found.Groups[1]) - 1,
                    seconds,
                    Machine.OwnSeconds() - before,
                    double.NaN
                )
                : throw new InvalidOperationException($"TLC failed on {model}:\n{output}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    private (int Code, string Output) Run(string[] arguments)
    {
        using Process java = Process.Start(
            new ProcessStartInfo(_java, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> errors = java.StandardError.ReadToEndAsync();
        string output = java.StandardOutput.ReadToEnd();
        java.WaitForExit();
        return (java.ExitCode, output + errors.Result);
    }

    [GeneratedRegex(@"TLC2 Version [^\r\n]*")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^(\d+) states generated, (\d+) distinct states found, 0 states left", RegexOptions.Multiline)]
    private static partial Regex Totals();
}
