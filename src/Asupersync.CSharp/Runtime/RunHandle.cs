using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A run that was started, seen from outside: its end, what is alive in it, and a way to cancel it.</summary>
/// <typeparam name="T">The type of its value.</typeparam>
public sealed class RunHandle<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Engine _engine;

    internal RunHandle(Engine engine, Task<Outcome<T>> completion)
    {
        _engine = engine;
        Completion = completion;
    }

    /// <summary>How the run ended, once nothing of it is left; as <see cref="AsupRuntime.RunAsync{T}"/>.</summary>
    public Task<Outcome<T>> Completion { get; }

    /// <summary>Asks the root region to cancel. Idempotent; from any thread. Rests on the rule CancelRequest.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    [Rule(RuleName.CancelRequest)]
    public void Cancel(string? message = null, CancelKind kind = CancelKind.User) =>
        _engine.CancelFromAnywhere(Target.Region(1), kind, message);

    /// <summary>
    /// What is alive in the run, as of one moment between two steps. When no such moment comes in time, because a task holds the scheduler
    /// without a pause, it is what can be read all the same, and <see cref="RuntimeSnapshot.Doubt"/> says so. From any thread.
    /// </summary>
    /// <param name="patience">How long to wait for such a moment, in real time; one second when not given.</param>
    /// <param name="most">Regions, and tasks, to list at most.</param>
    /// <returns>The snapshot.</returns>
    public async Task<RuntimeSnapshot> Snapshot(TimeSpan? patience = null, int most = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var answer = new TaskCompletionSource<RuntimeSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_engine.Scheduler.Post(_ => Answer(answer, most), null))
        {
            return _engine.TakeSnapshot(1, most);
        }

        try
        {
            return await answer.Task.WaitAsync(patience ?? Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return FromOutside(most);
        }
    }

    /// <summary>Says in words why a region is still open; see <see cref="RuntimeSnapshot.Explain"/>.</summary>
    /// <param name="region">The region's identifier; the root when not given.</param>
    /// <param name="patience">How long to wait for a moment between two steps; one second when not given.</param>
    /// <returns>One line a region or task, indented by depth.</returns>
    public async Task<string> Explain(long? region = null, TimeSpan? patience = null) =>
        (await Snapshot(patience).ConfigureAwait(false)).Explain(region);

    private void Answer(TaskCompletionSource<RuntimeSnapshot> answer, int most)
    {
        try
        {
            answer.TrySetResult(_engine.TakeSnapshot(1, most));
        }
        catch (Exception exception)
        {
            answer.TrySetException(exception);
        }
    }

    private RuntimeSnapshot FromOutside(int most)
    {
        string doubt = _engine.Scheduler.Polling is TaskCell holds
            ? $"{holds} holds the scheduler without a pause"
            : "the scheduler did not answer in time";
        return _engine.TakeSnapshot(1, most, doubt);
    }
}
