using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// Work of a task without a result: the return type of async methods that run inside the runtime. It is cold: calling
/// such a method runs nothing, awaiting it runs its body on the awaiting task. It runs once and is awaited once.
/// </summary>
[AsyncMethodBuilder(typeof(WorkMethodBuilder))]
[SuppressMessage("Performance", "CA1815", Justification = "A handle to await once; comparing two makes no sense.")]
public readonly struct Work
{
    private readonly Work<Nothing> _inner;

    internal Work(Work<Nothing> inner) => _inner = inner;

    internal Work<Nothing> Inner => _inner;

    /// <summary>Work that is finished. It may be awaited anywhere and any number of times.</summary>
    public static Work CompletedWork => default;

    /// <summary>Work that is finished with a value. It may be awaited anywhere and any number of times.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The finished work.</returns>
    public static Work<T> FromResult<T>(T value) => new(value);

    /// <summary>Work that has failed. It may be awaited anywhere and any number of times.</summary>
    /// <param name="exception">What awaiting it throws.</param>
    /// <returns>The failed work.</returns>
    public static Work FromException(Exception exception) => new(FromException<Nothing>(exception));

    /// <summary>Work that has failed. It may be awaited anywhere and any number of times.</summary>
    /// <typeparam name="T">The type of the result there might have been.</typeparam>
    /// <param name="exception">What awaiting it throws.</param>
    /// <returns>The failed work.</returns>
    public static Work<T> FromException<T>(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new FaultedWork<T>(exception).Handle;
    }

    /// <summary>
    /// Cold work around code that returns a plain task, for languages and libraries that know no <see cref="Work"/>:
    /// awaiting it calls the code on the current task of the runtime and awaits what it gives.
    /// </summary>
    /// <param name="code">The code.</param>
    /// <returns>The work.</returns>
    public static async Work FromTask(Func<Task> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        await code();
    }

    /// <summary>As <see cref="FromTask"/>, for code that gives a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="code">The code.</param>
    /// <returns>The work.</returns>
    public static async Work<T> FromTask<T>(Func<Task<T>> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return await code();
    }

    /// <summary>
    /// Used by <c>await</c>. Takes the work for this one await; a second await of the same work throws <see
    /// cref="AsupersyncException"/> with the code ASUP2001, an await outside of a task of the runtime with ASUP2002.
    /// </summary>
    /// <returns>The awaiter.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WorkAwaiter GetAwaiter() => new(_inner.GetAwaiter());

    /// <summary>
    /// Starts the work on the current task and gives it as a <see cref="Task"/>, for helpers typed <c>Task</c> that run
    /// on the same task of the runtime, such as <c>Task.WhenAll</c>. This is the await of the work: it cannot be
    /// awaited again.
    /// </summary>
    /// <returns>The running or finished task; errors of use are in it as well.</returns>
    public Task AsTask() => _inner.AsTask();

    /// <summary>
    /// Runs the work as the root of a strand; <paramref name="whenDone"/> is told the end on that strand. From any
    /// thread.
    /// </summary>
    internal void Start(Strand strand, Action<WorkResult<Nothing>>? whenDone = null) => _inner.Start(strand, whenDone);
}
