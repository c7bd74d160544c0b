namespace Asupersync;

/// <summary>
/// Told of what happens to the timers of a scheduler, in order and one at a time, so that a test can hold it against the
/// rules of time (docs/semantics.md, chapter 13). Must not set or give up timers itself.
/// </summary>
internal interface ITimerObserver
{
    /// <summary>A timer was set for a moment, and is due then, or now if the moment has passed.</summary>
    void Armed(PendingTimer timer, ITimerTarget target, long moment, long due);

    /// <summary>A timer fires, the clock having been read at the start of the round; its target is told next.</summary>
    void Fired(PendingTimer timer, long due, long clock);

    /// <summary>A timer was taken out before it fired.</summary>
    void Disarmed(PendingTimer timer);

    /// <summary>A round of firing came to this instant: whatever was due before has fired.</summary>
    void Ended(long instant);
}
