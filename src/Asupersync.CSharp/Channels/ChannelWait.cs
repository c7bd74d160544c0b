namespace Asupersync;

/// <summary>The wait of one task in a queue of a channel. A cancel request takes it out of the queue.</summary>
internal sealed class ChannelWait<T> : WaitSource<T>
{
    private readonly LinkedList<ChannelWait<T>> _queue;
    private readonly LinkedListNode<ChannelWait<T>> _place;
    private readonly int _ticket;

    internal ChannelWait(TaskCell task, LinkedList<ChannelWait<T>> queue, bool wantsAck = false)
    {
        Task = task;
        WantsAck = wantsAck;
        _queue = queue;
        _place = new LinkedListNode<ChannelWait<T>>(this);
        _ticket = Arm(task);
        queue.AddLast(_place);
    }

    internal TaskCell Task { get; }

    /// <summary>Whether the receiver acknowledges what it takes.</summary>
    internal bool WantsAck { get; }

    /// <summary>Ends the wait with what it waited for. It is the caller's business that the wait is still open.</summary>
    internal void Give(T value)
    {
        _queue.Remove(_place);
        TryComplete(_ticket, value);
    }

    internal void Fail(Exception exception)
    {
        _queue.Remove(_place);
        TryFail(_ticket, exception);
    }

    private protected override bool OnCancel(object? reason)
    {
        _queue.Remove(_place);
        return true;
    }
}
