using BenchmarkDotNet.Attributes;

namespace Asupersync.Benchmarks;

/// <summary>Letting others run first.</summary>
[MemoryDiagnoser]
public class Yields
{
    [Benchmark(Baseline = true, OperationsPerInvoke = Inside.Times, Description = "Task.Yield()")]
    public Task Bare() =>
        Task.Run(async () =>
        {
            for (int i = 0; i < Inside.Times; i++)
            {
                await Task.Yield();
            }
        });

    [Benchmark(OperationsPerInvoke = Inside.Times, Description = "cx.Yield()")]
    public void Ours() =>
        Inside.Run(async cx =>
        {
            for (int i = 0; i < Inside.Times; i++)
            {
                await cx.Yield();
            }
        });
}
