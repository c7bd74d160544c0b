using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The sending end of a channel. Tasks of one runtime may share it.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class Sender<T>
{
    private readonly Channel<T> _channel;

    internal Sender(Channel<T> channel) => _channel = channel;

    /// <summary>Whether nothing more can be reserved, because of <see cref="Complete"/> or <see cref="Receiver{T}.Close"/>.</summary>
    public bool IsClosed => _channel.Completed || _channel.Closed;

    /// <summary>
    /// Reserves a place; waits for one, first come, first served. A checkpoint. The permit is an obligation of the task from the moment
    /// that the place is given to it, and a task whose cancellation came first is passed over. Rests on the rule Reserve.
    /// </summary>
    /// <param name="cx">The context of the task.</param>
    /// <returns>The permit: commit it, or dispose of it.</returns>
    /// <exception cref="ChannelClosedException">The channel was completed or its receiver closed.</exception>
    /// <exception cref="CancelledException">A request was pending or came while it waited; no place is taken.</exception>
    /// <exception cref="RefusedException">The task waits for a task or region in another of its flows.</exception>
    [Rule(RuleName.Reserve)]
    public Work<SendPermit<T>> Reserve(Cx cx) => Reserving<T>.Rent().Of(_channel, cx);

    /// <summary>Reserves a place if one is free and no task waits for it. No checkpoint. Rests on the rule Reserve.</summary>
    /// <param name="cx">The context of the task.</param>
    /// <param name="permit">The permit; an empty one when there is none.</param>
    /// <returns>False when there is no place to be had now, or the channel is closed.</returns>
    /// <exception cref="RefusedException">The task waits for a task or region in another of its flows.</exception>
    [Rule(RuleName.Reserve)]
    public bool TryReserve(Cx cx, out SendPermit<T> permit)
    {
        long obligation = _channel.TryReserve(_channel.Of(cx.Use(Capabilities.Reserve)));
        permit = obligation == 0 ? default : new SendPermit<T>(_channel, obligation);
        return obligation != 0;
    }

    /// <summary>Sends a value: reserves and commits. When it throws, the value was not sent. Rests on the rules Reserve and Commit.</summary>
    /// <param name="cx">The context of the task.</param>
    /// <param name="value">The value.</param>
    /// <returns>Work that ends when the value is in the channel.</returns>
    /// <exception cref="ChannelClosedException">The channel was completed or its receiver closed.</exception>
    /// <exception cref="CancelledException">A request was pending or came while it waited.</exception>
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Commit)]
    public Work Send(Cx cx, T value) => new(Sending<T>.Rent().With(value).Of(_channel, cx));

    /// <summary>
    /// Says that nothing more comes. Tasks that wait for a place get <see cref="ChannelClosedException"/>; permits that are out may still be
    /// committed, and everything in the channel is still received. Idempotent.
    /// </summary>
    /// <exception cref="AsupersyncException">Called outside of a task (ASUP5002).</exception>
    public void Complete()
    {
        _channel.Here();
        _channel.Complete();
    }
}
