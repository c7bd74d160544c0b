using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>What a root runs, and who is told how it ended.</summary>
internal interface IStrandRoot<T>
{
    /// <summary>Gives the work to run; called once, in the first poll. What it throws is the end of the work.</summary>
    Work<T> Open();

    /// <summary>Takes the end of the work; called once, on the strand.</summary>
    void Close(WorkResult<T> result);
}

/// <summary>How far the work at the root of a strand is: a part of what stands at the root.</summary>
internal struct StrandRoot<T>
{
    private WorkSource<T>? _source;
    private int _token;

    /// <summary>Opens the work, or takes its end when it had suspended.</summary>
    /// <param name="strand">The strand.</param>
    /// <param name="root">The work.</param>
    /// <param name="continuation">What is to run when the suspended work has ended; it calls this again.</param>
    internal void Run(Strand strand, IStrandRoot<T> root, object continuation)
    {
        WorkResult<T> result;
        ExecutionContext.Restore(strand.Context);
        try
        {
            if (_source is null)
            {
                WorkAwaiter<T> awaiter = root.Open().GetAwaiter();
                if (!awaiter.IsCompleted)
                {
                    _source = awaiter.Source!;
                    _token = awaiter.Token;
                    _source.Suspend(continuation);
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
        root.Close(result);
    }
}
