namespace Asupersync;

/// <summary>Reading a channel to its end.</summary>
public static class ReceiverExtensions
{
    /// <summary>
    /// The items of a channel until it is drained, for <c>await foreach</c> inside of a task. Each step is a <see cref="Receiver{T}.Receive"/>:
    /// a checkpoint, first come, first served, and an item goes to one reader only. Leaving the loop takes nothing more: what is left stays in
    /// the channel.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="receiver">The receiving end.</param>
    /// <param name="cx">The context of the task that reads.</param>
    /// <returns>
    /// The items. The loop ends when the channel is closed and everything in it was received, and lets <see cref="CancelledException"/>
    /// through when the task was cancelled. Of a token that somebody enumerates it with nothing is seen: the task's own request counts.
    /// </returns>
    public static ReceivedItems<T> ReadAll<T>(this Receiver<T> receiver, Cx cx)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceivedItems<T>(receiver, cx);
    }
}

/// <summary>The items of a channel as they are received; see <see cref="ReceiverExtensions.ReadAll"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class ReceivedItems<T> : IAsyncEnumerable<T>
{
    private readonly Receiver<T> _receiver;
    private readonly Cx _cx;

    internal ReceivedItems(Receiver<T> receiver, Cx cx)
    {
        _receiver = receiver;
        _cx = cx;
    }

    internal Work<T> Next() => _receiver.Receive(_cx);

    /// <summary>Begins to read; used by <c>await foreach</c>.</summary>
    /// <returns>The reader.</returns>
    public ReceivedItemsReader<T> GetAsyncEnumerator() => new(this);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator();
}

/// <summary>One pass over the items of a channel; used by <c>await foreach</c>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class ReceivedItemsReader<T> : IAsyncEnumerator<T>
{
    private readonly ReceivedItems<T> _items;

    internal ReceivedItemsReader(ReceivedItems<T> items) => _items = items;

    /// <summary>The item received last.</summary>
    public T Current { get; private set; } = default!;

    /// <summary>Receives the next item; see <see cref="Receiver{T}.Receive"/>.</summary>
    /// <returns>False when nothing is left to receive, now or later.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it waited; no item is taken.</exception>
    public async Work<bool> MoveNextAsync()
    {
        try
        {
            Current = await _items.Next();
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    ValueTask<bool> IAsyncEnumerator<T>.MoveNextAsync() => new(MoveNextAsync().AsTask());

    /// <summary>Does nothing: a reader holds nothing between two steps.</summary>
    /// <returns>A finished task.</returns>
    public ValueTask DisposeAsync() => default;
}
