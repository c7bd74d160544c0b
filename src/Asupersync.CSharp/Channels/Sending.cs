namespace Asupersync;

/// <summary>Work that begins by reserving a place in a channel.</summary>
internal abstract class PlaceWork<T, TResult> : ChannelWork<T, long, TResult>
{
    /// <summary>The member that was called, for errors.</summary>
    private protected abstract string Member { get; }

    private protected sealed override bool Ask(Channel<T> channel, in Cx cx, out long got) =>
        channel.Reserve(channel.Of(cx.Pass(Capabilities.Reserve, Member), Member), this, out got);

    private protected sealed override WaitLine<long> LineOf(Channel<T> channel) => channel.Senders;
}

/// <summary>The work of sending a value.</summary>
internal sealed class Sending<T> : PlaceWork<T, Nothing>
{
    [ThreadStatic]
    private static Shelf<Sending<T>> _shelf;

    private T _value = default!;

    /// <summary>One that is free.</summary>
    internal static Sending<T> Rent() => _shelf.Take();

    /// <summary>The value to send.</summary>
    internal Sending<T> With(T value)
    {
        _value = value;
        return this;
    }

    private protected override string Member => nameof(Sender<T>.Send);

    private protected override Nothing Make(Channel<T> channel, long got) =>
        channel.Commit(got, _value) ? default : throw ChannelErrors.ReceiverClosed();

    private protected override void Free()
    {
        base.Free();
        _value = default!;
        _shelf.Put(this);
    }
}

/// <summary>The work of reserving a place.</summary>
internal sealed class Reserving<T> : PlaceWork<T, SendPermit<T>>
{
    [ThreadStatic]
    private static Shelf<Reserving<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static Reserving<T> Rent() => _shelf.Take();

    private protected override string Member => nameof(Sender<T>.Reserve);

    private protected override SendPermit<T> Make(Channel<T> channel, long got) => new(channel, got);

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}
