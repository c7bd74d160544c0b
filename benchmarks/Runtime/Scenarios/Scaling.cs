namespace Asupersync.Benchmarks;

/// <summary>Whether a task costs the same however many there are.</summary>
internal static class Scaling
{
    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "1,000,000 tasks in one region against 1,000 regions of 1,000, per task",
            "ns",
            1.5,
            null,
            new Side("one region of 1,000,000", () => Spawning.FanOut(1, 1_000_000)),
            new Side("1,000 regions of 1,000", () => Spawning.FanOut(1000, 1000))
        )
        {
            Slow = true,
        };
    }
}
