namespace Asupersync;

/// <summary>
/// Told by the thread that fires timers when a timer is due. Must not run user code, must not throw, and may itself set and
/// give up timers.
/// </summary>
internal interface ITimerTarget
{
    /// <summary>The timer has fired.</summary>
    /// <param name="ticket">
    /// What was given when the timer was set: a target that is used again tells by it a firing that comes late, when that
    /// use is over, from one of its present use.
    /// </param>
    /// <param name="due">The instant at which it was due.</param>
    void OnTimer(int ticket, long due);
}
