using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The handle of a spawned task, a value: copies stand for the same task, and a spawn allocates nothing for it. Dropping it does not detach
/// the task: its region waits for it. An empty one (<c>default</c>) is refused with ASUP3005.
/// </summary>
/// <typeparam name="T">The type of the task's value.</typeparam>
public readonly record struct Child<T>
{
    private readonly TaskCell<T>? _cell;

    internal Child(TaskCell<T> cell) => _cell = cell;

    /// <summary>The task's identifier, as in the trace.</summary>
    public long Id => Cell.Id;

    /// <summary>The task's name.</summary>
    public string Name => Cell.Name;

    /// <summary>Whether the task has ended.</summary>
    public bool IsCompleted => Cell.IsCompleted;

    internal TaskCell<T> Cell => _cell ?? throw Handles.Empty(nameof(Child));

    /// <summary>
    /// Awaits the task as a value: how it ended, whatever it was. A checkpoint. Awaiting again gives the same outcome. Rests on the rules
    /// JoinBlock and JoinReady.
    /// </summary>
    /// <returns>
    /// The outcome. A failure that was taken like this no longer counts for the region, but for the one that made the region fail at once
    /// (<see cref="Policy.FailFast"/>): the region was cancelled for its sake and ends with it.
    /// </returns>
    /// <exception cref="CancelledException">The waiting task was cancelled; the awaited one goes on.</exception>
    /// <exception cref="RefusedException">The task waits, directly or not, for the one that asks.</exception>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work<Outcome<T>> Outcome() => JoinedOutcome<T>.Rent().Of(Cell);

    /// <summary>Awaits the task: its value, or what went wrong as an exception.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="CancelledException">The task, or the waiting one, was cancelled.</exception>
    /// <exception cref="PanickedException">The task panicked.</exception>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work<T> Join() => JoinedValue<T>.Rent().Of(Cell);

    /// <summary>Used by <c>await child</c>; the same as <see cref="Join"/>.</summary>
    /// <returns>The awaiter.</returns>
    public WorkAwaiter<T> GetAwaiter() => Join().GetAwaiter();

    /// <summary>Asks the task to cancel. Idempotent; from any thread. Rests on the rule CancelRequest.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    /// <returns>
    /// False when the task had ended. Asked on a thread outside of the run, true means that the request is on its way; the task may end first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The kind is no value of the enumeration.</exception>
    [Rule(RuleName.CancelRequest)]
    public bool Cancel(string? message = null, CancelKind kind = CancelKind.User)
    {
        RuntimeOptions.CheckDefined(kind, nameof(kind));
        return !Cell.IsCompleted && Cell.Engine.CancelFromAnywhere(Target.Task(Cell.Id), kind, message);
    }

    /// <summary>The name under which the task is reported.</summary>
    /// <returns>Name and identifier.</returns>
    public override string ToString() => _cell?.ToString() ?? "no task";
}

/// <summary>
/// The handle of a spawned task without a value; see <see cref="Child{T}"/>. It is not awaitable itself, so that a spawn whose handle nobody
/// needs is no warning; await <see cref="Join"/>.
/// </summary>
public readonly record struct Child
{
    private readonly TaskCell<Nothing>? _cell;

    internal Child(TaskCell<Nothing> cell) => _cell = cell;

    /// <summary>The task's identifier, as in the trace.</summary>
    public long Id => Cell.Id;

    /// <summary>The task's name.</summary>
    public string Name => Cell.Name;

    /// <summary>Whether the task has ended.</summary>
    public bool IsCompleted => Cell.IsCompleted;

    internal TaskCell<Nothing> Cell => _cell ?? throw Handles.Empty(nameof(Child));

    /// <summary>Awaits the task as a value; see <see cref="Child{T}.Outcome"/>. The value of Ok is true.</summary>
    /// <returns>How it ended.</returns>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public async Work<Outcome<bool>> Outcome() => Values.Done(await JoinedOutcome<Nothing>.Rent().Of(Cell));

    /// <summary>Awaits the task; see <see cref="Child{T}.Join"/>.</summary>
    /// <returns>Work that ends with the task.</returns>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work Join() => new(JoinedValue<Nothing>.Rent().Of(Cell));

    /// <summary>Asks the task to cancel; see <see cref="Child{T}.Cancel"/>.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    /// <returns>
    /// False when the task had ended. Asked on a thread outside of the run, true means that the request is on its way; the task may end first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The kind is no value of the enumeration.</exception>
    [Rule(RuleName.CancelRequest)]
    public bool Cancel(string? message = null, CancelKind kind = CancelKind.User)
    {
        RuntimeOptions.CheckDefined(kind, nameof(kind));
        return !Cell.IsCompleted && Cell.Engine.CancelFromAnywhere(Target.Task(Cell.Id), kind, message);
    }

    /// <summary>The name under which the task is reported.</summary>
    /// <returns>Name and identifier.</returns>
    public override string ToString() => _cell?.ToString() ?? "no task";
}
