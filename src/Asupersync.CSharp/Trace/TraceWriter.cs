using Asupersync.Kernel;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Asupersync;

/// <summary>Writes the labels of a run as NDJSON, in the order in which the steps were taken (docs/trace-format.md).</summary>
internal sealed class TraceWriter(TextWriter writer)
{
    private long _sequence;

    internal void Begin(Limits limits, Policy policy, Budget budget) =>
        WriteLine(TraceJson.writeHeader(new TraceHeader(limits, policy, budget)));

    internal void Write(Kernel.Action action, long at, List<Consequence> consequences, ulong fingerprint) =>
        WriteLine(
            TraceJson.writeStep(
                new TraceStep(
                    ++_sequence,
                    at,
                    action,
                    consequences.Count == 0 ? FSharpList<Consequence>.Empty : ListModule.OfSeq(consequences),
                    FSharpValueOption<ulong>.NewValueSome(fingerprint)
                )
            )
        );

    internal void Write(TraceStep step) => WriteLine(TraceJson.writeStep(step));

    internal void Flush() => writer.Flush();

    private void WriteLine(string line)
    {
        // Not WriteLine: a trace has the same bytes on every system.
        writer.Write(line);
        writer.Write('\n');
    }
}
