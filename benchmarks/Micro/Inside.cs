namespace Asupersync.Benchmarks;

/// <summary>Runs what is measured inside of a runtime.</summary>
internal static class Inside
{
    /// <summary>
    /// How often an invocation repeats what it measures, so that a runtime that begins and ends adds less than a nanosecond and a byte to
    /// each.
    /// </summary>
    internal const int Times = 1_000_000;

    private static readonly RuntimeOptions Options = new() { Workers = 1 };

    internal static void Run(Func<Cx, Work> body) =>
        AsupRuntime.RunAsync(body, Options).GetAwaiter().GetResult().GetOrThrow();
}
