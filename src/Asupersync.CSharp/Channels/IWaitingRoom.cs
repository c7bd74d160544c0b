namespace Asupersync;

/// <summary>What keeps lines of waits, and guards them.</summary>
internal interface IWaitingRoom
{
    /// <summary>Takes a wait out of its line, unless it was served. False when it was.</summary>
    bool Leave<T>(WaitLine<T> line, ChannelWait<T> wait);
}
