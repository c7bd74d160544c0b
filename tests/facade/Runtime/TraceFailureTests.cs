using Xunit;

namespace Asupersync.Tests.Runtime;

/// <summary>A trace that cannot be written ends there; the run does not.</summary>
public class TraceFailureTests
{
    private const int FewestLines = 15;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Trace_ItsWriterThrowsAtAnyLine_TheRunEndsWell(int workers)
    {
        int line = 0;
        while (true)
        {
            using var trace = new FullAfter(++line);
            IEnumerable<string> reports = await Run(workers, trace);
            if (trace.Lines < line)
            {
                Assert.Empty(reports);
                break;
            }

            Assert.Equal(["ASUP2121"], reports);
            Assert.Equal(line, trace.Lines); // It is not asked again.
        }

        Assert.InRange(line, FewestLines, int.MaxValue);
    }

    [Fact]
    public async Task Trace_IntoAClosedWriter_TheRunEndsWell()
    {
        var closed = new StreamWriter(new MemoryStream());
        await closed.DisposeAsync();
        Assert.Equal(["ASUP2121"], await Run(1, closed));
    }

    private static async Task<IEnumerable<string>> Run(int workers, TextWriter trace)
    {
        var reports = new List<RuntimeReport>();
        Outcome<int> outcome = await AsupRuntime
            .RunAsync<int>(
                async cx =>
                {
                    (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
                    return await cx.OpenRegion<int>(async c =>
                    {
                        c.Spawn(async k =>
                        {
                            for (int i = 0; i < 3; i++)
                            {
                                await tx.Send(k, i);
                            }
                        });
                        int sum = 0;
                        for (int i = 0; i < 3; i++)
                        {
                            sum += await rx.Receive(c);
                        }

                        return sum;
                    });
                },
                new RuntimeOptions
                {
                    Workers = workers,
                    Trace = trace,
                    Report = reports.Add,
                }
            )
            .WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(3, outcome.GetOrThrow());
        return reports.Select(report => report.Code);
    }

    /// <summary>Takes so many lines but one.</summary>
    private sealed class FullAfter(int lines) : StringWriter
    {
        internal int Lines { get; private set; }

        public override void Write(string? value)
        {
            if (++Lines >= lines)
            {
                throw new IOException("The disk is full.");
            }
        }
    }
}
