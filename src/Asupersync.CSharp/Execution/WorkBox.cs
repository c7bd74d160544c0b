namespace Asupersync;

/// <summary>Holds one call of an async method: first its arguments, then its locals, in the end its result.</summary>
internal abstract class WorkBox<T> : CallSource<T>
{
    private protected ExecutionContext? _context;

    private protected WorkBox() => _state = Cold;

    /// <summary>Remembers the execution context of the frame that suspends.</summary>
    internal void SaveContext() => _context = FlowContext.Capture();

    private protected void RestoreContext()
    {
        ExecutionContext? context = _context;
        if (context is not null)
        {
            ExecutionContext.Restore(context);
        }
    }
}
