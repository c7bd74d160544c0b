using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>The source of a result.</summary>
internal abstract class WorkSource<T> : WorkSource
{
    private protected T? _result;
    private protected bool _recyclable;

    /// <summary>The result, or the failure thrown. A recyclable source is free for its next use afterwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Take(int token)
    {
        if (_state != Done || token != _token)
        {
            throw token != _token ? ExecutionErrors.AwaitedTwice() : ExecutionErrors.NotFinished();
        }

        if (_tail is not null || _recyclable)
        {
            return TakeRest();
        }

        return _result!;
    }

    /// <summary>The same for work that hands a failure on to its own awaiter: nothing is thrown.</summary>
    internal T Take(int token, out object? failure)
    {
        if (_state != Done || token != _token)
        {
            throw token != _token ? ExecutionErrors.AwaitedTwice() : ExecutionErrors.NotFinished();
        }

        failure = _tail;
        T value = _result!;
        Release();
        return value;
    }

    /// <summary>The same without throwing what the work failed with.</summary>
    internal WorkResult<T> TakeQuietly(int token)
    {
        if (_state != Done || token != _token)
        {
            throw token != _token ? ExecutionErrors.AwaitedTwice() : ExecutionErrors.NotFinished();
        }

        WorkResult<T> result = _tail switch
        {
            null => new WorkResult<T>(_result!),
            ExceptionDispatchInfo fault => new WorkResult<T>(fault),
            object cancelled => new WorkResult<T>((CancelledWait)cancelled),
        };
        Release();
        return result;
    }

    private T TakeRest()
    {
        object? failure = _tail;
        T value = _result!;
        Strand? strand = _strand;
        Release();
        if (failure is not null)
        {
            ThrowFailure(failure, strand);
        }

        return value;
    }
}
