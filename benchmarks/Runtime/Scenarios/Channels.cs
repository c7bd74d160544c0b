using System.Threading.Channels;

namespace Asupersync.Benchmarks;

/// <summary>Handing values from task to task.</summary>
internal static class Channels
{
    internal static IEnumerable<Scenario> All()
    {
        yield return new Scenario(
            "ping-pong through two channels of capacity 1, per round trip",
            "ns",
            0.25,
            0.1,
            new Side("two-phase channels", () => PingPong(30_000)),
            new Side("Channel.CreateBounded(1)", () => BarePingPong(30_000))
        )
        {
            Floor = Floors.PingPong(300_000),
            Booked = Floors.WithBooks(Floors.PingPong(200_000), 2, 400_000),
        };
        yield return new Scenario(
            "one producer, one consumer, capacity 1,024, per item",
            "ns",
            0.8,
            0.3,
            new Side("reserve, commit; receive", () => Stream(100_000)),
            new Side("Channel.CreateBounded(1024)", () => BareStream(100_000))
        )
        {
            Floor = Floors.Stream(1_000_000),
            Booked = Floors.WithBooks(Floors.Stream(500_000), 2, 500_000),
        };
    }

    private static async Task<Sample> PingPong(int trips)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            var (askEnd, askSource) = Chan.Bounded<int>(1);
            var (answerEnd, answerSource) = Chan.Bounded<int>(1);
            Child echo = cx.Spawn(async cx =>
            {
                while (await askSource.WaitToReceive(cx))
                {
                    await answerEnd.Send(cx, await askSource.Receive(cx));
                }
            });
            Meter meter = Meter.Start();
            for (int i = 0; i < trips; i++)
            {
                await askEnd.Send(cx, i);
                Check.Equal(i, await answerSource.Receive(cx));
            }

            sample = meter.Stop(trips);
            askEnd.Complete();
            await echo.Join();
        });
        return sample;
    }

    private static async Task<Sample> BarePingPong(int trips)
    {
        var ask = Channel.CreateBounded<int>(1);
        var answer = Channel.CreateBounded<int>(1);
        Task echo = Task.Run(async () =>
        {
            while (await ask.Reader.WaitToReadAsync())
            {
                await answer.Writer.WriteAsync(await ask.Reader.ReadAsync());
            }
        });
        Meter meter = Meter.Start();
        for (int i = 0; i < trips; i++)
        {
            await ask.Writer.WriteAsync(i);
            Check.Equal(i, await answer.Reader.ReadAsync());
        }

        Sample sample = meter.Stop(trips);
        ask.Writer.Complete();
        await echo;
        return sample;
    }

    private static async Task<Sample> Stream(int items)
    {
        Sample sample = default;
        await Ours.Run(async cx =>
        {
            var (sender, receiver) = Chan.Bounded<int>(1024);
            Meter meter = Meter.Start();
            cx.Spawn(async cx =>
            {
                for (int i = 0; i < items; i++)
                {
                    SendPermit<int> permit = await sender.Reserve(cx);
                    permit.Commit(i);
                }
            });
            for (int i = 0; i < items; i++)
            {
                Check.Equal(i, await receiver.Receive(cx));
            }

            sample = meter.Stop(items);
        });
        return sample;
    }

    private static async Task<Sample> BareStream(int items)
    {
        var channel = Channel.CreateBounded<int>(1024);
        Meter meter = Meter.Start();
        Task producer = Task.Run(async () =>
        {
            for (int i = 0; i < items; i++)
            {
                await channel.Writer.WriteAsync(i);
            }
        });
        for (int i = 0; i < items; i++)
        {
            Check.Equal(i, await channel.Reader.ReadAsync());
        }

        await producer;
        return meter.Stop(items);
    }
}
