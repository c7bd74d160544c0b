namespace Asupersync;

/// <summary>A timer among those that are near: what their order depends on, and its entry.</summary>
internal readonly record struct TimerItem(ulong Due, long Sequence, int Index) : IComparable<TimerItem>
{
    /// <inheritdoc/>
    public int CompareTo(TimerItem other)
    {
        int byDue = Due.CompareTo(other.Due);
        return byDue != 0 ? byDue : Sequence.CompareTo(other.Sequence);
    }

    internal bool IsBefore(in TimerItem other) => Due < other.Due || (Due == other.Due && Sequence < other.Sequence);
}
