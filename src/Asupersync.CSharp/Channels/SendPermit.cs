using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// A reserved place in a channel, an obligation of the task that holds it: it is committed, aborted or transferred, once. Disposing of an
/// unused one aborts it. A task that ends well with an unused permit has a bug, and the permit counts as leaked; its place is free again.
/// A value: copies stand for the same place, of which the ledger knows whether it was used. An empty one (<c>default</c>) is refused with
/// ASUP3005; disposing of it does nothing.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
public readonly record struct SendPermit<T> : IDisposable
{
    private readonly Channel<T>? _channel;

    internal SendPermit(Channel<T> channel, long obligation)
    {
        _channel = channel;
        Id = obligation;
    }

    /// <summary>The obligation's identifier, as in the trace.</summary>
    public long Id { get; }

    private Channel<T> Channel => _channel ?? throw Handles.Empty(nameof(SendPermit<>));

    /// <summary>Sends a value with the permit. Rests on the rule Commit.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when the receiver is closed: the permit is aborted then, and the value is still the caller's.</returns>
    /// <exception cref="RefusedException">The permit was used before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Commit)]
    public bool Commit(T value) => Channel.Commit(Id, value);

    /// <summary>Gives the place back. Rests on the rule Abort.</summary>
    /// <exception cref="RefusedException">The permit was used before (ASUP1027), or another task holds it (ASUP1028).</exception>
    [Rule(RuleName.Abort)]
    public void Abort() => Channel.Abort(Channel.Here(), Id);

    /// <summary>Hands the permit to another task, which commits or aborts it from then on. Rests on the rule Transfer.</summary>
    /// <typeparam name="TResult">The type of the task's value.</typeparam>
    /// <param name="child">The task.</param>
    /// <exception cref="RefusedException">The permit was used, another task holds it, or the receiving task has ended.</exception>
    [Rule(RuleName.Transfer)]
    public void TransferTo<TResult>(Child<TResult> child) => Obligations.Transfer(Channel.Here(), Id, child.Cell);

    /// <summary>As <see cref="TransferTo{TResult}"/>, to a task without a value.</summary>
    /// <param name="child">The task.</param>
    [Rule(RuleName.Transfer)]
    public void TransferTo(Child child) => Obligations.Transfer(Channel.Here(), Id, child.Cell);

    /// <summary>Aborts the permit if the task that runs now still holds it; otherwise does nothing. Rests on the rule Abort.</summary>
    [Rule(RuleName.Abort)]
    public void Dispose()
    {
        if (_channel is { } channel && Obligations.HeldHere(channel.Engine, Id) is { } task)
        {
            channel.Abort(task, Id);
        }
    }

    /// <summary>The permit by its identifier.</summary>
    /// <returns>Identifier and kind.</returns>
    public override string ToString() => _channel is null ? "no permit" : $"o{Id} (SendPermit)";
}
