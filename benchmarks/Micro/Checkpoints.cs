using BenchmarkDotNet.Attributes;

namespace Asupersync.Benchmarks;

/// <summary>Asking whether to stop, where nobody has asked for it.</summary>
[MemoryDiagnoser]
public class Checkpoints
{
    private readonly CancellationTokenSource _source = new();

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = Inside.Times,
        Description = "token.ThrowIfCancellationRequested()"
    )]
    public void Bare()
    {
        CancellationToken token = _source.Token;
        for (int i = 0; i < Inside.Times; i++)
        {
            token.ThrowIfCancellationRequested();
        }
    }

    [Benchmark(OperationsPerInvoke = Inside.Times, Description = "cx.Checkpoint()")]
    public void Ours() =>
        Inside.Run(cx =>
        {
            for (int i = 0; i < Inside.Times; i++)
            {
                cx.Checkpoint();
            }

            return Work.CompletedWork;
        });
}
