using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Asupersync;

/// <summary>What a run writes to the log. From any thread. A log that throws is reported and does the run no harm.</summary>
internal sealed class RunLog(ILogger logger)
{
    internal void Began(RegionCell root) =>
        Write(LogLevel.Information, root, static (log, root) => log.RunBegan(root.Name));

    internal void Ended(string outcome, TimeSpan elapsed) =>
        Write(
            LogLevel.Information,
            (outcome, elapsed),
            static (log, end) => log.RunEnded(end.outcome, end.elapsed.TotalMilliseconds)
        );

    internal void Opened(RegionCell region, TaskCell opener) =>
        Write(
            LogLevel.Debug,
            (region, opener),
            static (log, step) => log.RegionOpened(step.region.Name, step.region.Id, step.opener.Name)
        );

    internal void Cancelled(RegionCell region) =>
        Write(
            LogLevel.Debug,
            region,
            static (log, region) =>
                log.RegionCancelled(region.Name, region.Id, region.Record.Phase, region.Record.Reason.ToString())
        );

    internal void Closed(RegionCell region) =>
        Write(
            LogLevel.Debug,
            region,
            static (log, region) =>
                log.RegionClosed(region.Name, region.Id, Telemetry.NameOf(region.Record.Outcome.Severity))
        );

    internal void Told(RuntimeReport report) =>
        Write(
            LogLevel.Warning,
            report,
            static (log, report) =>
            {
                switch (int.Parse(report.Code.AsSpan(4), CultureInfo.InvariantCulture))
                {
                    case 2101:
                        log.DrainBudgetSpent(report.Message);
                        break;
                    case 2102:
                        log.AllowanceSpent(report.Message);
                        break;
                    case 2105:
                        log.ObligationLeaked(report.Message);
                        break;
                    case 2106:
                        log.ExceptionNobodyAwaits(report.Message);
                        break;
                    case 2107:
                        log.ExceptionInScheduler(report.Message);
                        break;
                    case 2108:
                        log.Deadlock(report.Message);
                        break;
                    case 2112:
                        log.OnClosedThrew(report.Message);
                        break;
                    case 2113:
                        log.IsPanicThrew(report.Message);
                        break;
                    case 2115:
                        log.HeldAborted(report.Message);
                        break;
                    case 2116:
                        log.FailFastThrew(report.Message);
                        break;
                    case 2117:
                        log.ShadowDiffers(report.Message);
                        break;
                    case 2119:
                        log.PollTakesLong(report.Message);
                        break;
                    case 2121:
                        log.TraceEnded(report.Message);
                        break;
                    default:
                        throw new InvalidOperationException(
                            $"ASUP2905: the report {report.Code} has no message in the log; this is a bug of the runtime."
                        );
                }
            }
        );

    private void Write<TState>(LogLevel level, TState state, Action<ILogger, TState> write)
    {
        try
        {
            if (logger.IsEnabled(level))
            {
                write(logger, state);
            }
        }
        catch (Exception exception)
        {
            Telemetry.ListenerFailed(exception);
        }
    }
}
