namespace Asupersync;

/// <summary>The powers that a <see cref="Cx"/> can carry. What it lacks is refused by name.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>None: such a <see cref="Cx"/> can pass checkpoints and observe, no more.</summary>
    None = 0,

    /// <summary>Spawning tasks and opening regions.</summary>
    Spawn = 1,

    /// <summary>The clock, sleeping and deadlines.</summary>
    Time = 2,

    /// <summary>Random numbers.</summary>
    Random = 4,

    /// <summary>Sockets.</summary>
    Network = 8,

    /// <summary>Signals of the operating system.</summary>
    Signals = 16,

    /// <summary>
    /// Cancelling the region of the task: <see cref="Cx.CancelRegionWhen"/>, and <see cref="Region.Cancel"/> of what <see cref="Cx.Region"/>
    /// gives. The handle of a child is a right of its own: whoever spawned the child, or was handed it, may cancel it.
    /// </summary>
    Cancel = 32,

    /// <summary>Reserving obligations: channels and whatever else is two-phase.</summary>
    Reserve = 64,

    /// <summary>All of them.</summary>
    All = Spawn | Time | Random | Network | Signals | Cancel | Reserve,
}
