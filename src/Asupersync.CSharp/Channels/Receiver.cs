using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The receiving end of a channel. Tasks of one runtime may share it; each item goes to one of them.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class Receiver<T>
{
    private readonly Channel<T> _channel;

    internal Receiver(Channel<T> channel) => _channel = channel;

    /// <summary>Items that wait to be received.</summary>
    public int Count => _channel.Count;

    /// <summary>Whether nothing is left to receive, now or later.</summary>
    public bool IsDrained => _channel.Drained;

    /// <summary>
    /// Receives the next item; waits for one, first come, first served. A checkpoint. An item is never lost: when the task's cancellation
    /// came first, it goes to the next task or stays in the channel.
    /// </summary>
    /// <param name="cx">The context of the task.</param>
    /// <returns>The item.</returns>
    /// <exception cref="ChannelClosedException">The channel is closed and everything in it was received.</exception>
    /// <exception cref="CancelledException">A request was pending or came while it waited; no item is taken.</exception>
    public Work<T> Receive(Cx cx) => Receiving<T>.Rent().Of(_channel, cx);

    /// <summary>
    /// As <see cref="Receive"/>, as a delivery that has to be acknowledged: when it is disposed of without that, or the task ends, the item
    /// comes first again. Its place in the channel stays taken until then. Rests on the rule Reserve.
    /// </summary>
    /// <param name="cx">The context of the task.</param>
    /// <returns>The delivery: acknowledge it, or dispose of it.</returns>
    /// <exception cref="ChannelClosedException">The channel is closed and everything in it was received.</exception>
    /// <exception cref="CancelledException">A request was pending or came while it waited; no item is taken.</exception>
    [Rule(RuleName.Reserve)]
    public Work<Delivery<T>> ReceiveWithAck(Cx cx) => ReceivingWithAck<T>.Rent().Of(_channel, cx);

    /// <summary>Receives an item if one is there. No checkpoint.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when there is none now.</returns>
    /// <exception cref="AsupersyncException">Called outside of a task (ASUP5002).</exception>
    public bool TryReceive([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        _channel.Here();
        return _channel.TryReceive(out item);
    }

    /// <summary>Waits until there is an item to receive. A checkpoint. Another task may be faster at taking it.</summary>
    /// <param name="cx">The context of the task.</param>
    /// <returns>False when nothing is left to receive, now or later.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it waited.</exception>
    public Work<bool> WaitToReceive(Cx cx) => Watching<T>.Rent().Of(_channel, cx);

    /// <summary>
    /// Takes nothing more: what is in the channel can still be received, a later <see cref="SendPermit{T}.Commit"/> hands its value back, and
    /// tasks that wait for a place get <see cref="ChannelClosedException"/>. Idempotent.
    /// </summary>
    /// <exception cref="AsupersyncException">Called outside of a task (ASUP5002).</exception>
    public void Close()
    {
        _channel.Here();
        _channel.Close();
    }
}
