using System.Runtime.CompilerServices;
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

/// <summary>The work at the root of a strand, which stands in two fields of what stands at the root.</summary>
internal static class StrandRoot
{
    /// <summary>Opens the work, and takes its end when that came at once.</summary>
    /// <param name="strand">The strand.</param>
    /// <param name="root">The work.</param>
    /// <param name="continuation">What is to run when the work has ended, if it suspends; it calls <see cref="End"/>.</param>
    /// <param name="source">Where the suspended work is kept.</param>
    /// <param name="token">The token under which it is taken.</param>
    internal static void Begin<T>(
        Strand strand,
        IStrandRoot<T> root,
        object continuation,
        ref object? source,
        ref int token
    )
    {
        WorkResult<T> result;
        ExecutionContext.Restore(strand.Context);
        try
        {
            WorkAwaiter<T> awaiter = root.Open().GetAwaiter();
            if (!awaiter.IsCompleted)
            {
                WorkSource<T> pending = awaiter.Source!;
                source = pending;
                token = awaiter.Token;
                pending.Suspend(continuation);
                return;
            }

            result = awaiter.GetResultQuietly();
        }
        catch (Exception exception)
        {
            result = new WorkResult<T>(ExceptionDispatchInfo.Capture(exception));
        }

        root.Close(result);
    }

    /// <summary>Takes the end of the work that had suspended.</summary>
    internal static void End<T>(Strand strand, IStrandRoot<T> root, ref object? source, int token)
    {
        WorkResult<T> result;
        ExecutionContext.Restore(strand.Context);
        WorkSource<T> ended = Unsafe.As<WorkSource<T>>(source!);
        source = null;
        try
        {
            result = ended.TakeQuietly(token);
        }
        catch (Exception exception)
        {
            result = new WorkResult<T>(ExceptionDispatchInfo.Capture(exception));
        }

        root.Close(result);
    }
}
