namespace Asupersync;

/// <summary>One branch of a combinator: code to be spawned, then its task.</summary>
internal abstract class Branch
{
    /// <summary>Spawns the branch into the region of the call, by the body of that region. Nothing when the call is settled.</summary>
    internal abstract void Spawn(Cx cx, Combination call, int number, string name);

    /// <summary>What the branch ended with, when that was no value.</summary>
    internal abstract Outcome<T> Failure<T>();
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
    internal override void Spawn(Cx cx, Combination call, int number, string name)
    {
        TaskCell spawner = cx.Cell;
        spawner.Engine.SpawnBranch(spawner, cx.Held, call, number, this, body, name);
    }

    /// <summary>The task that the branch is, told before that can begin.</summary>
    internal void Becomes(TaskCell<T> cell) => _cell = cell;

    /// <inheritdoc/>
    internal override Outcome<TOther> Failure<TOther>() => Outcome.WithoutValue<TOther>();
}
