namespace Asupersync;

/// <summary>
/// Watches that a cancelled region closes within its drain budget. A timer of the runtime reports what is left; a second one, outside of
/// the scheduler thread, speaks up when that thread itself is stuck in a task that never reaches a checkpoint.
/// </summary>
internal sealed class DrainWatch : ITimerTarget, IDisposable
{
    /// <summary>What is added to a budget before anybody speaks up from outside.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>A budget and the patience after it; null when no timer of .NET can be set for so long, and nobody would see it fire.</summary>
    internal static TimeSpan? FromOutside(TimeSpan budget) =>
        budget > ClrTimers.Longest - Patience ? null : budget + Patience;

    private readonly Engine _engine;
    private readonly PendingTimer _timer;
    private readonly ITimer? _outside;
    private int _answered;

    internal DrainWatch(Engine engine, RegionCell region, TimeSpan budget)
    {
        _engine = engine;
        Region = region;
        _timer = engine.Scheduler.Timers.Add(this, budget);
        if (engine.Options.TimeProvider == TimeProvider.System && FromOutside(budget) is { } due)
        {
            _outside = TimeProvider.System.CreateTimer(
                _ => LookFromOutside(),
                null,
                due,
                System.Threading.Timeout.InfiniteTimeSpan
            );
        }
    }

    /// <summary>The region that is watched.</summary>
    internal RegionCell Region { get; }

    void ITimerTarget.OnTimer(int ticket, long due)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _engine.DrainSpent(Region);
        }
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _answered, 1);
        _timer.Disarm();
        _outside?.Dispose();
    }

    private void LookFromOutside()
    {
        if (_engine.Scheduler.Polling is not TaskCell stuck || Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return;
        }

        _engine.EscalateHeld(
            $"{Region} was cancelled and did not close within its drain budget of {Region.DrainBudget!.Value.TotalMilliseconds:F0} ms",
            stuck
        );
    }
}
