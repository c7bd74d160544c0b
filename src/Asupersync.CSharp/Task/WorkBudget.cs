using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// What a task or region may use. Every part is optional; what is created under a parent gets the meet of its parent's budget and its
/// own, so a budget never grows downwards (docs/semantics.md, Budget).
/// </summary>
public readonly record struct WorkBudget
{
    /// <summary>No limit at all.</summary>
    public static WorkBudget Unlimited => default;

    /// <summary>Time from now after which it is cancelled with kind Deadline.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Polls of its body; the request to cancel comes before one more poll than this.</summary>
    public int? Polls { get; init; }

    /// <summary>Cost it may charge with <see cref="Cx.Charge"/>, in the program's own unit.</summary>
    public long? Cost { get; init; }

    /// <summary>Priority, 0 (lowest) to 255.</summary>
    public int Priority { get; init; }

    /// <summary>The kernel's budget from now on. The clock is read only where something depends on it.</summary>
    internal Budget At(Engine engine) => At(Timeout is null ? 0 : engine.Now);

    internal Budget At(long now)
    {
        long deadline = Timeout is { } timeout
            ? (timeout.Ticks > Quota.NoDeadline - now ? Quota.NoDeadline : now + timeout.Ticks)
            : Quota.NoDeadline;
        return new Budget(
            Timeout is { Ticks: < 0 } ? -1 : deadline,
            Polls ?? Quota.Unlimited,
            Cost ?? Quota.UnlimitedCost,
            Priority
        );
    }
}
