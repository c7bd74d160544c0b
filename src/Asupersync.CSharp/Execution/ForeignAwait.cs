using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// One suspension on an awaiter that is not ours. Whatever thread completes it, the strand resumes on the scheduler.
/// </summary>
/// <remarks>
/// One object and one delegate per suspension: an awaiter that calls back twice then hurts nobody. The awaiter sees the
/// strand as its context: what completes on the strand comes back at once and in order, where without a context .NET would
/// send it through the thread pool; what completes elsewhere is posted to the strand and goes on in that same poll.
/// </remarks>
internal sealed class ForeignAwait : StrandItem
{
    private readonly Strand _strand;
    private readonly StrandItem _continuation;
    private int _fired;

    private ForeignAwait(Strand strand, StrandItem continuation)
    {
        _strand = strand;
        _continuation = continuation;
    }

    /// <summary>Suspends on an awaiter that does not ask for the execution context to flow.</summary>
    internal static void Unsafe<TAwaiter>(ref TAwaiter awaiter, Strand strand, StrandItem continuation)
        where TAwaiter : ICriticalNotifyCompletion
    {
        ForeignAwait pending = Begin(strand, continuation, typeof(TAwaiter));
        try
        {
            awaiter.UnsafeOnCompleted(pending.OnReady);
        }
        catch (Exception exception)
        {
            if (!pending.WentOn(exception))
            {
                throw;
            }
        }
    }

    /// <summary>Suspends on an awaiter that has only <c>OnCompleted</c>.</summary>
    internal static void Safe<TAwaiter>(ref TAwaiter awaiter, Strand strand, StrandItem continuation)
        where TAwaiter : INotifyCompletion
    {
        ForeignAwait pending = Begin(strand, continuation, typeof(TAwaiter));
        try
        {
            awaiter.OnCompleted(pending.OnReady);
        }
        catch (Exception exception)
        {
            if (!pending.WentOn(exception))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    internal override object? Continuation => _continuation;

    /// <inheritdoc/>
    internal override void Run()
    {
        _strand.EndForeign();
        _continuation.Run();
    }

    private static ForeignAwait Begin(Strand strand, StrandItem continuation, Type awaiter)
    {
        var pending = new ForeignAwait(strand, continuation);
        strand.BeginForeign(awaiter, pending);
        return pending;
    }

    private void OnReady()
    {
        if (Interlocked.Exchange(ref _fired, 1) == 0)
        {
            if (Strand.Current == _strand)
            {
                _strand.ResumeHot(this);
            }
            else
            {
                _strand.Resume(this);
            }
        }
    }

    /// <summary>
    /// The awaiter threw. True when it called back all the same: then the method goes on there, and only the report is
    /// left.
    /// </summary>
    private bool WentOn(Exception exception)
    {
        if (Interlocked.Exchange(ref _fired, 1) == 0)
        {
            _strand.EndForeign();
            return false;
        }

        _strand.Report(exception, posted: false);
        return true;
    }
}
