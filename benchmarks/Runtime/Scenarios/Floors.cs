using Asupersync.Kernel;

namespace Asupersync.Benchmarks;

/// <summary>The least that some scenarios can cost, measured in the same rounds as their two sides.</summary>
internal static class Floors
{
    private const int RecordsTogether = 250;

    // With what every array has besides, 192 bytes.
    private const int FieldsOfACell = 21;

    /// <summary>The same floor with the kernel's steps of it: so many tasks and obligations.</summary>
    internal static Side WithBooks(Side floor, long tasks, long obligations = 0) =>
        new(
            $"{floor.Name}, with the kernel's steps",
            async () =>
            {
                FloorLoop.Books = new FloorBooks();
                Sample sample = await floor.Run();
                FloorLoop.Books.Check(tasks, obligations);
                FloorLoop.Books = null;
                return sample;
            }
        );

    internal static Side FanOut(int scopes, int children) =>
        new(
            "one-thread queue",
            () =>
                Measured(
                    (long)scopes * children,
                    scopes,
                    async () =>
                    {
                        for (int i = 0; i < scopes; i++)
                        {
                            var left = new FloorCountdown(children);
                            for (int j = 0; j < children; j++)
                            {
                                One().Forget(left);
                            }

                            await left;
                        }

                        return scopes;
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

    internal static Side Stream(int items) =>
        new(
            "one-thread queue, a ring",
            () =>
            {
                var ring = new FloorRing(1024);
                return Measured(
                    items,
                    items,
                    async () =>
                    {
                        FloorWork<int> producer = Produce(ring, items);
                        for (int i = 0; i < items; i++)
                        {
                            Check.Equal(i, await ring.Receive());
                        }

                        return await producer;
                    }
                );
            }
        );

    /// <summary>
    /// Bodies that wait, and with books a record of the kernel beside each: the semantics say what a task is, and a runtime that takes its
    /// steps by the kernel's rules keeps that.
    /// </summary>
    internal static Side Suspended(int bodies, bool withRecords, bool withTimers) =>
        new(
            "a body each",
            () =>
            {
                Sample sample = default;
                FloorLoop.Pools = false; // Else the second round finds the boxes of the first.
                var slots = new FloorSlot[bodies];
                var records = new TaskRecord[bodies / RecordsTogether][];
                var timers = new TimerEntry[bodies / RecordsTogether][];
                int sum = FloorLoop.Run(async () =>
                {
                    for (int i = 0; i < slots.Length; i++)
                    {
                        slots[i] = new FloorSlot();
                    }

                    Meter meter = Meter.Start();
                    var works = new FloorWork<int>[bodies];
                    for (int i = 0; i < works.Length; i++)
                    {
                        works[i] = Wait(slots[i]);
                    }

                    for (int i = 0; i < records.Length; i++)
                    {
                        records[i] = withRecords ? new TaskRecord[RecordsTogether] : [];
                        timers[i] = withTimers ? new TimerEntry[RecordsTogether] : [];
                    }

                    sample = meter.Stop(bodies);
                    int sum = 0;
                    for (int i = 0; i < slots.Length; i++)
                    {
                        slots[i].Send(1);
                        sum += await works[i];
                    }

                    return sum;
                });
                FloorLoop.Pools = true;
                Check.Equal(bodies, sum);
                GC.KeepAlive(records);
                GC.KeepAlive(timers);
                return Task.FromResult(sample with { Score = sample.Bytes });
            }
        );

    /// <summary>Objects of the size of a task's cell, all alive at a time.</summary>
    internal static Side Objects(int objects) =>
        new(
            "objects of the same size",
            () =>
            {
                var kept = new object?[objects][];
                Meter meter = Meter.Start();
                for (int i = 0; i < kept.Length; i++)
                {
                    kept[i] = new object?[FieldsOfACell];
                }

                Sample sample = meter.Stop(objects);
                GC.KeepAlive(kept);
                return Task.FromResult(sample);
            }
        );

    private static async FloorWork<int> Wait(FloorSlot slot) => await slot.Receive();

    private static async FloorWork<int> Echo(FloorSlot ask, FloorSlot answer, int trips)
    {
        for (int i = 0; i < trips; i++)
        {
            answer.Send(await ask.Receive());
        }

        return trips;
    }

    private static async FloorWork<int> Produce(FloorRing ring, int items)
    {
        for (int i = 0; i < items; i++)
        {
            (await ring.Place()).Send(i);
        }

        return items;
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
