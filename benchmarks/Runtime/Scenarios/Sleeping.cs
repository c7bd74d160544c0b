using System.Diagnostics;

namespace Asupersync.Benchmarks;

/// <summary>Timers.</summary>
internal static class Sleeping
{
    private const int Sleeps = 1_000_000;
    private const int Firing = 400_000;

    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "create and cancel 1,000,000 sleeps, per sleep",
            "ns",
            0.2,
            0.1,
            new Side("cx.Sleep in a task each", CreateAndCancel),
            new Side("Task.Delay with a token", BareCreateAndCancel)
        )
        {
            Floor = SleepFloors.Sleeps(Sleeps),
            Booked = Floors.WithBooks(SleepFloors.Sleeps(Sleeps), Sleeps),
            Slow = true,
        };
        yield return new Scenario(
            "400,000 timers firing within a second, CPU per timer",
            "ns",
            0.4,
            0.2,
            new Side("cx.Sleep in a task each", async () => Cpu(await Fire())),
            new Side("Timer", async () => Cpu(await BareFire()))
        )
        {
            Floor = SleepFloors.Firing(Firing),
            Booked = Floors.WithBooks(SleepFloors.Firing(Firing), Firing),
            Slow = true,
        };
        yield return new Scenario(
            "the same, timer for timer",
            "ns",
            0.4,
            0.2,
            new Side("timers of cx.Time", async () => Cpu(await FireCallbacks())),
            new Side("Timer", async () => Cpu(await BareFire()))
        )
        {
            Slow = true,
        };
        yield return new Scenario(
            "the same, timer for timer, 99th percentile of lateness",
            "ms",
            null,
            null,
            new Side("timers of cx.Time", async () => await FireCallbacks()),
            new Side("Timer", async () => await BareFire())
        )
        {
            Slow = true,
        };
        yield return new Scenario(
            "the same, 99th percentile of lateness",
            "ms",
            null,
            null,
            new Side("cx.Sleep in a task each", async () => await Fire()),
            new Side("Timer", async () => await BareFire())
        )
        {
            Slow = true,
        };
    }

    private static Sample Cpu(Sample sample) => sample with { Score = sample.CpuNs };

    private static async Task<Sample> CreateAndCancel()
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            Meter meter = Meter.Start();
            await cx.ObserveRegion(async cx =>
            {
                for (int i = 0; i < Sleeps; i++)
                {
                    TimeSpan delay = TimeSpan.FromMinutes(10 + (i % 50));
                    cx.Spawn(cx => cx.Sleep(delay));
                }

                await cx.Yield();
                cx.Region.Cancel();
                cx.Checkpoint();
                return 0;
            });
            sample = meter.Stop(Sleeps);
        });
        return sample;
    }

    private static async Task<Sample> BareCreateAndCancel()
    {
        using var source = new CancellationTokenSource();
        var delays = new Task[Sleeps];
        Meter meter = Meter.Start();
        for (int i = 0; i < Sleeps; i++)
        {
            delays[i] = Task.Delay(TimeSpan.FromMinutes(10 + (i % 50)), source.Token);
        }

        source.Cancel();
        Sample sample = meter.Stop(Sleeps);
        await Task.WhenAny(Task.WhenAll(delays));
        return sample;
    }

    private static async Task<Sample> Fire()
    {
        Sample sample = default;
        var late = new double[Firing];
        await Ours.Run(async cx =>
        {
            Meter meter = Meter.Start();
            await cx.OpenRegion(async cx =>
            {
                long origin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3 / 2);
                for (int i = 0; i < Firing; i++)
                {
                    int index = i;
                    cx.Spawn(async cx =>
                    {
                        long due = origin + (Stopwatch.Frequency * index / Firing);
                        await cx.Sleep(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
                        late[index] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
                    });
                }

                await cx.Yield();
            });
            sample = meter.Stop(Firing);
        });
        return sample with { Score = Percentile(late) };
    }

    private static async Task<Sample> FireCallbacks()
    {
        Sample sample = default;
        var late = new double[Firing];
        await Ours.Run(async cx =>
        {
            var timers = new ITimer[Firing];
            var done = new TaskCompletionSource();
            int left = Firing;
            TimeProvider time = cx.Time;
            Meter meter = Meter.Start();
            long origin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3 / 2);
            for (int i = 0; i < Firing; i++)
            {
                int index = i;
                long due = origin + (Stopwatch.Frequency * index / Firing);
                timers[i] = time.CreateTimer(
                    _ =>
                    {
                        late[index] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
                        if (--left == 0)
                        {
                            done.SetResult();
                        }
                    },
                    null,
                    Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due),
                    Timeout.InfiniteTimeSpan
                );
            }

            await done.Task;
            sample = meter.Stop(Firing);
            foreach (ITimer timer in timers)
            {
                timer.Dispose();
            }
        });
        return sample with { Score = Percentile(late) };
    }

    private static async Task<Sample> BareFire()
    {
        var late = new double[Firing];
        var timers = new Timer[Firing];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = Firing;
        Meter meter = Meter.Start();
        long origin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3 / 2);
        for (int i = 0; i < Firing; i++)
        {
            int index = i;
            long due = origin + (Stopwatch.Frequency * index / Firing);
            timers[i] = new Timer(
                _ =>
                {
                    late[index] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.SetResult();
                    }
                },
                null,
                Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due),
                Timeout.InfiniteTimeSpan
            );
        }

        await done.Task;
        Sample sample = meter.Stop(Firing);
        foreach (Timer timer in timers)
        {
            timer.Dispose();
        }

        return sample with
        {
            Score = Percentile(late),
        };
    }

    private static double Percentile(double[] late) => late.Order().ElementAt((int)(late.Length * 0.99));
}
