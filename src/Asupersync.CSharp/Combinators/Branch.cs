namespace Asupersync;

/// <summary>One branch of a combinator: code to be spawned, then its task, which keeps it in place of a name.</summary>
internal abstract class Branch
{
    private Combination? _call;

    /// <summary>Its number in the call, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>Spawns the branch into the region of the call, by the body of that region. Nothing when the call is settled.</summary>
    internal void Spawn(Cx cx, Combination call, int number)
    {
        Number = number;
        _call = call;
        SpawnBy(cx, call);
    }

    private protected abstract void SpawnBy(Cx cx, Combination call);

    /// <summary>What the branch ended with, when that was no value.</summary>
    internal abstract Outcome<T> Failure<T>();

    /// <summary>The name of its task.</summary>
    /// <returns>The number and the call.</returns>
    public override string ToString() => $"branch {Number} of {_call?.Name}";
}

/// <inheritdoc cref="Branch"/>
internal sealed class Branch<T>(Body<T> body) : Branch
{
    private TaskCell<T>? _cell;

    /// <summary>How it ended.</summary>
    internal Outcome<T> Outcome => _cell!.Outcome!;

    /// <summary>Its value, when it ended with one.</summary>
    internal T Value => ((Outcome<T>.Ok)Outcome).Value;

    /// <inheritdoc/>
    private protected override void SpawnBy(Cx cx, Combination call)
    {
        TaskCell spawner = cx.Cell;
        spawner.Engine.SpawnBranch(spawner, cx.Held, call, this, body);
    }

    /// <summary>The task that the branch is, told before that can begin.</summary>
    internal void Becomes(TaskCell<T> cell) => _cell = cell;

    /// <inheritdoc/>
    internal override Outcome<TOther> Failure<TOther>() => Outcome.WithoutValue<TOther>();
}
