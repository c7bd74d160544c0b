using Asupersync.Kernel;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Asupersync;

/// <summary>
/// Takes the labels of a run in the order in which the steps were taken, whichever worker hands them over first: writes them, and in
/// shadow mode has the pure kernel take each of them as well.
/// </summary>
internal sealed class RunRecorder(TraceWriter? writer, TraceHeader header, Action<TraceError> onMismatch)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, RecordedLabel> _early = [];
    private State _shadow = TraceModule.initial(header);
    private long _tickets;
    private long _taken;
    private long _at;
    private bool _broken;

    /// <summary>The place of a step that is being taken; asked for while the gates of the step are held.</summary>
    internal long NextTicket() => Interlocked.Increment(ref _tickets);

    /// <summary>Takes labels over, outside of all gates.</summary>
    internal void Accept(Queue<RecordedLabel> labels)
    {
        lock (_gate)
        {
            while (labels.TryDequeue(out RecordedLabel label))
            {
                _early.Add(label.Ticket, label);
            }

            while (_early.Remove(_taken + 1, out RecordedLabel next))
            {
                _taken++;
                Take(next);
            }
        }
    }

    /// <summary>Waits for what other workers are about to hand over, and compares the ends.</summary>
    /// <param name="fingerprint">The hash of the state that the workers came to.</param>
    internal void End(Func<ulong> fingerprint)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _taken) < Volatile.Read(ref _tickets))
        {
            spin.SpinOnce();
        }

        lock (_gate)
        {
            ulong own = fingerprint();
            if (!_broken && own != _shadow.Fingerprint)
            {
                Fail(
                    new TraceError(
                        _taken,
                        "ASUP1207",
                        $"the run ended in {own:x16}, the kernel in {_shadow.Fingerprint:x16}"
                    )
                );
            }

            writer?.Flush();
        }
    }

    private void Take(in RecordedLabel label)
    {
        _at = Math.Max(_at, label.At);
        FSharpList<Consequence> consequences =
            label.Consequences.Length == 0 ? FSharpList<Consequence>.Empty : ListModule.OfSeq(label.Consequences);
        FSharpValueOption<ulong> fingerprint = FSharpValueOption<ulong>.ValueNone;
        if (!_broken)
        {
            FSharpResult<State, TraceError> result = TraceModule.accept(
                _shadow,
                new TraceStep(label.Ticket, _at, label.Action, consequences, fingerprint)
            );
            if (result.IsOk)
            {
                _shadow = result.ResultValue;
                fingerprint = FSharpValueOption<ulong>.NewValueSome(_shadow.Fingerprint);
            }
            else
            {
                Fail(result.ErrorValue);
            }
        }

        writer?.Write(new TraceStep(label.Ticket, _at, label.Action, consequences, fingerprint));
    }

    private void Fail(TraceError error)
    {
        _broken = true;
        onMismatch(error);
    }
}
