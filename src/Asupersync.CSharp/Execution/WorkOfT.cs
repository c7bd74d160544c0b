using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// Work of a task that gives a <typeparamref name="T"/>: the return type of async methods that run inside the runtime.
/// It is cold: calling such a method runs nothing, awaiting it runs its body on the awaiting task. It runs once and is
/// awaited once.
/// </summary>
/// <typeparam name="T">The type of the result.</typeparam>
[AsyncMethodBuilder(typeof(WorkMethodBuilder<>))]
[SuppressMessage("Performance", "CA1815", Justification = "A handle to await once; comparing two makes no sense.")]
public readonly struct Work<T>
{
    private readonly WorkSource<T>? _source;
    private readonly T? _value;
    private readonly int _token;

    internal Work(T value) => _value = value;

    internal Work(WorkSource<T> source, int token)
    {
        _source = source;
        _token = token;
    }

    /// <summary>
    /// Used by <c>await</c>. Takes the work for this one await; a second await of the same work throws <see
    /// cref="AsupersyncException"/> with the code ASUP2001, an await outside of a task of the runtime with ASUP2002.
    /// </summary>
    /// <returns>The awaiter.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WorkAwaiter<T> GetAwaiter()
    {
        WorkSource<T>? source = _source;
        return source is null ? new WorkAwaiter<T>(_value!) : new WorkAwaiter<T>(source, source.Claim(_token));
    }

    /// <summary>
    /// Starts the work on the current task and gives it as a <see cref="Task{TResult}"/>, for helpers typed <c>Task</c>
    /// that run on the same task of the runtime, such as <c>Task.WhenAll</c>. This is the await of the work: it cannot
    /// be awaited again.
    /// </summary>
    /// <returns>The running or finished task; errors of use are in it as well.</returns>
    public Task<T> AsTask() => _source is null ? Task.FromResult(_value!) : HandOver(this);

    /// <summary>
    /// Runs the work as the root of a strand; <paramref name="whenDone"/> is told the end on that strand. From any
    /// thread.
    /// </summary>
    internal void Start(Strand strand, Action<WorkResult<T>>? whenDone = null) =>
        strand.Resume(new WorkRoot<T>(strand, this, whenDone));

    private static async Task<T> HandOver(Work<T> work) => await work;
}
