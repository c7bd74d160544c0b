namespace Asupersync;

/// <summary>Ticks at equal distances, for one task. From <see cref="Cx.Every"/>.</summary>
public sealed class Ticker
{
    private readonly Cx _cx;
    private readonly MissedTicks _policy;
    private TimeSpan _next;

    internal Ticker(Cx cx, TimeSpan period, MissedTicks policy)
    {
        _cx = cx;
        _policy = policy;
        Period = period;
        _next = After(TimeSpan.FromTicks(cx.Cell.Engine.Now), period);
    }

    /// <summary>The distance of the ticks.</summary>
    public TimeSpan Period { get; }

    /// <summary>The ticks that were left out so far.</summary>
    public long Missed { get; private set; }

    /// <summary>
    /// Waits for the next tick. A checkpoint: a request to cancel ends the wait, and the tick is not taken. Flows of the task that wait at
    /// the same time get the same tick.
    /// </summary>
    /// <returns>The tick's own instant, as <see cref="Cx.Elapsed"/> counts.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it waited.</exception>
    public async Work<TimeSpan> Tick()
    {
        Engine engine = _cx.Pass(Capabilities.Time).Engine;
        TimeSpan due = _next;
        if (engine.Now < due.Ticks)
        {
            await SleepSource.Until(engine.TimestampOf(due.Ticks));
        }
        else if (!engine.GoesOnAtOnce())
        {
            // A burst must not keep the thread from the other tasks.
            await Strand.Yield();
        }

        var taken = TimeSpan.FromTicks(engine.Now);
        TimeSpan next = After(due, Period);
        if (_next == due)
        {
            _next = taken < next || _policy == MissedTicks.Burst ? next : LeaveOut(due, taken);
        }

        return due;
    }

    /// <summary>Leaves out what was missed between a tick and the time it was taken, and gives the next one.</summary>
    private TimeSpan LeaveOut(TimeSpan due, TimeSpan taken)
    {
        long periods = (taken - due).Ticks / Period.Ticks;
        Missed += periods;
        return After(_policy == MissedTicks.Delay ? taken : due + (periods * Period), Period);
    }

    private static TimeSpan After(TimeSpan start, TimeSpan period) =>
        period > TimeSpan.MaxValue - start ? TimeSpan.MaxValue : start + period;
}
