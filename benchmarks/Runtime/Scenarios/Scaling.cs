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
        yield return new Scenario(
            "one JoinAll of 10,000 branches against 100 of 100, per branch",
            "ns",
            null,
            null,
            new Side("one of 10,000", () => Joined(1, 10_000)),
            new Side("100 of 100", () => Joined(100, 100))
        );
    }

    private static async Task<Sample> Joined(int calls, int branches)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            Func<Cx, Work<int>>[] ones = [.. Enumerable.Repeat<Func<Cx, Work<int>>>(One, branches)];
            Meter meter = Meter.Start();
            for (int i = 0; i < calls; i++)
            {
                Check.Equal(branches, (await cx.JoinAll(ones)).Sum());
            }

            sample = meter.Stop((long)calls * branches);
        });
        return sample;
    }

    private static Work<int> One(Cx cx) => Work.FromResult(1);
}
