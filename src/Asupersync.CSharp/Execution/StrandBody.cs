using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>
/// The root of a strand: opens the user's work on the strand and is told how it ended. Resume the strand with it to
/// start.
/// </summary>
internal abstract class StrandBody<T> : StrandItem
{
    private WorkSource<T>? _source;
    private int _token;

    private protected StrandBody(Strand strand) => Strand = strand;

    internal Strand Strand { get; }

    /// <inheritdoc/>
    internal sealed override void Run()
    {
        WorkResult<T> result;
        ExecutionContext.Restore(Strand.Context);
        try
        {
            if (_source is null)
            {
                WorkAwaiter<T> awaiter = Open().GetAwaiter();
                if (!awaiter.IsCompleted)
                {
                    _source = awaiter.Source;
                    _token = awaiter.Token;
                    awaiter.Suspend(this);
                    return;
                }

                result = awaiter.GetResultQuietly();
            }
            else
            {
                result = _source.TakeQuietly(_token);
            }
        }
        catch (Exception exception)
        {
            result = new WorkResult<T>(ExceptionDispatchInfo.Capture(exception));
        }

        _source = null;
        Close(result);
    }

    /// <summary>Gives the work to run; called once, in the first poll. What it throws is the end of the work.</summary>
    private protected abstract Work<T> Open();

    /// <summary>Takes the end of the work; called once, on the strand.</summary>
    private protected abstract void Close(WorkResult<T> result);
}
