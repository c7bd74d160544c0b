namespace Asupersync.Stress;

/// <summary>One kind of stress.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Run">Runs it once; throws when something is not as it should be.</param>
internal sealed record Scenario(string Name, Func<Load, Task<Counts>> Run)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<Scenario> All { get; } =
    [
        new("hand-overs", HandOvers.Run),
        new("closing", SpawnsAgainstClosing.Run),
        new("cancel-storms", CancelStorms.Run),
        new("throws", Throws.Run),
        new("transfers", Transfers.Run),
        new("timeouts", Timeouts.Run),
        new("random", RandomPrograms.Run),
    ];

    /// <summary>Runs it again and again, with one seed after another, for some time; at least once.</summary>
    /// <returns>How many runs there were.</returns>
    internal async Task<int> RunFor(Load first, TimeSpan time)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        int runs = 0;
        do
        {
            await RunOnce(first with { Seed = first.Seed + (ulong)runs });
            runs++;
        } while (watch.Elapsed < time);
        return runs;
    }

    /// <summary>Runs it once, naming itself in what it throws.</summary>
    internal async Task<Counts> RunOnce(Load load)
    {
        try
        {
            return await Run(load);
        }
        catch (Exception exception)
        {
            throw new StressFailure(
                $"{Name}: {exception.Message}\nAgain: eng/stress --scenario {Name} --seed {load.Seed} --workers {load.Workers}\n{exception}"
            );
        }
    }
}
