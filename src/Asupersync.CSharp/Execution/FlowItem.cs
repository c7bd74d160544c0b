namespace Asupersync;

/// <summary>
/// A continuation given to <c>OnCompleted</c>, which has to see the execution context of the one who gave it.
/// </summary>
internal sealed class FlowItem(ExecutionContext context, Action continuation) : StrandItem
{
    /// <inheritdoc/>
    internal override void Run()
    {
        ExecutionContext.Restore(context);
        continuation();
    }
}
