namespace Asupersync;

/// <summary>Awaiting a task: JoinBlock, unless it has ended, then JoinReady.</summary>
internal static class Joining
{
    internal static async Work<Outcome<T>> Outcome<T>(TaskCell<T> cell)
    {
        if (Block(cell, out TaskCell waiter) is { } wait)
        {
            await wait;
        }

        return Take(waiter, cell);
    }

    internal static async Work<T> Value<T>(TaskCell<T> cell)
    {
        if (Block(cell, out TaskCell waiter) is { } wait)
        {
            await wait;
        }

        return Take(waiter, cell).GetOrThrow();
    }

    /// <summary>Begins to wait, at a checkpoint, unless the task has ended.</summary>
    private static WaitSource<Nothing>? Block(TaskCell cell, out TaskCell waiter)
    {
        waiter = TaskCell.Current ?? throw ExecutionErrors.NoStrand();
        Engine engine = waiter.Engine;
        if (engine != cell.Engine)
        {
            throw new CapabilityException(
                "ASUP3004",
                $"{cell} belongs to another runtime; take its outcome there and hand the value over."
            );
        }

        if (cell.IsCompleted)
        {
            return null;
        }

        waiter.PassedAt(cell);
        engine.Checkpoint(waiter);
        return engine.JoinBlock(waiter, cell);
    }

    private static Outcome<T> Take<T>(TaskCell waiter, TaskCell<T> cell)
    {
        waiter.Engine.JoinReady(waiter, cell);
        return cell.Outcome!;
    }
}
