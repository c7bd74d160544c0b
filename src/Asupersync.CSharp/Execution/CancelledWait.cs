namespace Asupersync;

/// <summary>Stands in the place of a failure in a source that a cancel request ended.</summary>
internal sealed class CancelledWait
{
    [ThreadStatic]
    private static CancelledWait? _last;

    private CancelledWait(object? reason) => Reason = reason;

    internal object? Reason { get; }

    /// <summary>The one for a reason. Most requests end many waits one after the other, for the same reason.</summary>
    internal static CancelledWait For(object? reason)
    {
        CancelledWait? last = _last;
        return last is not null && last.Reason == reason ? last : _last = new CancelledWait(reason);
    }
}
