namespace Asupersync;

/// <summary>
/// Told of what happens to the timers of a scheduler, in order and on its thread, so that a test can hold it against the
/// rules of time (docs/semantics.md, chapter 13).
/// </summary>
internal interface ITimerObserver
{
    /// <summary>A timer was set for a moment, and is due then, or now if the moment has passed.</summary>
    void Armed(TimerNode node, long moment, long due);

    /// <summary>A timer fires, the clock having been read at the start of the round; its target is told next.</summary>
    void Fired(TimerNode node, long due, long clock);

    /// <summary>A timer was taken out before it fired.</summary>
    void Disarmed(TimerNode node);

    /// <summary>A round of firing came to this instant: whatever was due before has fired.</summary>
    void Ended(long instant);
}
