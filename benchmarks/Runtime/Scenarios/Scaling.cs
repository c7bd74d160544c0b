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
            Floor = Floors.Objects(1_000_000),
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
        yield return new Scenario(
            "10,000 tasks of one region that fail together against 100 regions of 100, per task",
            "ns",
            null,
            null,
            new Side("one region of 10,000", () => Failing(1, 10_000)),
            new Side("100 regions of 100", () => Failing(100, 100))
        );
    }

    /// <summary>Tasks that all wait for one channel, whose end fails them; the first failure cancels the region.</summary>
    private static async Task<Sample> Failing(int regions, int tasks)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            Meter meter = Meter.Start();
            for (int i = 0; i < regions; i++)
            {
                var (sender, receiver) = Chan.Bounded<int>(1);
                Outcome<bool> outcome = await cx.ObserveRegion<bool>(async cx =>
                {
                    for (int j = 0; j < tasks; j++)
                    {
                        _ = cx.Spawn(receiver.Receive);
                    }

                    await cx.Yield();
                    sender.Complete();
                    await cx.Sleep(TimeSpan.FromHours(1));
                    return true;
                });
                Check.Equal(1, outcome.IsOk ? 0 : 1);
            }

            sample = meter.Stop((long)regions * tasks);
        });
        return sample;
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
