using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>Holds one call of an async method: first its arguments, then its locals, in the end its result.</summary>
internal abstract class WorkBox<T> : WorkSource<T>
{
    private protected ExecutionContext? _context;

    private protected WorkBox()
    {
        _state = Cold;
        _recyclable = true;
    }

    /// <inheritdoc/>
    internal override object? Continuation => _state == Waiting ? _tail : null;

    /// <inheritdoc/>
    internal override void Suspend(object continuation)
    {
        if (_state == Pending)
        {
            _tail = continuation;
            _state = Waiting;
        }
        else if (_state == Done)
        {
            _strand!.AddReady(continuation);
        }
        else
        {
            throw ExecutionErrors.AwaitedTwice();
        }
    }

    internal void SetResult(T value)
    {
        _result = value;
        Finish(null);
    }

    internal void SetException(Exception exception) => Finish(ExceptionDispatchInfo.Capture(exception));

    /// <summary>Remembers the execution context of the frame that suspends.</summary>
    internal void SaveContext() => _context = FlowContext.Capture();

    private protected void RestoreContext()
    {
        ExecutionContext? context = _context;
        if (context is not null)
        {
            ExecutionContext.Restore(context);
        }
    }

    private void Finish(object? failure)
    {
        object? continuation = _tail;
        _tail = failure;
        _state = Done;
        if (continuation is not null)
        {
            _strand!.ResumeHot(continuation);
        }
    }
}
