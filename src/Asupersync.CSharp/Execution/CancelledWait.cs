namespace Asupersync;

/// <summary>Stands in the place of a failure in a source that a cancel request ended.</summary>
internal sealed class CancelledWait(object? reason)
{
    internal object? Reason { get; } = reason;
}
