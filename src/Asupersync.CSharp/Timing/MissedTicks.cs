namespace Asupersync;

/// <summary>What becomes of ticks that a task did not take before the next one came (docs/semantics.md, chapter 13).</summary>
public enum MissedTicks
{
    /// <summary>They are left out, and counted; the ticks keep to their instants.</summary>
    Skip,

    /// <summary>None is left out: they come one after the other, until the ticks have caught up.</summary>
    Burst,

    /// <summary>They are left out, and counted; the next tick is a whole period after the late one was taken.</summary>
    Delay,
}
