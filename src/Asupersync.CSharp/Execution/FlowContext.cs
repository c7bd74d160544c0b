namespace Asupersync;

/// <summary>Execution contexts that are never null, so that they can always be restored.</summary>
internal static class FlowContext
{
    /// <summary>The context of the caller; the empty one where flow is suppressed.</summary>
    internal static ExecutionContext Capture() => ExecutionContext.Capture() ?? Empty.Value;

    private static class Empty
    {
        internal static readonly ExecutionContext Value = Take();

        private static ExecutionContext Take()
        {
            ExecutionContext? taken = null;
            var thread = new Thread(() => taken = ExecutionContext.Capture());
            thread.UnsafeStart();
            thread.Join();
            return taken!;
        }
    }
}
