namespace Asupersync;

/// <summary>
/// A callback that came through <see cref="SynchronizationContext.Post"/>: helpers typed <c>Task</c>, async iterators,
/// <c>async void</c>.
/// </summary>
internal sealed class PostItem(Strand strand, SendOrPostCallback callback, object? state) : StrandItem
{
    /// <inheritdoc/>
    internal override void Run()
    {
        ExecutionContext.Restore(strand.Context);
        callback(state);
    }
}
