namespace Asupersync;

/// <summary>Awaiting a task: JoinBlock, unless it has ended, then JoinReady.</summary>
internal abstract class Joining<T, TResult> : KernelWork<TResult>
{
    private TaskCell<T>? _cell;

    /// <summary>The work of awaiting this task.</summary>
    internal Work<TResult> Of(TaskCell<T> cell)
    {
        _cell = cell;
        return AsWork();
    }

    /// <summary>What is made of the outcome: a value, or a failure to hand on.</summary>
    private protected abstract TResult Read(Outcome<T> outcome, out object? failure);

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
        return engine.JoinBlock(waiter, cell, this);
    }

    private protected override TResult End(out object? failure)
    {
        TaskCell<T> cell = _cell!;
        var waiter = (TaskCell)_strand!;
        waiter.Engine.JoinReady(waiter, cell);
        return Read(cell.Outcome!, out failure);
    }

    private protected sealed override bool OnCancel() => ((TaskCell)_strand!).GiveUpKernelWait(this);

    private protected override void Free() => _cell = null;
}

/// <summary>Awaiting a task's value; what went wrong is thrown.</summary>
internal sealed class JoinedValue<T> : Joining<T, T>
{
    [ThreadStatic]
    private static Shelf<JoinedValue<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static JoinedValue<T> Rent() => _shelf.Take();

    private protected override T Read(Outcome<T> outcome, out object? failure)
    {
        if (outcome is Outcome<T>.Ok ok)
        {
            failure = null;
            return ok.Value;
        }

        failure = outcome.Fault;
        return default!;
    }

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}

/// <summary>Awaiting a task's outcome as a value.</summary>
internal sealed class JoinedOutcome<T> : Joining<T, Outcome<T>>
{
    [ThreadStatic]
    private static Shelf<JoinedOutcome<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static JoinedOutcome<T> Rent() => _shelf.Take();

    private protected override Outcome<T> Read(Outcome<T> outcome, out object? failure)
    {
        failure = null;
        return outcome;
    }

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}
