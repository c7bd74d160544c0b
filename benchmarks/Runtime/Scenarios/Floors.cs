namespace Asupersync.Benchmarks;

/// <summary>The least that some scenarios can cost, measured in the same rounds as their two sides.</summary>
internal static class Floors
{
    internal static Side FanOut(int scopes, int children) =>
        new(
            "one-thread queue",
            () =>
                Measured(
                    (long)scopes * children,
                    (long)scopes * children,
                    async () =>
                    {
                        int sum = 0;
                        var works = new FloorWork<int>[children];
                        for (int i = 0; i < scopes; i++)
                        {
                            for (int j = 0; j < children; j++)
                            {
                                works[j] = One();
                            }

                            for (int j = 0; j < children; j++)
                            {
                                sum += await works[j];
                            }
                        }

                        return sum;
                    }
                )
        );

    internal static Side OneByOne(int times) =>
        new(
            "one-thread queue",
            () =>
                Measured(
                    times,
                    times,
                    async () =>
                    {
                        int sum = 0;
                        for (int i = 0; i < times; i++)
                        {
                            sum += await One();
                        }

                        return sum;
                    }
                )
        );

    internal static Side Tree(int depth)
    {
        return new("one-thread queue", () => Measured((2L << depth) - 1, 1 << depth, () => Node(depth)));

        static async FloorWork<int> Node(int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            FloorWork<int> left = Node(depth - 1);
            FloorWork<int> right = Node(depth - 1);
            return await left + await right;
        }
    }

    internal static Side PingPong(int trips) =>
        new(
            "one-thread queue, two slots",
            () =>
            {
                var ask = new FloorSlot();
                var answer = new FloorSlot();
                return Measured(
                    trips,
                    trips,
                    async () =>
                    {
                        FloorWork<int> echo = Echo(ask, answer, trips);
                        for (int i = 0; i < trips; i++)
                        {
                            ask.Send(i);
                            Check.Equal(i, await answer.Receive());
                        }

                        return await echo;
                    }
                );
            }
        );

    private static async FloorWork<int> Echo(FloorSlot ask, FloorSlot answer, int trips)
    {
        for (int i = 0; i < trips; i++)
        {
            answer.Send(await ask.Receive());
        }

        return trips;
    }

    private static async FloorWork<int> One() => 1;

    private static Task<Sample> Measured(long operations, long expected, Func<FloorWork<int>> body)
    {
        Meter meter = Meter.Start();
        int result = FloorLoop.Run(body);
        Sample sample = meter.Stop(operations);
        Check.Equal(expected, result);
        return Task.FromResult(sample);
    }
}
