using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>A call that runs on its strand when it is awaited: first cold, in the end with its result.</summary>
internal abstract class CallSource<T> : WorkSource<T>
{
    private protected CallSource() => _recyclable = true;

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

    /// <summary>Ends with what another source failed with.</summary>
    private protected void SetFailure(object failure) => Finish(failure);

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
