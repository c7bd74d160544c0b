using Xunit;

namespace Asupersync.Tests;

/// <summary>Runs programs that are too large to record: some hundred thousand steps.</summary>
internal static class UnrecordedRun
{
    /// <summary>Runs a program that ends with a value.</summary>
    internal static async Task<T> Of<T>(Func<Cx, Work<T>> body, int workers = 0)
    {
        var reports = new List<RuntimeReport>();
        Outcome<T> outcome = await AsupRuntime
            .RunAsync(
                body,
                new RuntimeOptions
                {
                    TimeProvider = new ManualTime(),
                    Report = reports.Add,
                    Workers = workers,
                }
            )
            .WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(reports);
        return outcome.GetOrThrow();
    }
}
