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
    /// <returns>
    /// False when the run had ended. Asked on a thread outside of the run, true means that the request is on its way; the run may end first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The kind is no value of the enumeration.</exception>
    [Rule(RuleName.CancelRequest)]
    public bool Cancel(string? message = null, CancelKind kind = CancelKind.User)
    {
        RuntimeOptions.CheckDefined(kind, nameof(kind));
        return !Completion.IsCompleted && _engine.CancelFromAnywhere(Target.Region(1), kind, message);
    }

    /// <summary>
    /// What is alive in the run, as of one moment between two steps. When no such moment comes in time, because a task holds the scheduler
    /// without a pause, it is what can be read all the same, and <see cref="RuntimeSnapshot.Doubt"/> says so. From any thread.
    /// </summary>
    /// <param name="patience">
    /// How long to wait for such a moment, in real time, zero or more; one second when not given, and as long as it takes from about 49 days
    /// up, so with <see cref="TimeSpan.MaxValue"/>.
    /// </param>
    /// <param name="most">Regions, and tasks, to list at most.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is negative.</exception>
    public async Task<RuntimeSnapshot> Snapshot(TimeSpan? patience = null, int most = 10_000)
    {
        TimeSpan limit = patience ?? Patience;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(patience));
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var answer = new TaskCompletionSource<RuntimeSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_engine.Scheduler.Post(_ => Answer(answer, most), null))
        {
            return _engine.TakeSnapshot(1, most);
        }

        try
        {
            await Task.WhenAny(answer.Task, Completion)
                .WaitAsync(limit > ClrTimers.Longest ? Timeout.InfiniteTimeSpan : limit)
                .ConfigureAwait(false);

            // Where the run is over without an answer, the question may have been dropped.
            return await answer.Task.WaitAsync(limit < Patience ? limit : Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return FromOutside(most);
        }
    }

    /// <summary>Says in words why a region is still open; see <see cref="RuntimeSnapshot.Explain"/>.</summary>
    /// <param name="region">The region's identifier; the root when not given.</param>
    /// <param name="patience">How long to wait for a moment between two steps, as for <see cref="Snapshot"/>; one second when not given.</param>
    /// <returns>One line a region or task, indented by depth.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The patience is negative.</exception>
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
