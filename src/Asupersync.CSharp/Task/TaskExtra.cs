namespace Asupersync;

/// <summary>What few tasks have.</summary>
internal sealed class TaskExtra
{
    private TaskToken? _token;
    private TaskClock? _clock;

    internal TaskToken? Token => Volatile.Read(ref _token);

    /// <summary>Cancels the task when its own deadline passes.</summary>
    internal DeadlineTimer? DeadlineTimer { get; set; }

    /// <summary>Whether the escalation of this task was reported.</summary>
    internal bool Escalated { get; set; }

    /// <summary>Obligations that are to be resolved when the task's wait is over.</summary>
    internal List<(long Obligation, bool Commit)>? Unsettled { get; set; }

    /// <summary>Masked sections that were left while another flow of the task waited for a task or region.</summary>
    internal int LateExits { get; set; }

    /// <summary>Obligations of the task that the admission of its region counts. Under the lock of that.</summary>
    internal int Admitted { get; set; }

    /// <summary>The task's random numbers, made when first asked for.</summary>
    internal Random? Random { get; set; }

    /// <summary>Set when the body ended while the kernel still holds the task to a wait: what to do when that is over.</summary>
    internal Action? AfterWait { get; set; }

    /// <summary>The activity of the task, where somebody listens and the options ask for one.</summary>
    internal System.Diagnostics.Activity? Activity { get; set; }

    /// <summary>Calls of synchronous code that have not ended.</summary>
    internal int Blocking { get; set; }

    /// <summary>Set when the body ended while such a call runs: what to do when the last one has.</summary>
    internal Action? AfterBlocking { get; set; }

    /// <summary>The task's token, made when first asked for. From any thread.</summary>
    internal TaskToken TokenOf(TaskCell cell)
    {
        if (Token is { } token)
        {
            return token;
        }

        token = new TaskToken(cell);
        if (Interlocked.CompareExchange(ref _token, token, null) is { } earlier)
        {
            token.Dispose();
            return earlier;
        }

        token.LookAgain();
        return token;
    }

    /// <summary>The task's clock for code that takes a provider, made when first asked for. From any thread.</summary>
    internal TaskClock ClockOf(TaskCell cell)
    {
        if (Volatile.Read(ref _clock) is { } clock)
        {
            return clock;
        }

        clock = new TaskClock(cell);
        if (Interlocked.CompareExchange(ref _clock, clock, null) is { } earlier)
        {
            return earlier;
        }

        if (cell.IsCompleted)
        {
            clock.End(); // Whoever ended the task may have come too early to see it.
        }

        return clock;
    }

    /// <summary>The task has ended.</summary>
    internal void End()
    {
        DeadlineTimer?.Dispose();
        Token?.Dispose();
        Volatile.Read(ref _clock)?.End();
    }
}
