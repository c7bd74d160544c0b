using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>
/// A work that has failed already. It runs nothing, so it may be awaited anywhere and more than once.
/// </summary>
internal sealed class FaultedWork<T> : WorkSource<T>
{
    private const int HandleToken = -1;

    internal FaultedWork(Exception exception)
    {
        _tail = ExceptionDispatchInfo.Capture(exception);
        _state = Done;
    }

    internal Work<T> Handle => new(this, HandleToken);

    /// <inheritdoc/>
    internal override void Run() { }

    /// <inheritdoc/>
    internal override bool Begin() => true;

    /// <inheritdoc/>
    internal override void Suspend(object continuation) => throw ExecutionErrors.NotFinished();
}
