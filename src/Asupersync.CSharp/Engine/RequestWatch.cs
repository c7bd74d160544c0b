namespace Asupersync;

/// <summary>
/// Watches that a request from another thread is taken within the drain budget of the run. Where tasks hold all workers without a pause,
/// no step is taken, so no region would begin to drain, and nobody would ever be told.
/// </summary>
internal sealed class RequestWatch : IDisposable
{
    private readonly Engine _engine;
    private readonly TimeSpan _budget;
    private readonly ITimer _timer;
    private int _answered;

    private RequestWatch(Engine engine, TimeSpan budget, TimeSpan due)
    {
        _engine = engine;
        _budget = budget;
        _timer = TimeProvider.System.CreateTimer(
            static watch => ((RequestWatch)watch!).Look(),
            this,
            due,
            System.Threading.Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Begins to watch; null when the run has no drain budget, or a clock that somebody moves.</summary>
    internal static RequestWatch? Begin(Engine engine) =>
        engine.Options.DrainBudget is { } budget
        && engine.Options.TimeProvider == TimeProvider.System
        && DrainWatch.FromOutside(budget) is { } due
            ? new RequestWatch(engine, budget, due)
            : null;

    /// <summary>The request was taken.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _answered, 1);
        _timer.Dispose();
    }

    private void Look()
    {
        if (_engine.Scheduler.Polling is TaskCell stuck && Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _engine.EscalateHeld(
                $"a request to cancel was not taken within the drain budget of {_budget.TotalMilliseconds:F0} ms",
                stuck
            );
        }
    }
}
