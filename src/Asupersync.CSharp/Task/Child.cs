using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The handle of a spawned task. Dropping it does not detach the task: its region waits for it.</summary>
/// <typeparam name="T">The type of the task's value.</typeparam>
public sealed class Child<T>
{
    private readonly TaskCell<T> _cell;

    internal Child(TaskCell<T> cell) => _cell = cell;

    /// <summary>The task's identifier, as in the trace.</summary>
    public long Id => _cell.Id;

    /// <summary>The task's name.</summary>
    public string Name => _cell.Name;

    /// <summary>Whether the task has ended.</summary>
    public bool IsCompleted => _cell.IsCompleted;

    internal TaskCell Cell => _cell;

    /// <summary>
    /// Awaits the task as a value: how it ended, whatever it was. A checkpoint. Awaiting again gives the same outcome. Rests on the rules
    /// JoinBlock and JoinReady.
    /// </summary>
    /// <returns>The outcome; taken like this it no longer counts for the region.</returns>
    /// <exception cref="CancelledException">The waiting task was cancelled; the awaited one goes on.</exception>
    /// <exception cref="RefusedException">The task waits, directly or not, for the one that asks.</exception>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work<Outcome<T>> Outcome() => JoinedOutcome<T>.Rent().Of(_cell);

    /// <summary>Awaits the task: its value, or what went wrong as an exception.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="CancelledException">The task, or the waiting one, was cancelled.</exception>
    /// <exception cref="PanickedException">The task panicked.</exception>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work<T> Join() => JoinedValue<T>.Rent().Of(_cell);

    /// <summary>Used by <c>await child</c>; the same as <see cref="Join"/>.</summary>
    /// <returns>The awaiter.</returns>
    public WorkAwaiter<T> GetAwaiter() => Join().GetAwaiter();

    /// <summary>Asks the task to cancel. Idempotent; from any thread. Rests on the rule CancelRequest.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    [Rule(RuleName.CancelRequest)]
    public void Cancel(string? message = null, CancelKind kind = CancelKind.User) =>
        _cell.Engine.CancelFromAnywhere(Target.Task(_cell.Id), kind, message);
}

/// <summary>
/// The handle of a spawned task without a value. It is not awaitable itself, so that a spawn whose handle nobody needs is no warning;
/// await <see cref="Join"/>.
/// </summary>
public sealed class Child
{
    private readonly TaskCell<Nothing> _cell;

    internal Child(TaskCell<Nothing> cell) => _cell = cell;

    /// <summary>The task's identifier, as in the trace.</summary>
    public long Id => _cell.Id;

    /// <summary>The task's name.</summary>
    public string Name => _cell.Name;

    /// <summary>Whether the task has ended.</summary>
    public bool IsCompleted => _cell.IsCompleted;

    internal TaskCell Cell => _cell;

    /// <summary>Awaits the task as a value; see <see cref="Child{T}.Outcome"/>. The value of Ok is true.</summary>
    /// <returns>How it ended.</returns>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public async Work<Outcome<bool>> Outcome() =>
        await JoinedOutcome<Nothing>.Rent().Of(_cell) is { IsOk: false } failed
            ? failed.WithoutValue<bool>()
            : Values.Ok(true);

    /// <summary>Awaits the task; see <see cref="Child{T}.Join"/>.</summary>
    /// <returns>Work that ends with the task.</returns>
    [Rule(RuleName.JoinBlock)]
    [Rule(RuleName.JoinReady)]
    public Work Join() => new(JoinedValue<Nothing>.Rent().Of(_cell));

    /// <summary>Asks the task to cancel; see <see cref="Child{T}.Cancel"/>.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    [Rule(RuleName.CancelRequest)]
    public void Cancel(string? message = null, CancelKind kind = CancelKind.User) =>
        _cell.Engine.CancelFromAnywhere(Target.Task(_cell.Id), kind, message);
}
