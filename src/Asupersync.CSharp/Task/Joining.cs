namespace Asupersync;

/// <summary>Awaiting a task: JoinBlock, unless it has ended, then JoinReady.</summary>
internal abstract class Joining<T, TResult> : StepWork<TResult>
{
    private TaskCell<T>? _cell;
    private KernelWait? _wait;
    private int _ticket;

    /// <summary>The work of awaiting this task.</summary>
    internal Work<TResult> Of(TaskCell<T> cell)
    {
        _cell = cell;
        return AsWork();
    }

    /// <summary>What is made of the outcome.</summary>
    private protected abstract TResult Read(Outcome<T> outcome);

    private protected override bool TryBegin(Strand strand)
    {
        TaskCell<T> cell = _cell!;
        TaskCell waiter = strand as TaskCell ?? throw ExecutionErrors.NoStrand();
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
            return false;
        }

        waiter.PassedAt(cell);
        engine.Checkpoint(waiter);
        if (engine.JoinBlock(waiter, cell) is not { } wait)
        {
            return false;
        }

        _wait = wait;
        _ticket = wait.Claim(wait.Token);
        wait.Suspend(this);
        return true;
    }

    private protected override TResult End()
    {
        TaskCell<T> cell = _cell!;
        if (_wait is { } wait)
        {
            _wait = null;
            wait.Take(_ticket);
        }

        var waiter = (TaskCell)_strand!;
        waiter.Engine.JoinReady(waiter, cell);
        return Read(cell.Outcome!);
    }

    private protected override void Release()
    {
        _cell = null;
        base.Release();
    }
}

/// <summary>Awaiting a task's value; what went wrong is thrown.</summary>
internal sealed class JoinedValue<T> : Joining<T, T>
{
    private protected override T Read(Outcome<T> outcome) => outcome.GetOrThrow();
}

/// <summary>Awaiting a task's outcome as a value.</summary>
internal sealed class JoinedOutcome<T> : Joining<T, Outcome<T>>
{
    private protected override Outcome<T> Read(Outcome<T> outcome) => outcome;
}
