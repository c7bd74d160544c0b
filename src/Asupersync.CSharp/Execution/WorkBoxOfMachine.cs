using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>The box of one async method, with its state machine inside.</summary>
internal sealed class WorkBox<TStateMachine, T> : WorkBox<T>
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine? Machine;

    /// <inheritdoc/>
    internal override void Run()
    {
        RestoreContext();
        Machine!.MoveNext();
    }

    /// <inheritdoc/>
    internal override bool Begin()
    {
        if (_state == Cold)
        {
            Start();
        }

        return _state == Done;
    }

    private void Start()
    {
        Strand strand = _strand!;
        _state = Pending;
        if (!strand.Descend())
        {
            // No stack left for another nested call: this one starts from the bottom, in the next poll.
            SaveContext();
            strand.AddReady(this);
            return;
        }

        // As with any async method, what the callee does to AsyncLocal values stays in the callee.
        ExecutionContext caller = FlowContext.Capture();
        Machine!.MoveNext();
        ExecutionContext.Restore(caller);
        strand.Ascend();
    }
}
