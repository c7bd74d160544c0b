namespace Asupersync;

/// <content>Looking at the live tree.</content>
public readonly partial struct Cx
{
    /// <summary>What is alive in this task's region and below: phases, budgets left, what each task waits for and since when.</summary>
    /// <param name="most">Regions, and tasks, to list at most.</param>
    /// <returns>The snapshot, of this moment.</returns>
    public RuntimeSnapshot Snapshot(int most = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        TaskCell cell = Use(Capabilities.None);
        return cell.Engine.TakeSnapshot(cell.Region.Id, most);
    }
}
