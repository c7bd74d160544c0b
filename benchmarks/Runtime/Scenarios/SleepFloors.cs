using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>The least that scenarios with timers can cost: bodies that sleep, each with an entry in a timing wheel.</summary>
internal static class SleepFloors
{
    private const string Name = "one-thread queue, a timing wheel";

    /// <summary>Bodies that sleep for long and are cancelled at once.</summary>
    internal static Side Sleeps(int bodies) =>
        new(
            Name,
            () =>
            {
                Meter meter = Meter.Start();
                return Cancelled(Asleep(bodies), bodies, meter, toTheEnd: true);
            }
        );

    /// <summary>A request to bodies that sleep, until all of them are in line.</summary>
    internal static Side Mark(int bodies) =>
        new(
            Name,
            () =>
            {
                (FloorSleeps, FloorCountdown) asleep = Asleep(bodies);
                return Cancelled(asleep, bodies, Meter.Start(), toTheEnd: false);
            }
        );

    /// <summary>Bodies that sleep for up to a second, which a thread wakes that itself sleeps for a millisecond at a time.</summary>
    internal static Side Firing(int bodies) =>
        new(
            Name,
            () =>
            {
                Meter meter = Meter.Start();
                long origin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3 / 2);
                var sleeps = new FloorSleeps(bodies, Stopwatch.GetTimestamp(), Stopwatch.Frequency);
                var left = new FloorCountdown(bodies);
                for (int i = 0; i < bodies; i++)
                {
                    Sleep(sleeps, origin + (Stopwatch.Frequency * i / bodies)).Forget(left);
                }

                FloorLoop.RunReady();
                while (sleeps.Count > 0)
                {
                    Thread.Sleep(1);
                    sleeps.Fire(Stopwatch.GetTimestamp());
                    FloorLoop.RunReady();
                }

                Sample sample = meter.Stop(bodies);
                left.GetResult();
                return Task.FromResult(sample with { Score = sample.CpuNs });
            }
        );

    private static Task<Sample> Cancelled(
        (FloorSleeps Sleeps, FloorCountdown Left) asleep,
        int bodies,
        Meter meter,
        bool toTheEnd
    )
    {
        CancelAll(asleep.Sleeps, bodies);
        if (toTheEnd)
        {
            FloorLoop.RunReady();
        }

        Sample sample = meter.Stop(bodies);
        FloorLoop.RunReady();
        asleep.Left.GetResult();
        return Task.FromResult(sample);
    }

    private static (FloorSleeps Sleeps, FloorCountdown Left) Asleep(int bodies)
    {
        long now = Stopwatch.GetTimestamp();
        var sleeps = new FloorSleeps(bodies, now, Stopwatch.Frequency);
        var left = new FloorCountdown(bodies);
        for (int i = 0; i < bodies; i++)
        {
            Sleep(sleeps, now + (Stopwatch.Frequency * 60 * (10 + (i % 50)))).Forget(left);
        }

        FloorLoop.RunReady();
        return (sleeps, left);
    }

    private static void CancelAll(FloorSleeps sleeps, int bodies)
    {
        if (FloorLoop.Books is { } books)
        {
            books.Cancel(task => sleeps.Cancel(task - Family.FirstChild));
            return;
        }

        for (int i = 0; i < bodies; i++)
        {
            sleeps.Cancel(i);
        }
    }

    private static async FloorWork<int> Sleep(FloorSleeps sleeps, long due) => await sleeps.Until(due);
}
