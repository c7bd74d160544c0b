using Asupersync.Kernel;

namespace Asupersync;

/// <content>Time.</content>
public readonly partial struct Cx
{
    /// <summary>The runtime's clock, for code that takes a <see cref="System.TimeProvider"/>.</summary>
    public TimeProvider Time => Use(Capabilities.Time).Engine.Options.TimeProvider;

    /// <summary>Time since the runtime began, on the runtime's clock.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Use(Capabilities.Time).Engine.Now);

    /// <summary>What is left until the task's deadline; null when it has none.</summary>
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

    /// <summary>Sleeps. A checkpoint: a request to cancel ends the sleep.</summary>
    /// <param name="delay">How long, from now; zero or less passes a checkpoint only.</param>
    /// <returns>Work that ends after the delay.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it slept.</exception>
    public Work Sleep(TimeSpan delay)
    {
        TaskCell cell = Pass(Capabilities.Time);
        cell.WaitsFor = null;
        return SleepSource.Sleep(delay);
    }
}
