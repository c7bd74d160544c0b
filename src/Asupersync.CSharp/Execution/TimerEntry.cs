namespace Asupersync;

/// <summary>What the wheel keeps of one timer.</summary>
internal struct TimerEntry
{
    /// <summary>The sequence number of an entry that no timer uses.</summary>
    internal const long Free = -1;

    /// <summary>When it is due, counted from the origin of the wheel.</summary>
    internal ulong Due;

    /// <summary>Its number among all timers ever set, or <see cref="Free"/>.</summary>
    internal long Sequence;

    /// <summary>Who is told.</summary>
    internal ITimerTarget? Target;

    /// <summary>What the target is told.</summary>
    internal int Ticket;

    /// <summary>The next entry of its slot, or of those that are free; -1 for none.</summary>
    internal int Next;

    /// <summary>The entry before it in its slot; -1 for the first.</summary>
    internal int Previous;

    /// <summary>Its place in the heap of near timers, or the complement of its slot.</summary>
    internal int Place;
}
