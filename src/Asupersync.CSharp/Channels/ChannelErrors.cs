namespace Asupersync;

/// <summary>The channel is closed: nothing more can be sent, or nothing is left to receive. Code ASUP5001.</summary>
public sealed class ChannelClosedException : AsupersyncException
{
    internal ChannelClosedException(string message)
        : base("ASUP5001", message) { }
}

/// <summary>Errors of use of channels, each with a stable code.</summary>
internal static class ChannelErrors
{
    internal static ChannelClosedException Completed() =>
        new("the channel was completed, so it takes nothing more; send before Complete is called");

    internal static ChannelClosedException ReceiverClosed() =>
        new("the receiver was closed, so nobody will take what is sent; the value stays with the sender");

    internal static ChannelClosedException Drained() =>
        new(
            "the channel is closed and everything in it was received; use WaitToReceive to see the end without an exception"
        );

    internal static AsupersyncException Outside(string member) =>
        new("ASUP5002", $"{member} of a channel is used outside of a task of the runtime. Use it from a task's body.");

    internal static CapabilityException OtherRuntime(string member) =>
        new("ASUP3004", $"{member}: the channel belongs to another runtime. Make one channel for each run.");

    internal static AsupersyncException TaskEnded(TaskCell task) =>
        new(
            "ASUP5003",
            $"{task} has ended while a helper of it still waited for the channel. Await the helper in the body."
        );

    internal static AsupersyncException Capacity(int capacity) =>
        new("ASUP5004", $"a channel cannot have a capacity of {capacity}; give it at least 1 place.");
}
