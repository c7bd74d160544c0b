namespace Asupersync;

/// <content>The strand as a synchronization context.</content>
internal partial class Strand
{
    /// <summary><c>async void</c> methods started by this strand and not ended yet.</summary>
    internal int AsyncVoids => _extra is { } extra ? Volatile.Read(ref extra.AsyncVoids) : 0;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        Resume(new PostItem(this, d, state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (Current != this)
        {
            throw ExecutionErrors.BlockingSend();
        }

        d(state);
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <inheritdoc/>
    public override void OperationStarted()
    {
        Interlocked.Increment(ref Extra.AsyncVoids);
        Owner?.OnAsyncVoid(this, started: true);
    }

    /// <inheritdoc/>
    public override void OperationCompleted()
    {
        Interlocked.Decrement(ref Extra.AsyncVoids);
        Owner?.OnAsyncVoid(this, started: false);
    }
}
