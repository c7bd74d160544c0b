namespace Asupersync;

/// <summary>What stands in a line of a channel until it gets what it asked for.</summary>
internal interface IWaiter<TGot>
{
    /// <summary>The task that waits.</summary>
    TaskCell Task { get; }

    /// <summary>Whether it acknowledges what it receives.</summary>
    bool WantsAck { get; }

    /// <summary>Its neighbours in the line. For the line only.</summary>
    ref LinePlace<TGot> Place { get; }

    /// <summary>Has left the line with what it asked for; on any worker.</summary>
    void Get(TGot got);

    /// <summary>Has left the line in vain; on any worker.</summary>
    void Fail(Exception exception);
}

/// <summary>A place in a line.</summary>
internal struct LinePlace<TGot>
{
    internal IWaiter<TGot>? Previous;
    internal IWaiter<TGot>? Next;

    /// <summary>Whether it is taken. Whoever frees it, behind the channel's gate, says how the wait ends.</summary>
    internal bool IsTaken;
}
