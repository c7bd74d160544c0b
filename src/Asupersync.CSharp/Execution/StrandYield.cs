using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>Suspends the strand for one turn: it goes to the end of its queue and runs on in its next poll.</summary>
internal readonly struct StrandYield : ICriticalNotifyCompletion, IStrandAwaiter
{
    private readonly Strand _strand;

    internal StrandYield(Strand strand) => _strand = strand;

#pragma warning disable CA1822 // the shape that await asks for
    public bool IsCompleted => false;

    public void GetResult() { }
#pragma warning restore CA1822

    public StrandYield GetAwaiter() => this;

    public void OnCompleted(Action continuation) => _strand.Resume(new FlowItem(FlowContext.Capture(), continuation));

    public void UnsafeOnCompleted(Action continuation)
    {
        if (continuation == (object)Strand.SuspendMark)
        {
            _strand.AddReady(_strand.TakeSuspending());
        }
        else
        {
            _strand.Resume(continuation);
        }
    }
}
