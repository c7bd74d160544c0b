namespace Asupersync;

/// <summary>A timer that was set, to give it up. The default is none; one that has fired, or was given up, stays so for good.</summary>
internal readonly record struct PendingTimer
{
    private readonly Timers? _timers;

    internal PendingTimer(Timers timers, int index, long sequence)
    {
        _timers = timers;
        Index = index;
        Sequence = sequence;
    }

    /// <summary>Where its entry is kept.</summary>
    internal int Index { get; }

    /// <summary>Its number among all timers ever set there, by which a later user of the entry is told from it.</summary>
    internal long Sequence { get; }

    /// <summary>Whether it has neither fired nor been given up. From any thread.</summary>
    internal bool IsPending => _timers?.IsPending(this) ?? false;

    /// <summary>Gives the timer up. False when it has fired or was given up before. From any thread.</summary>
    internal bool Disarm() => _timers?.Disarm(this) ?? false;
}
