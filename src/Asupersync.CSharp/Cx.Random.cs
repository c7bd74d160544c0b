namespace Asupersync;

/// <content>Chance.</content>
public readonly partial struct Cx
{
    /// <summary>
    /// The task's own random numbers. They follow from <see cref="RuntimeOptions.RandomSeed"/> and the task's identifier, so a run with the
    /// same seed and the same order of spawns draws the same numbers, whatever other tasks draw. Not for secrets. Needs
    /// <see cref="Capabilities.Random"/>.
    /// </summary>
    public Random Random
    {
        get
        {
            TaskCell cell = Use(Capabilities.Random);
            return cell.Rare.Random ??= new TaskRandom(cell.Engine.Seed, cell.Id);
        }
    }
}
