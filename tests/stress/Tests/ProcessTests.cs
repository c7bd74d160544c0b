using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Asupersync.Stress;

/// <summary>What a process with a runtime does, seen from another one.</summary>
[Collection("One at a time")]
public sealed class ProcessTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Idle_RuntimeWithWaitingTasks_UsesNoProcessorTime(int workers)
    {
        // A worker that looks once a millisecond would use several times as much in 300 ms.
        Assert.InRange(await Measure("idle", workers), 0, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Shutdown_OfAnIdleRuntime_TakesMilliseconds(int workers) =>
        Assert.InRange(await Measure("shutdown", workers), 0, 25);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Abandon_ATaskIsStuck_IsReportedAndTheProcessEnds(int workers)
    {
        (int code, _, string errors) = await Start("stuck-abandon", workers);
        Assert.Equal(3, code);
        Assert.Contains("ASUP2101", errors, StringComparison.Ordinal);
        Assert.Contains("'stuck'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task FailFast_ATaskIsStuck_EndsTheProcessWithTheReport(int workers)
    {
        (int code, _, string errors) = await Start("stuck-fail-fast", workers);
        Assert.NotEqual(0, code);
        Assert.Contains("ASUP2101", errors, StringComparison.Ordinal);
        Assert.Contains("'stuck'", errors, StringComparison.Ordinal);
    }

    private static async Task<double> Measure(string probe, int workers)
    {
        (int code, string output, string errors) = await Start(probe, workers);
        Assert.True(code == 0, errors);
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    private static async Task<(int Code, string Output, string Errors)> Start(string probe, int workers)
    {
        var start = new ProcessStartInfo(Host())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(Probe).Assembly.Location, "probe", probe, $"{workers}" },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"the process does not end; {await errors}");
        }

        return (process.ExitCode, await output, await errors);
    }

    /// <summary>The host that this process runs on: three folders above the shared framework.</summary>
    private static string Host() =>
        Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(),
            "..",
            "..",
            "..",
            OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"
        );
}
