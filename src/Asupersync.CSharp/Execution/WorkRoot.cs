namespace Asupersync;

/// <summary>The root of a strand whose work is there already.</summary>
internal sealed class WorkRoot<T>(Strand strand, Work<T> work, Action<WorkResult<T>>? whenDone)
    : StrandItem,
        IStrandRoot<T>
{
    private StrandRoot<T> _root;
    private Work<T> _work = work;

    /// <inheritdoc/>
    internal override void Run() => _root.Run(strand, this, this);

    Work<T> IStrandRoot<T>.Open()
    {
        Work<T> work = _work;
        _work = default;
        return work;
    }

    void IStrandRoot<T>.Close(WorkResult<T> result) => whenDone?.Invoke(result);
}
