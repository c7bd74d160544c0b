using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// The box of one async method, with its state machine inside. Taking the result frees the box for another call of the same method, so a
/// method that is called again and again allocates nothing; a stale handle is told by its token.
/// </summary>
internal sealed class WorkBox<TStateMachine, T> : WorkBox<T>
    where TStateMachine : IAsyncStateMachine
{
    private const int MostKept = 256;

    [ThreadStatic]
    private static WorkBox<TStateMachine, T>? _free;

    [ThreadStatic]
    private static int _freeCount;

    internal TStateMachine? Machine;

    /// <summary>An empty box: a free one of this thread, or a new one.</summary>
    internal static WorkBox<TStateMachine, T> Rent()
    {
        if (_free is not { } box)
        {
            return new WorkBox<TStateMachine, T>();
        }

        _free = Unsafe.As<WorkBox<TStateMachine, T>?>(box._tail);
        _freeCount--;
        box._tail = null;
        return box;
    }

    /// <inheritdoc/>
    internal override Type? Method => typeof(TStateMachine);

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

    /// <inheritdoc/>
    private protected override void Release()
    {
        Machine = default;
        _context = null;
        _result = default;
        _strand = null;
        _tail = null;
        _state = Cold;
        _token++;
        if (_freeCount < MostKept)
        {
            _tail = _free;
            _free = this;
            _freeCount++;
        }
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
