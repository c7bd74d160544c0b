using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests;

/// <summary>A run that was given up. What it recorded until then has to pass the shadow check as well.</summary>
internal sealed record AbandonedRun(DrainExhaustedException Error, RuntimeReport Report, State Last)
{
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
        return new AbandonedRun(error, reports.Last(report => report.Code == error.Code), last);
    }
}
