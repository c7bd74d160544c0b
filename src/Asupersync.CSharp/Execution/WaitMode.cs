namespace Asupersync;

/// <summary>How a wait is used.</summary>
[Flags]
internal enum WaitMode
{
    /// <summary>
    /// Completed on a worker only: with one worker no atomic operation anywhere. Ended by a cancel request.
    /// </summary>
    Local = 0,

    /// <summary>
    /// May be completed from any thread; counts as outstanding input for <see cref="Scheduler.IsStalled"/>.
    /// </summary>
    Shared = 1,

    /// <summary>A cancel request passes it by.</summary>
    Uninterruptible = 2,
}
