using Asupersync.Kernel;

namespace Asupersync;

/// <summary>What meter, activities and log have in common.</summary>
internal static class Telemetry
{
    /// <summary>The name of the meter, of the source of activities, and the category of the log.</summary>
    internal const string Name = "Asupersync";

    internal static string? Version { get; } = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    internal static string NameOf(Severity outcome) =>
        outcome switch
        {
            Severity.Ok => "ok",
            Severity.Err => "err",
            Severity.Cancelled => "cancelled",
            _ => "panicked",
        };

    /// <summary>A listener threw: its fault, and no reason for the runtime to fail in the middle of a step.</summary>
    internal static void ListenerFailed(Exception exception) =>
        Console.Error.WriteLine(
            $"asupersync ASUP2114: a listener to measurements, activities or the log threw: {exception}"
        );
}
