namespace Asupersync;

/// <summary>Execution contexts with a stand-in for none, so that there is always one to restore.</summary>
internal static class FlowContext
{
    /// <summary>The context in which nothing flows.</summary>
    internal static ExecutionContext Empty { get; } = TakeEmpty();

    /// <summary>The context of the caller; the empty one where flow is suppressed.</summary>
    internal static ExecutionContext Capture() => ExecutionContext.Capture() ?? Empty;

    /// <summary>The same, but null for the empty one, which most tasks have: to keep nothing costs the collector nothing.</summary>
    internal static ExecutionContext? CaptureOrNone()
    {
        ExecutionContext? captured = ExecutionContext.Capture();
        return captured == Empty ? null : captured;
    }

    private static ExecutionContext TakeEmpty()
    {
        ExecutionContext? taken = null;
        var thread = new Thread(() => taken = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return taken!;
    }
}
