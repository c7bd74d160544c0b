using System.Diagnostics;
using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>Runs programs: a root region with a body, on a scheduler of its own.</summary>
public static class AsupRuntime
{
    /// <summary>
    /// Runs a body in a root region until that is closed, on a background thread of its own. What is ambient in the caller flows in, as with
    /// <see cref="Task.Run(System.Action)"/>: values of <see cref="AsyncLocal{T}"/>, the culture, the current activity.
    /// </summary>
    /// <typeparam name="T">The type of the body's value.</typeparam>
    /// <param name="body">The program.</param>
    /// <param name="options">Clock, budgets, trace, reports.</param>
    /// <param name="cancellationToken">Cancels the root region, with kind User, when it trips.</param>
    /// <returns>How the program ended, once nothing of it is left.</returns>
    /// <exception cref="AsupersyncException">The options are not valid.</exception>
    /// <exception cref="ArgumentException">The body is null, or one of the options is null or of no value it can have; see <see cref="RuntimeOptions"/>.</exception>
    /// <exception cref="DrainExhaustedException">The run was abandoned, as <see cref="RuntimeOptions.Escalation"/> asked.</exception>
    [OverloadResolutionPriority(1)]
    public static Task<Outcome<T>> RunAsync<T>(
        Func<Cx, Work<T>> body,
        RuntimeOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Start(body, options, cancellationToken).Completion;

    /// <summary>As <see cref="RunAsync{T}"/>, for a program without a value; the value of Ok is true.</summary>
    /// <param name="body">The program.</param>
    /// <param name="options">Clock, budgets, trace, reports.</param>
    /// <param name="cancellationToken">Cancels the root region when it trips.</param>
    /// <returns>How the program ended.</returns>
    [OverloadResolutionPriority(1)]
    public static Task<Outcome<bool>> RunAsync(
        Func<Cx, Work> body,
        RuntimeOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Start(body, options, cancellationToken).Completion;

    /// <summary>As <see cref="RunAsync{T}"/>, giving a handle by which the run can be looked at while it goes on.</summary>
    /// <typeparam name="T">The type of the body's value.</typeparam>
    /// <param name="body">The program.</param>
    /// <param name="options">Clock, budgets, trace, reports.</param>
    /// <param name="cancellationToken">Cancels the root region, with kind User, when it trips.</param>
    /// <returns>The handle of the run.</returns>
    /// <exception cref="AsupersyncException">The options are not valid.</exception>
    /// <exception cref="ArgumentException">The body is null, or one of the options is null or of no value it can have; see <see cref="RuntimeOptions"/>.</exception>
    [OverloadResolutionPriority(1)]
    public static RunHandle<T> Start<T>(
        Func<Cx, Work<T>> body,
        RuntimeOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        var engine = new Engine(options ?? new RuntimeOptions()) { Parent = Activity.Current?.Context ?? default };
        return new RunHandle<T>(engine, new Run<T>(engine, body).Start(cancellationToken));
    }

    /// <summary>As <see cref="Start{T}"/>, for a program without a value; the value of Ok is true.</summary>
    /// <param name="body">The program.</param>
    /// <param name="options">Clock, budgets, trace, reports.</param>
    /// <param name="cancellationToken">Cancels the root region when it trips.</param>
    /// <returns>The handle of the run.</returns>
    [OverloadResolutionPriority(1)]
    public static RunHandle<bool> Start(
        Func<Cx, Work> body,
        RuntimeOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return Start<bool>(
            async cx =>
            {
                await body(cx);
                return true;
            },
            options,
            cancellationToken
        );
    }

    /// <summary>One run, from its first step to its last.</summary>
    private sealed class Run<T>(Engine engine, Func<Cx, Work<T>> body)
    {
        private readonly TaskCompletionSource<Outcome<T>> _end = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private CancellationTokenRegistration _link;
        private TaskCell<T>? _main;

        internal Task<Outcome<T>> Start(CancellationToken cancellationToken)
        {
            engine.OnEnd = End;
            engine.CanBeCancelledFromOutside = cancellationToken.CanBeCanceled;
            engine.CheckRootBudget();
            LiveRuns.Add(engine);
            ExecutionContext flow = FlowContext.Capture();
            engine.Scheduler.Post(_ => Begin(flow, cancellationToken), null);
            engine.Scheduler.StartThreads();
            return _end.Task;
        }

        private void Begin(ExecutionContext flow, CancellationToken cancellationToken)
        {
            // The root starts in what is ambient where the run was started; the worker has its own again after this callback.
            ExecutionContext.Restore(flow);
            _main = engine.Begin(Body<T>.Of(body));
            _link = cancellationToken.UnsafeRegister(
                _ =>
                    engine.CancelFromOutside(
                        Target.Region(1),
                        CancelKind.User,
                        "the CancellationToken of the run was cancelled"
                    ),
                null
            );
        }

        private void End(AsupersyncException? abandoned)
        {
            _link.Unregister();
            engine.StopSignals();
            LiveRuns.Remove(engine);
            if (abandoned is not null)
            {
                engine.Log?.Ended("abandoned", TimeSpan.FromTicks(engine.Now));
                _end.TrySetException(abandoned);
                return;
            }

            RegionCell root = _main!.Region;
            engine.Log?.Ended(Telemetry.NameOf(root.Record.Outcome.Severity), TimeSpan.FromTicks(engine.Now));
            Outcome<T> outcome = Engine.OutcomeOf(root, root.Record.Outcome, _main);
            engine.Scheduler.Stop();
            engine.Blocking.Close(() => _end.TrySetResult(outcome));
        }
    }
}
