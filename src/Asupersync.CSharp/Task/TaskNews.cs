namespace Asupersync;

/// <summary>News of the kernel for a task that another worker may be polling; the task hears them when its next poll begins.</summary>
internal sealed class TaskNews : StrandItem
{
    private readonly Action<TaskCell> _hear;

    private TaskNews(Action<TaskCell> hear) => _hear = hear;

    /// <summary>What the task waited for has ended.</summary>
    internal static TaskNews WaitIsOver { get; } = new(static task => task.EndKernelWait());

    /// <summary>The task was asked to cancel.</summary>
    internal static TaskNews Request { get; } = new(static task => task.LookAtRequest());

    /// <inheritdoc/>
    internal override void Run() => _hear(TaskCell.Current!);
}
