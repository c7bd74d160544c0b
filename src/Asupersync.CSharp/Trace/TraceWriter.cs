using Asupersync.Kernel;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Asupersync;

/// <summary>
/// Writes the labels of a run as NDJSON, in the order in which the steps were taken (docs/trace-format.md). Where the writer throws, the trace
/// ends and the run goes on: no step is left in the middle for it.
/// </summary>
internal sealed class TraceWriter(TextWriter writer)
{
    private long _sequence;
    private bool _ended;
    private Exception? _failure;

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

    internal void Flush() => Try(static (writer, _) => writer.Flush(), "");

    /// <summary>What the writer threw, once.</summary>
    internal Exception? TakeFailure() => _failure is null ? null : Interlocked.Exchange(ref _failure, null);

    private void WriteLine(string line) =>
        Try(
            static (writer, line) =>
            {
                // Not WriteLine: a trace has the same bytes on every system.
                writer.Write(line);
                writer.Write('\n');
            },
            line
        );

    private void Try(Action<TextWriter, string> write, string line)
    {
        if (_ended)
        {
            return;
        }

        try
        {
            write(writer, line);
        }
        catch (Exception exception)
        {
            _ended = true;
            Volatile.Write(ref _failure, exception);
        }
    }
}
