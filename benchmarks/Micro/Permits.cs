using System.Threading.Channels;
using BenchmarkDotNet.Attributes;

namespace Asupersync.Benchmarks;

/// <summary>Putting an item into a channel that has room, and taking it out again.</summary>
[MemoryDiagnoser]
public class Permits
{
    private const int Capacity = 16;

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = Inside.Times,
        Description = "Channel.Writer.TryWrite, Reader.TryRead"
    )]
    public void Bare()
    {
        var channel = Channel.CreateBounded<int>(Capacity);
        for (int i = 0; i < Inside.Times; i++)
        {
            Demand(channel.Writer.TryWrite(i));
            Demand(channel.Reader.TryRead(out int item) && item == i);
        }
    }

    [Benchmark(OperationsPerInvoke = Inside.Times, Description = "TryReserve, Commit, TryReceive")]
    public void Committed() =>
        Inside.Run(cx =>
        {
            var (sender, receiver) = Chan.Bounded<int>(Capacity);
            for (int i = 0; i < Inside.Times; i++)
            {
                Demand(sender.TryReserve(cx, out SendPermit<int> permit));
                Demand(permit.Commit(i));
                Demand(receiver.TryReceive(out int item) && item == i);
            }

            return Work.CompletedWork;
        });

    /// <summary>Nothing gets into the channel, so that nothing is taken out.</summary>
    [Benchmark(OperationsPerInvoke = Inside.Times, Description = "TryReserve, Abort")]
    public void Aborted() =>
        Inside.Run(cx =>
        {
            var (sender, _) = Chan.Bounded<int>(Capacity);
            for (int i = 0; i < Inside.Times; i++)
            {
                Demand(sender.TryReserve(cx, out SendPermit<int> permit));
                permit.Abort();
            }

            return Work.CompletedWork;
        });

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("A channel with room refused an item, or gave another one back.");
        }
    }
}
