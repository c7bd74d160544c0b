using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests;

/// <summary>A run that was given up. What it recorded until then has to pass the shadow check as well.</summary>
internal sealed record AbandonedRun(DrainExhaustedException Error, IReadOnlyList<RuntimeReport> Reports, State Last)
{
    /// <summary>The report for which it was given up.</summary>
    internal RuntimeReport Report => Reports.Last(report => report.Code == Error.Code);

    /// <summary>Runs a program that does not end.</summary>
    internal static async Task<AbandonedRun> Of(Func<Cx, Work> body, RunSettings settings)
    {
        var trace = new StringWriter();
        var reports = new List<RuntimeReport>();
        DrainExhaustedException error = await Assert.ThrowsAsync<DrainExhaustedException>(() =>
            AsupRuntime
                .RunAsync(
                    body,
                    settings.With(
                        trace,
                        report =>
                        {
                            lock (reports)
                            {
                                reports.Add(report);
                            }
                        }
                    )
                )
                .WaitAsync(TimeSpan.FromMinutes(1))
        );
        State last = ShadowCheck.Replay(trace.ToString()).Final;
        lock (reports)
        {
            return new AbandonedRun(error, [.. reports], last);
        }
    }
}
