namespace Asupersync;

/// <summary>One branch of a combinator: code to be spawned, then its task.</summary>
internal abstract class Branch
{
    /// <summary>Spawns the branch into the region of the call, by the body of that region.</summary>
    internal abstract TaskCell Spawn(Cx cx, string name);

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
    internal override TaskCell Spawn(Cx cx, string name)
    {
        TaskCell spawner = cx.Cell;
        return _cell = spawner.Engine.Spawn(spawner, cx.Held, spawner.Region, body, name, WorkBudget.Unlimited);
    }

    /// <inheritdoc/>
    internal override Outcome<TOther> Failure<TOther>() => Outcome.WithoutValue<TOther>();
}
