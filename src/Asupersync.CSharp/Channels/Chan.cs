namespace Asupersync;

/// <summary>Channels between tasks of one runtime.</summary>
public static class Chan
{
    /// <summary>
    /// A bounded first-in, first-out channel with a two-phase send: a place is reserved first, and a value is committed to it later. A
    /// reserved place is an obligation of the task that holds it. The channel belongs to the first runtime that uses it.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="capacity">Places, at least 1: items not yet received, permits not yet used and deliveries not yet acknowledged.</param>
    /// <returns>Both ends; each may be shared by any number of tasks.</returns>
    /// <exception cref="AsupersyncException">The capacity is below 1 (ASUP5004).</exception>
    public static (Sender<T> Sender, Receiver<T> Receiver) Bounded<T>(int capacity)
    {
        if (capacity < 1)
        {
            throw ChannelErrors.Capacity(capacity);
        }

        var channel = new Channel<T>(capacity);
        return (new Sender<T>(channel), new Receiver<T>(channel));
    }
}
