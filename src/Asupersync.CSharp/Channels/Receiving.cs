namespace Asupersync;

/// <summary>The work of receiving an item.</summary>
internal sealed class Receiving<T> : ChannelWork<T, Received<T>, T>
{
    [ThreadStatic]
    private static Shelf<Receiving<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static Receiving<T> Rent() => _shelf.Take();

    private protected override bool Ask(Channel<T> channel, in Cx cx, out Received<T> got) =>
        channel.Receive(
            channel.Of(cx.Pass(Capabilities.None, nameof(Receiver<T>.Receive)), nameof(Receiver<T>.Receive)),
            this,
            out got
        );

    private protected override WaitLine<Received<T>> LineOf(Channel<T> channel) => channel.Receivers;

    private protected override T Make(Channel<T> channel, Received<T> got) => got.Value;

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}

/// <summary>The work of receiving a delivery.</summary>
internal sealed class ReceivingWithAck<T> : ChannelWork<T, Received<T>, Delivery<T>>
{
    private const string Member = nameof(Receiver<T>.ReceiveWithAck);

    [ThreadStatic]
    private static Shelf<ReceivingWithAck<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static ReceivingWithAck<T> Rent() => _shelf.Take();

    private protected override bool WantsAck => true;

    private protected override bool Ask(Channel<T> channel, in Cx cx, out Received<T> got) =>
        channel.Receive(channel.Of(cx.Pass(Capabilities.Reserve, Member), Member), this, out got);

    private protected override WaitLine<Received<T>> LineOf(Channel<T> channel) => channel.Receivers;

    private protected override Delivery<T> Make(Channel<T> channel, Received<T> got) => got.Delivery!;

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}

/// <summary>The work of waiting for an item without taking it.</summary>
internal sealed class Watching<T> : ChannelWork<T, bool, bool>
{
    private const string Member = nameof(Receiver<T>.WaitToReceive);

    [ThreadStatic]
    private static Shelf<Watching<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static Watching<T> Rent() => _shelf.Take();

    private protected override bool Ask(Channel<T> channel, in Cx cx, out bool got)
    {
        channel.Of(cx.Pass(Capabilities.None, Member), Member);
        return channel.Watch(this, out got);
    }

    private protected override WaitLine<bool> LineOf(Channel<T> channel) => channel.Watchers;

    private protected override bool Make(Channel<T> channel, bool got) => got;

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}
