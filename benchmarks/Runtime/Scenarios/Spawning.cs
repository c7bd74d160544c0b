namespace Asupersync.Benchmarks;

/// <summary>Spawning, joining and closing.</summary>
internal static class Spawning
{
    private const int Children = 1000;
    private const int Depth = 17;

    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "region of 1,000 trivial children: spawn, join, close, per child",
            "ns",
            0.45,
            0.3,
            new Side("region", () => FanOut(60)),
            new Side("linked CTS per child, Task.Run, WhenAll", () => Nursery(60))
        )
        {
            Floor = Floors.FanOut(600, Children),
            Booked = Floors.WithBooks(Floors.FanOut(200, Children), (200 * Children) + 1),
        };
        yield return new Scenario(
            "the same against bare tasks",
            "ns",
            0.8,
            0.5,
            new Side("region", () => FanOut(60)),
            new Side("Task.Run x 1,000, WhenAll", () => BareFanOut(60))
        )
        {
            Floor = Floors.FanOut(600, Children),
            Booked = Floors.WithBooks(Floors.FanOut(200, Children), (200 * Children) + 1),
        };
        yield return new Scenario(
            "spawn one child and await it",
            "ns",
            0.35,
            0.15,
            new Side("Spawn, await", () => OneByOne(60_000)),
            new Side("Task.Run, await", () => BareOneByOne(60_000))
        )
        {
            Floor = Floors.OneByOne(600_000),
            Booked = Floors.WithBooks(Floors.OneByOne(200_000), 200_000 + 1),
        };
        yield return new Scenario(
            "fork/join tree, depth 17, per node",
            "ns",
            0.4,
            0.25,
            new Side("Spawn both children", () => Tree(Ours.Workers)),
            new Side("Task.Run both children", () => BareTree())
        )
        {
            Floor = Floors.Tree(Depth),
            Booked = Floors.WithBooks(Floors.Tree(Depth), (2L << Depth) - 1),
        };
    }

    internal static async Task<Sample> FanOut(int regions, int children = Children)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            Meter meter = Meter.Start();
            for (int i = 0; i < regions; i++)
            {
                await cx.OpenRegion(async cx =>
                {
                    for (int j = 0; j < children; j++)
                    {
                        cx.Spawn(static cx => Work.CompletedWork);
                    }
                });
            }

            sample = meter.Stop((long)regions * children);
        });
        return sample;
    }

    private static async Task<Sample> Nursery(int scopes)
    {
        Meter meter = Meter.Start();
        for (int i = 0; i < scopes; i++)
        {
            using var scope = new CancellationTokenSource();
            var tasks = new Task[Children];
            var links = new CancellationTokenSource[Children];
            for (int j = 0; j < Children; j++)
            {
                links[j] = CancellationTokenSource.CreateLinkedTokenSource(scope.Token);
                tasks[j] = Task.Run(static () => { }, links[j].Token);
            }

            await Task.WhenAll(tasks);
            foreach (CancellationTokenSource link in links)
            {
                link.Dispose();
            }
        }

        return meter.Stop((long)scopes * Children);
    }

    private static async Task<Sample> BareFanOut(int scopes)
    {
        Meter meter = Meter.Start();
        for (int i = 0; i < scopes; i++)
        {
            var tasks = new Task[Children];
            for (int j = 0; j < Children; j++)
            {
                tasks[j] = Task.Run(static () => { });
            }

            await Task.WhenAll(tasks);
        }

        return meter.Stop((long)scopes * Children);
    }

    private static async Task<Sample> OneByOne(int times)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            Meter meter = Meter.Start();
            for (int i = 0; i < times; i++)
            {
                await cx.Spawn(static cx => Work.FromResult(1));
            }

            sample = meter.Stop(times);
        });
        return sample;
    }

    private static async Task<Sample> BareOneByOne(int times)
    {
        Meter meter = Meter.Start();
        for (int i = 0; i < times; i++)
        {
            await Task.Run(static () => 1);
        }

        return meter.Stop(times);
    }

    internal static async Task<Sample> Tree(int workers)
    {
        Sample sample = default;
        await Ours.Run(
            async cx =>
            {
                Meter meter = Meter.Start();
                int leaves = await Node(cx, Depth);
                sample = meter.Stop((2L << Depth) - 1);
                Check.Equal(1 << Depth, leaves);
            },
            workers
        );
        return sample;

        static async Work<int> Node(Cx cx, int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            Child<int> left = cx.Spawn(cx => Node(cx, depth - 1));
            Child<int> right = cx.Spawn(cx => Node(cx, depth - 1));
            return await left + await right;
        }
    }

    private static async Task<Sample> BareTree()
    {
        Meter meter = Meter.Start();
        int leaves = await Node(Depth);
        Sample sample = meter.Stop((2L << Depth) - 1);
        Check.Equal(1 << Depth, leaves);
        return sample;

        static async Task<int> Node(int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            Task<int> left = Task.Run(() => Node(depth - 1));
            Task<int> right = Task.Run(() => Node(depth - 1));
            return await left + await right;
        }
    }
}
