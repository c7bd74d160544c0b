namespace Asupersync;

/// <summary>Told on the scheduler thread when a timer is due. Must not run user code and must not throw.</summary>
internal interface ITimerTarget
{
    void OnTimer();
}

/// <summary>A timer, reusable as often as wanted, in the heap at most once.</summary>
internal sealed class TimerNode(ITimerTarget target)
{
    internal ITimerTarget Target { get; } = target;

    /// <summary>Its place in the heap, or -1.</summary>
    internal int Index { get; set; } = -1;

    internal bool IsPending => Index >= 0;
}
