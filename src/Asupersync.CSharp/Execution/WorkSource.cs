using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>
/// What stands behind a <see cref="Work{T}"/>: an async method not yet run, a wait, or a failure. The part that does
/// not depend on the result.
/// </summary>
/// <remarks>
/// A handle carries the token that was valid when it was made. Awaiting moves the token on, and so does recycling, so a
/// stale handle is noticed however often its source was reused.
/// </remarks>
internal abstract class WorkSource : StrandItem
{
    private protected const int Idle = 0;
    private protected const int Cold = 1;
    private protected const int Pending = 2;
    private protected const int Waiting = 3;
    private protected const int Done = 4;

    private protected Strand? _strand;
    private protected int _state;
    private protected int _token;

    /// <summary>
    /// A box keeps its continuation here until it is done; every source keeps its failure here afterwards.
    /// </summary>
    private protected object? _tail;

    internal int Token => _token;

    internal Strand? Strand => _strand;

    /// <summary>Takes the source for one await on the current strand and returns the awaiter's token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Claim(int token)
    {
        Strand? current = Asupersync.Strand.Current;
        if (current is null || token != _token || (_strand is not null && _strand != current))
        {
            return ClaimRest(token, current);
        }

        _strand = current;
        return ++_token;
    }

    /// <summary>Runs a cold source up to its first suspension. True when it is finished.</summary>
    internal abstract bool Begin();

    /// <summary>
    /// Registers the one continuation, a <see cref="StrandItem"/> or an <see cref="Action"/>; on the strand only.
    /// </summary>
    internal abstract void Suspend(object continuation);

    /// <summary>As <see cref="Register"/>, or what the strand is suspending when it is given the mark for that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void RegisterOrSuspend(WorkSource? source, Action continuation)
    {
        if (continuation == (object)Asupersync.Strand.SuspendMark)
        {
            source!.Suspend(source._strand!.TakeSuspending());
        }
        else
        {
            Register(source, continuation);
        }
    }

    /// <summary>
    /// Registers a continuation from whatever thread; on the strand where there is one, else, for work that is
    /// finished, on the pool.
    /// </summary>
    internal static void Register(WorkSource? source, object continuation)
    {
        if ((source?._strand ?? Asupersync.Strand.Current) is not { } strand)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static item => Asupersync.Strand.RunPiece(item),
                continuation,
                preferLocal: true
            );
        }
        else if (source?._strand is null)
        {
            strand.Resume(continuation);
        }
        else if (strand.Concurrent ? strand == Asupersync.Strand.Current : strand.Scheduler.IsCurrent)
        {
            source.Suspend(continuation);
        }
        else
        {
            strand.Resume(new SuspendItem(source, continuation));
        }
    }

    /// <summary>
    /// Ends the wait as cancelled if nothing else ended it before. On the thread that polls the strand; false for what is no wait.
    /// </summary>
    internal virtual bool TryCancel(object? reason) => false;

    /// <summary>The kernel says that the wait is over. On the thread that polls the strand; only for what waits for that.</summary>
    internal virtual void EndByKernel() => throw new NotSupportedException();

    /// <summary>Where the strand keeps this wait among those it has armed.</summary>
    internal virtual int WaitIndex
    {
        get => -1;
        set => throw new NotSupportedException();
    }

    /// <summary>Called when the result was taken; a recyclable source prepares for its next use.</summary>
    private protected virtual void Release() { }

    private protected static void ThrowFailure(object failure, Strand? strand)
    {
        if (failure is ExceptionDispatchInfo fault)
        {
            fault.Throw();
        }

        var cancelled = (CancelledWait)failure;
        throw strand?.Owner?.CreateCancellation(strand, cancelled.Reason) ?? new OperationCanceledException();
    }

    private int ClaimRest(int token, Strand? current)
    {
        if (_state == Done && _strand is null)
        {
            return _token;
        }

        throw token != _token ? ExecutionErrors.AwaitedTwice()
        : current is null ? ExecutionErrors.NoStrand()
        : ExecutionErrors.OtherStrand();
    }
}
