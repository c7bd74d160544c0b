using Asupersync.Kernel;

namespace Asupersync;

/// <content>Time.</content>
public readonly partial struct Cx
{
    /// <summary>
    /// The runtime's clock, for code that takes a <see cref="TimeProvider"/>. Timers made from it belong to this task: their callbacks run
    /// in its polls, never beside its other code, and when the task ends its timers end. Reading and making timers works from any thread.
    /// Rests on chapter 13 of the semantics, "Timers that programs set".
    /// </summary>
    public TimeProvider Time
    {
        get
        {
            TaskCell cell = Use(Capabilities.Time);
            return cell.Rare.ClockOf(cell);
        }
    }

    /// <summary>Time since the runtime began, on the runtime's clock.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Use(Capabilities.Time).Engine.Now);

    /// <summary>
    /// What is left until the task's deadline, zero when that has passed; null when it has none. The deadline is the earliest one of the
    /// budgets of the task, its region and the regions around. The time of <see cref="Within{T}(TimeSpan, Func{Cx, Work{T}})"/> is no
    /// deadline, and not seen here.
    /// </summary>
    public TimeSpan? Remaining
    {
        get
        {
            TaskCell cell = Use(Capabilities.Time);
            return cell.Deadline == Quota.NoDeadline
                ? null
                : TimeSpan.FromTicks(Math.Max(0, cell.Deadline - cell.Engine.Now));
        }
    }

    /// <summary>Sleeps. The call is a checkpoint; a request to cancel that comes after it, be it before the await, ends the sleep.</summary>
    /// <param name="delay">How long, counted from the await and not from the call; zero or less passes the checkpoint only.</param>
    /// <returns>Work that ends after the delay.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it slept.</exception>
    public Work Sleep(TimeSpan delay)
    {
        TaskCell cell = Pass(Capabilities.Time);
        cell.WaitsFor = null;
        return SleepSource.Sleep(delay);
    }

    /// <summary>
    /// Ticks at equal distances, the first one a period from now. Waiting for a tick is a checkpoint; a ticker that nobody waits for costs
    /// nothing.
    /// </summary>
    /// <param name="period">The distance of the ticks, more than zero.</param>
    /// <param name="missed">What becomes of ticks that were not taken before the next one came.</param>
    /// <returns>The ticker, for this task.</returns>
    /// <exception cref="AsupersyncException">The period is not above zero (ASUP2205).</exception>
    public Ticker Every(TimeSpan period, MissedTicks missed = MissedTicks.Skip)
    {
        Use(Capabilities.Time);
        return period > TimeSpan.Zero
            ? new Ticker(this, period, missed)
            : throw new AsupersyncException(
                "ASUP2205",
                $"a ticker cannot tick every {period}; give a period above zero."
            );
    }
}
