namespace Asupersync;

/// <summary>Something asked of a channel, which is had at once or waited for.</summary>
internal abstract class ChannelWork<T, TGot, TResult> : StepWork<TResult>
{
    private Channel<T> _channel = null!;
    private Cx _cx;
    private TGot _got = default!;
    private ChannelWait<TGot>? _wait;
    private int _ticket;

    /// <summary>The work of asking this channel, for the holder of this context.</summary>
    internal Work<TResult> Of(Channel<T> channel, in Cx cx)
    {
        _channel = channel;
        _cx = cx;
        return AsWork();
    }

    /// <summary>A checkpoint, and what is asked for or the wait for it.</summary>
    private protected abstract (TGot Got, ChannelWait<TGot>? Wait) Ask(Channel<T> channel, in Cx cx);

    /// <summary>What is made of it.</summary>
    private protected abstract TResult Make(Channel<T> channel, TGot got);

    private protected sealed override bool TryBegin(Strand strand)
    {
        (TGot got, ChannelWait<TGot>? wait) = Ask(_channel, _cx);
        if (wait is null)
        {
            _got = got;
            return false;
        }

        _wait = wait;
        return Await(wait, out _ticket);
    }

    private protected sealed override TResult End(out object? failure)
    {
        TGot got = _got;
        failure = null;
        if (_wait is { } wait)
        {
            _wait = null;
            got = wait.Take(_ticket, out failure);
        }

        return failure is null ? Make(_channel, got) : default!;
    }

    private protected override void Free()
    {
        _channel = null!;
        _cx = default;
        _got = default!;
        _wait = null;
    }
}
