namespace Asupersync;

/// <summary>
/// Registers a continuation on a source from the strand itself, on behalf of a caller on another thread.
/// </summary>
internal sealed class SuspendItem(WorkSource source, object continuation) : StrandItem
{
    /// <inheritdoc/>
    internal override void Run() => source.Suspend(continuation);
}
