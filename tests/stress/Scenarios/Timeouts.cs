namespace Asupersync.Stress;

/// <summary>
/// Calls with a time limit whose bodies end just when the time is up, and races whose branches end at once: what settles the call, what
/// asks the rest to cancel, and the last end of a branch come from several workers at a time.
/// </summary>
internal static class Timeouts
{
    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int tasks = random.Next(2, 10);
        int calls = random.Next(5, 20);
        Outcome<bool> outcome = await StressRun.Of(
            load,
            counts,
            cx =>
            {
                for (int i = 0; i < tasks; i++)
                {
                    var own = new Random(random.Next());
                    cx.Spawn(c => Call(c, counts, own, calls));
                }

                return Work.CompletedWork;
            }
        );
        outcome.GetOrThrow();
        counts.MustBe("calls", tasks * calls);
        counts.MustBeEqual(["calls"], ["in time", "late"]);
        counts.MustBe("races", tasks * calls);
        counts.MustBeEqual("begun", "ended");
        return counts;
    }

    private static async Work Call(Cx cx, Counts counts, Random random, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            TimeSpan time = Time(random);
            TimeSpan first = Time(random);
            TimeSpan second = Time(random);
            counts.Add("calls");
            Outcome<int> outcome = await cx.TryWithin<int>(
                time,
                async c =>
                {
                    c.Spawn(s => Nap(s, counts, second));
                    await Nap(c, counts, first);
                    return 1;
                }
            );
            counts.Add(outcome.IsOk ? "in time" : "late");
            await cx.Race<int>(Branch(first), Branch(second), Branch(first));
            counts.Add("races");
        }

        Func<Cx, Work<int>> Branch(TimeSpan time) =>
            async c =>
            {
                await Nap(c, counts, time);
                return 1;
            };
    }

    private static async Work Nap(Cx cx, Counts counts, TimeSpan time)
    {
        counts.Add("begun");
        try
        {
            await cx.Sleep(time);
        }
        finally
        {
            counts.Add("ended");
        }
    }

    private static TimeSpan Time(Random random) => TimeSpan.FromMicroseconds(50 * random.Next(0, 6));
}
