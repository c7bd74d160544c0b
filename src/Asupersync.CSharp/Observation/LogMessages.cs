using Asupersync.Kernel;
using Microsoft.Extensions.Logging;

namespace Asupersync;

/// <summary>
/// The messages of the log. The event id of a report is the number of its code in docs/errors.md; ids below 100 are what happens in
/// every run.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "The run '{Name}' began.")]
    internal static partial void RunBegan(this ILogger logger, string name);

    [LoggerMessage(2, LogLevel.Information, "The run ended: {Outcome}, after {Milliseconds} ms.")]
    internal static partial void RunEnded(this ILogger logger, string outcome, double milliseconds);

    [LoggerMessage(3, LogLevel.Debug, "Region '{Region}' (r{RegionId}) was opened by task '{Task}'.")]
    internal static partial void RegionOpened(this ILogger logger, string region, long regionId, string task);

    [LoggerMessage(4, LogLevel.Debug, "Region '{Region}' (r{RegionId}), now {Phase}, is cancelled: {Reason}.")]
    internal static partial void RegionCancelled(
        this ILogger logger,
        string region,
        long regionId,
        RegionPhase phase,
        string reason
    );

    [LoggerMessage(5, LogLevel.Debug, "Region '{Region}' (r{RegionId}) was closed: {Outcome}.")]
    internal static partial void RegionClosed(this ILogger logger, string region, long regionId, string outcome);

    [LoggerMessage(2101, LogLevel.Warning, "ASUP2101: {Report}")]
    internal static partial void DrainBudgetSpent(this ILogger logger, string report);

    [LoggerMessage(2102, LogLevel.Warning, "ASUP2102: {Report}")]
    internal static partial void AllowanceSpent(this ILogger logger, string report);

    [LoggerMessage(2105, LogLevel.Error, "ASUP2105: {Report}")]
    internal static partial void ObligationLeaked(this ILogger logger, string report);

    [LoggerMessage(2106, LogLevel.Error, "ASUP2106: {Report}")]
    internal static partial void ExceptionNobodyAwaits(this ILogger logger, string report);

    [LoggerMessage(2107, LogLevel.Error, "ASUP2107: {Report}")]
    internal static partial void ExceptionInScheduler(this ILogger logger, string report);

    [LoggerMessage(2108, LogLevel.Error, "ASUP2108: {Report}")]
    internal static partial void Deadlock(this ILogger logger, string report);

    [LoggerMessage(2112, LogLevel.Error, "ASUP2112: {Report}")]
    internal static partial void OnClosedThrew(this ILogger logger, string report);

    [LoggerMessage(2113, LogLevel.Error, "ASUP2113: {Report}")]
    internal static partial void IsPanicThrew(this ILogger logger, string report);

    [LoggerMessage(2115, LogLevel.Warning, "ASUP2115: {Report}")]
    internal static partial void HeldAborted(this ILogger logger, string report);

    [LoggerMessage(2116, LogLevel.Error, "ASUP2116: {Report}")]
    internal static partial void FailFastThrew(this ILogger logger, string report);

    [LoggerMessage(2117, LogLevel.Error, "ASUP2117: {Report}")]
    internal static partial void ShadowDiffers(this ILogger logger, string report);

    [LoggerMessage(2119, LogLevel.Warning, "ASUP2119: {Report}")]
    internal static partial void PollTakesLong(this ILogger logger, string report);

    [LoggerMessage(2121, LogLevel.Error, "ASUP2121: {Report}")]
    internal static partial void TraceEnded(this ILogger logger, string report);
}
