using BenchmarkDotNet.Attributes;

namespace Asupersync.Benchmarks;

/// <summary>An async call that completes at once.</summary>
[MemoryDiagnoser]
public class Calls
{
    [Benchmark(Baseline = true, OperationsPerInvoke = Inside.Times, Description = "async ValueTask")]
    public async Task<int> Bare()
    {
        int sum = 0;
        for (int i = 0; i < Inside.Times; i++)
        {
            sum += await One(i);
        }

        return sum;

        static async ValueTask<int> One(int i) => await new ValueTask<int>(i);
    }

    [Benchmark(OperationsPerInvoke = Inside.Times, Description = "async Work")]
    public int Ours()
    {
        int sum = 0;
        Inside.Run(async cx =>
        {
            int inner = 0;
            for (int i = 0; i < Inside.Times; i++)
            {
                inner += await One(i);
            }

            sum = inner;
        });
        return sum;

        static async Work<int> One(int i) => await new ValueTask<int>(i);
    }
}
