using Asupersync.Kernel;

namespace Asupersync;

/// <content>Recording and shadow mode.</content>
internal sealed partial class Engine
{
    /// <summary>The first label that the pure kernel did not take as it was, or null.</summary>
    internal TraceError? ShadowMismatch { get; private set; }

    private void BeginRecord(Budget budget)
    {
        _trace?.Begin(Ledger.Limits, Options.Policy, budget);
        if (Options.Shadow || (Concurrent && _trace is not null))
        {
            var header = new TraceHeader(Ledger.Limits, Options.Policy, budget);
            _recorder = new RunRecorder(_trace, header, TellMismatch);
        }
    }

    private void EndRecord()
    {
        if (_recorder is { } recorder)
        {
            recorder.Accept(Here.Labels);
            recorder.End(() => Ledger.Fingerprint);
        }
        else
        {
            _trace?.Flush();
        }

        TellTraceEnded();
    }

    /// <summary>Says that the trace ended early; outside of all gates, since whoever hears it may take steps.</summary>
    private void TellTraceEnded()
    {
        if (_trace?.TakeFailure() is { } failure)
        {
            Tell(
                new RuntimeReport(
                    "ASUP2121",
                    $"the writer of the trace threw; the trace ends there, and the run goes on: {failure}",
                    []
                )
            );
        }
    }

    private void TellMismatch(TraceError error)
    {
        ShadowMismatch ??= error;
        Tell(
            new RuntimeReport(
                "ASUP2117",
                $"shadow mode: step {error.Line} of the run is not one of the kernel: {error.Code}: {error.Message} This is a bug of the runtime.",
                []
            )
        );
    }
}
