using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Asupersync.Tests;

/// <summary>What the documents say is what the repository holds.</summary>
public sealed partial class DocumentsTests
{
    private static string Root { get; } = FindRoot();

    [Fact]
    public void Readme_ProgramShown_IsTheExampleThatIsBuilt()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string example = File.ReadAllText(Path.Combine(Root, "examples", "FirstProgram", "Program.cs"));

        string shown = CSharpBlock().Match(readme).Groups[1].Value;

        Assert.Equal(example, shown);
        Assert.InRange(shown.Count(character => character == '\n'), 1, 25);
    }

    [Fact]
    public void Errors_EveryCodeInTheSources_IsExplained()
    {
        string explained =
            File.ReadAllText(Path.Combine(Root, "docs", "errors.md"))
            + File.ReadAllText(Path.Combine(Root, "docs", "trace-format.md"));
        SortedSet<string> used = [];
        foreach (string folder in (string[])["src", "examples"])
        {
            foreach (
                string file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.?s", SearchOption.AllDirectories)
            )
            {
                used.UnionWith(Code().Matches(File.ReadAllText(file)).Select(match => match.Value));
            }
        }

        Assert.Contains("ASUP2101", used);
        Assert.All(used, code => Assert.Contains(code, explained, StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_EveryCodeExplained_Exists()
    {
        string sources = string.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Root, "src"), "*.?s", SearchOption.AllDirectories)
                .Select(File.ReadAllText)
        );
        var explained = Code()
            .Matches(File.ReadAllText(Path.Combine(Root, "docs", "errors.md")))
            .Select(match => match.Value);

        // The codes of refusals are computed from the number of the guard.
        IEnumerable<string> unknown = explained
            .Where(code => !Computed().IsMatch(code))
            .Where(code => !sources.Contains(code, StringComparison.Ordinal))
            .Distinct();

        Assert.Empty(unknown);
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("^ASUP1[045678]")]
    private static partial Regex Computed();

    [GeneratedRegex("ASUP[0-9]{4}")]
    private static partial Regex Code();
}
