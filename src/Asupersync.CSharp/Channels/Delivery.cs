using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// A received item that has to be acknowledged, an obligation of the task that holds it. When it is aborted or disposed of, or its task
/// ends, the item goes back to the front of the channel: at least once is the promise, exactly once that of <see cref="Acknowledge"/>.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class Delivery<T> : IDisposable, IObligationHolder
{
    private readonly Channel<T> _channel;

    internal Delivery(Channel<T> channel) => _channel = channel;

    /// <summary>The obligation's identifier, as in the trace.</summary>
    public long Id { get; internal set; }

    /// <summary>The item.</summary>
    public T Value { get; internal set; } = default!;

    /// <summary>The item is dealt with and will not come again. Rests on the rule Commit.</summary>
    /// <exception cref="RefusedException">The delivery was settled before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Commit)]
    public void Acknowledge() => _channel.Acknowledge(Id);

    /// <summary>Puts the item back to the front. Rests on the rule Abort.</summary>
    /// <exception cref="RefusedException">The delivery was settled before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Abort)]
    public void Abort()
    {
        _channel.Engine.Abort(_channel.Here(), Id);
        _channel.Return(this);
    }

    /// <summary>Hands the delivery to another task, which acknowledges or aborts it from then on. Rests on the rule Transfer.</summary>
    /// <typeparam name="TResult">The type of the task's value.</typeparam>
    /// <param name="child">The task.</param>
    /// <exception cref="RefusedException">The delivery was settled, another task holds it, or the receiving task has ended.</exception>
    [Rule(RuleName.Transfer)]
    public void TransferTo<TResult>(Child<TResult> child) => Obligations.Transfer(_channel.Here(), Id, child.Cell);

    /// <summary>As <see cref="TransferTo{TResult}"/>, to a task without a value.</summary>
    /// <param name="child">The task.</param>
    [Rule(RuleName.Transfer)]
    public void TransferTo(Child child) => Obligations.Transfer(_channel.Here(), Id, child.Cell);

    /// <summary>Puts the item back if the task that runs now still holds the delivery; otherwise does nothing. Rests on the rule Abort.</summary>
    [Rule(RuleName.Abort)]
    public void Dispose()
    {
        if (Obligations.HeldHere(_channel.Engine, Id) is not null)
        {
            Abort();
        }
    }

    void IObligationHolder.OnAborted() => _channel.Return(this);
}
