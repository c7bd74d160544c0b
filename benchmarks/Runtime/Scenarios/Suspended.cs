namespace Asupersync.Benchmarks;

/// <summary>A million tasks that wait.</summary>
internal static class Suspended
{
    private const int Tasks = 1_000_000;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "1,000,000 suspended tasks, bytes each",
            "B",
            1.2,
            0.9,
            new Side("tasks that wait for an item", () => Waiting(null)),
            new Side("async Task on its own TaskCompletionSource", BareWaiting)
        )
        {
            Floor = Floors.Suspended(Tasks, withRecords: false, withTimers: false),
            Booked = Floors.Suspended(Tasks, withRecords: true, withTimers: false),
            Slow = true,
        };
        yield return new Scenario(
            "the same, cancellable and with a deadline, bytes each",
            "B",
            0.4,
            0.3,
            new Side("tasks that wait for an item", () => Waiting(Hour)),
            new Side("linked CTS, CancelAfter, WaitAsync(token)", LinkedWaiting)
        )
        {
            Floor = Floors.Suspended(Tasks, withRecords: false, withTimers: true),
            Booked = Floors.Suspended(Tasks, withRecords: true, withTimers: true),
            Slow = true,
        };
    }

    private static async Task<Sample> Waiting(TimeSpan? timeout)
    {
        Sample sample = default;
        await AsupRuntime.RunAsync(
            async cx =>
            {
                var (_, receiver) = Chan.Bounded<int>(1);
                var options = new SpawnOptions
                {
                    Name = "waiting",
                    Budget = new WorkBudget { Timeout = timeout },
                };
                Func<Cx, Work<int>> body = async cx => await receiver.Receive(cx);
                await cx.Yield();
                Meter meter = Meter.Start();
                for (int i = 0; i < Tasks; i++)
                {
                    _ = cx.Spawn(body, options);
                }

                await cx.Yield();
                sample = meter.Stop(Tasks);
                cx.Region.Cancel();
                cx.Checkpoint();
            },
            Ours.Options
        );
        return sample with { Score = sample.Bytes };
    }

    private static async Task<Sample> BareWaiting()
    {
        var sources = new TaskCompletionSource<int>[Tasks];
        var tasks = new Task<int>[Tasks];
        Meter meter = Meter.Start();
        for (int i = 0; i < Tasks; i++)
        {
            sources[i] = new TaskCompletionSource<int>();
            tasks[i] = Wait(sources[i].Task);
        }

        Sample sample = meter.Stop(Tasks);
        foreach (TaskCompletionSource<int> source in sources)
        {
            source.SetResult(1);
        }

        await Task.WhenAll(tasks);
        return sample with { Score = sample.Bytes };

        static async Task<int> Wait(Task<int> source) => await source;
    }

    private static async Task<Sample> LinkedWaiting()
    {
        using var scope = new CancellationTokenSource();
        var links = new CancellationTokenSource[Tasks];
        var sources = new TaskCompletionSource<int>[Tasks];
        var tasks = new Task<int>[Tasks];
        Meter meter = Meter.Start();
        for (int i = 0; i < Tasks; i++)
        {
            links[i] = CancellationTokenSource.CreateLinkedTokenSource(scope.Token);
            links[i].CancelAfter(Hour);
            sources[i] = new TaskCompletionSource<int>();
            tasks[i] = Wait(sources[i].Task, links[i].Token);
        }

        Sample sample = meter.Stop(Tasks);
        foreach (TaskCompletionSource<int> source in sources)
        {
            source.SetResult(1);
        }

        await Task.WhenAll(tasks);
        foreach (CancellationTokenSource link in links)
        {
            link.Dispose();
        }

        return sample with
        {
            Score = sample.Bytes,
        };

        static async Task<int> Wait(Task<int> source, CancellationToken token) => await source.WaitAsync(token);
    }
}
