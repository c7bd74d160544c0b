namespace Asupersync.Benchmarks;

/// <summary>Runs a program of the runtime to its end and insists that it ended well.</summary>
internal static class Ours
{
    /// <summary>Workers of the runtimes that are measured.</summary>
    internal static int Workers { get; set; } = 1;

    internal static RuntimeOptions Options => new() { Workers = Workers };

    internal static Task Run(Func<Cx, Work> body) => Run(body, Workers);

    internal static async Task Run(Func<Cx, Work> body, int workers)
    {
        Outcome<bool> outcome = await AsupRuntime.RunAsync(body, new RuntimeOptions { Workers = workers });
        outcome.GetOrThrow();
    }
}

/// <summary>Results that both sides have to give.</summary>
internal static class Check
{
    internal static void Equal(long expected, long actual)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"The round gave {actual} instead of {expected}.");
        }
    }
}
