using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// A reserved place in a channel, an obligation of the task that holds it: it is committed, aborted or transferred, once. Disposing of an
/// unused one aborts it. A task that ends well with an unused permit has a bug, and the permit counts as leaked; its place is free again.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class SendPermit<T> : IDisposable
{
    private readonly Channel<T> _channel;

    internal SendPermit(Channel<T> channel, long obligation)
    {
        _channel = channel;
        Id = obligation;
    }

    /// <summary>The obligation's identifier, as in the trace.</summary>
    public long Id { get; }

    /// <summary>Sends a value with the permit. Rests on the rule Commit.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when the receiver is closed: the permit is aborted then, and the value is still the caller's.</returns>
    /// <exception cref="RefusedException">The permit was used before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Commit)]
    public bool Commit(T value) => _channel.Commit(Id, value);

    /// <summary>Gives the place back. Rests on the rule Abort.</summary>
    /// <exception cref="RefusedException">The permit was used before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Abort)]
    public void Abort() => _channel.Abort(_channel.Here(), Id);

    /// <summary>Hands the permit to another task, which commits or aborts it from then on. Rests on the rule Transfer.</summary>
    /// <typeparam name="TResult">The type of the task's value.</typeparam>
    /// <param name="child">The task.</param>
    /// <exception cref="RefusedException">The permit was used, another task holds it, or the receiving task has ended.</exception>
    [Rule(RuleName.Transfer)]
    public void TransferTo<TResult>(Child<TResult> child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Obligations.Transfer(_channel.Here(), Id, child.Cell);
    }

    /// <summary>As <see cref="TransferTo{TResult}"/>, to a task without a value.</summary>
    /// <param name="child">The task.</param>
    [Rule(RuleName.Transfer)]
    public void TransferTo(Child child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Obligations.Transfer(_channel.Here(), Id, child.Cell);
    }

    /// <summary>Aborts the permit if the task that runs now still holds it; otherwise does nothing. Rests on the rule Abort.</summary>
    [Rule(RuleName.Abort)]
    public void Dispose()
    {
        if (Obligations.HeldHere(_channel.Engine, Id) is { } task)
        {
            _channel.Abort(task, Id);
        }
    }
}
