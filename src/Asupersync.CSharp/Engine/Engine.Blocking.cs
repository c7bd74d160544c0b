namespace Asupersync;

/// <content>Synchronous code that a task calls: the task does not end before it.</content>
internal sealed partial class Engine
{
    /// <summary>The threads for synchronous code. From any thread.</summary>
    internal BlockingPool Blocking { get; }

    /// <summary>The task makes a call of synchronous code.</summary>
    internal static void BlockingBegan(TaskCell cell) => cell.Rare.Blocking++;

    /// <summary>Such a call is over; the last one lets a task end whose body did not wait for it.</summary>
    internal static void BlockingEnded(TaskCell cell)
    {
        TaskExtra extra = cell.Rare;
        if (--extra.Blocking == 0 && extra.AfterBlocking is { } end)
        {
            extra.AfterBlocking = null;
            cell.AddReady(end);
        }
    }
}
