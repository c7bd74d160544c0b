using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>Something asked of a channel, which is had at once or waited for: then it stands in a line of the channel itself.</summary>
/// <remarks>
/// A cancel request takes it out of the line. Whoever takes it out decides how the wait ends, so nobody else writes here until the strand
/// runs it.
/// </remarks>
internal abstract class ChannelWork<T, TGot, TResult> : StepWork<TResult>, IWaiter<TGot>
{
    private Channel<T> _channel = null!;
    private Cx _cx;
    private TGot _got = default!;
    private LinePlace<TGot> _place;

    /// <inheritdoc/>
    TaskCell IWaiter<TGot>.Task => (TaskCell)_strand!;

    /// <inheritdoc/>
    bool IWaiter<TGot>.WantsAck => WantsAck;

    /// <inheritdoc/>
    ref LinePlace<TGot> IWaiter<TGot>.Place => ref _place;

    private protected virtual bool WantsAck => false;

    /// <summary>The work of asking this channel, for the holder of this context.</summary>
    internal Work<TResult> Of(Channel<T> channel, in Cx cx)
    {
        _channel = channel;
        _cx = cx;
        return AsWork();
    }

    /// <inheritdoc/>
    void IWaiter<TGot>.Get(TGot got)
    {
        _got = got;
        _strand!.AddReady(this);
    }

    /// <inheritdoc/>
    void IWaiter<TGot>.Fail(Exception exception) => EndInVain(ExceptionDispatchInfo.Capture(exception));

    /// <summary>A checkpoint, and what is asked for; false when it has to be waited for, and this stands in line.</summary>
    private protected abstract bool Ask(Channel<T> channel, in Cx cx, out TGot got);

    /// <summary>What is made of it.</summary>
    private protected abstract TResult Make(Channel<T> channel, TGot got);

    /// <summary>The line in which this stands while it waits.</summary>
    private protected abstract WaitLine<TGot> LineOf(Channel<T> channel);

    private protected sealed override bool TryBegin(Strand strand)
    {
        if (Ask(_channel, _cx, out TGot got))
        {
            _got = got;
            return false;
        }

        // Somebody may have served it by now; but what that made ready runs in another poll.
        Arm();
        ((TaskCell)strand).WaitsFor = LineOf(_channel).Words;
        return true;
    }

    private protected sealed override TResult End(out object? failure)
    {
        failure = null;
        return Make(_channel, _got);
    }

    private protected sealed override bool OnCancel() => _channel.Leave(LineOf(_channel), this);

    private protected sealed override void OnDisarmed(Strand strand) => ((TaskCell)strand).WaitsFor = null;

    private protected override void Free()
    {
        _channel = null!;
        _cx = default;
        _got = default!;
    }
}
