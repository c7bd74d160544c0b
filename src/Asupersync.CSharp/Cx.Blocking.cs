using Asupersync.Kernel;

namespace Asupersync;

/// <content>Synchronous code.</content>
public readonly partial struct Cx
{
    private const string InBlocking = "runs synchronous code";

    /// <summary>
    /// Calls synchronous code on a thread for such code, so that it holds up no other task: at most
    /// <see cref="RuntimeOptions.BlockingThreads"/> calls run at a time. A checkpoint before the call. A running call cannot be ended from
    /// outside, so it is waited for: a request to cancel trips the token that the code is given, and takes back a call that still
    /// waits for a thread. The task does not end before the call, even when nobody awaits it. The code has no context: it cannot use the
    /// <see cref="Cx"/>. Rests on the rule Checkpoint.
    /// </summary>
    /// <remarks>
    /// Code that returns a plain task, as an async lambda does, runs until that has ended: the thread waits for it. What it failed with is
    /// thrown by this call, and else the task that is returned has ended. Code that only awaits needs no thread; await it in the task.
    /// </remarks>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="function">The code; its token trips when the task could see a request. When it throws <see
    /// cref="OperationCanceledException"/> for that, the task counts as having acknowledged.</param>
    /// <returns>What the code returns; what it throws is thrown.</returns>
    /// <exception cref="BlockingQueueFullException">All threads are busy, and <see cref="RuntimeOptions.BlockingQueue"/> calls wait (ASUP2301).</exception>
    /// <exception cref="CancelledException">A request to cancel was pending, or came before the call had a thread.</exception>
    [Rule(RuleName.Checkpoint)]
    public async Work<T> RunBlocking<T>(Func<CancellationToken, T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        TaskCell cell = Pass(Capabilities.Spawn);
        Engine.BlockingBegan(cell);
        try
        {
            WaitSource<T> wait = new BlockingCall<T>(cell, function).Submit();
            cell.WaitsFor = InBlocking;
            return await wait;
        }
        finally
        {
            cell.WaitsFor = null;
            Engine.BlockingEnded(cell);
        }
    }

    /// <summary>As <see cref="RunBlocking{T}(Func{CancellationToken, T})"/>, for code that takes no token.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="function">The code.</param>
    /// <returns>What the code returns.</returns>
    [Rule(RuleName.Checkpoint)]
    public Work<T> RunBlocking<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunBlocking(_ => function());
    }

    /// <summary>As <see cref="RunBlocking{T}(Func{CancellationToken, T})"/>, for code without a value.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Work that ends with the code.</returns>
    [Rule(RuleName.Checkpoint)]
    public async Work RunBlocking(Action<CancellationToken> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        await RunBlocking<Nothing>(token =>
        {
            code(token);
            return default;
        });
    }

    /// <summary>As <see cref="RunBlocking{T}(Func{CancellationToken, T})"/>, for code that neither takes a token nor gives a value.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Work that ends with the code.</returns>
    [Rule(RuleName.Checkpoint)]
    public Work RunBlocking(System.Action code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return RunBlocking((CancellationToken _) => code());
    }
}
