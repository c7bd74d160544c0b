namespace Asupersync;

/// <summary>The root of a strand whose work is there already.</summary>
internal sealed class WorkRoot<T>(Strand strand, Work<T> work, Action<WorkResult<T>>? whenDone)
    : StrandItem,
        IStrandRoot<T>
{
    private Work<T> _work = work;
    private object? _source;
    private int _token;

    /// <inheritdoc/>
    internal override void Run()
    {
        if (_source is null)
        {
            StrandRoot.Begin(strand, this, this, ref _source, ref _token);
        }
        else
        {
            StrandRoot.End(strand, this, ref _source, _token);
        }
    }

    Work<T> IStrandRoot<T>.Open()
    {
        Work<T> work = _work;
        _work = default;
        return work;
    }

    void IStrandRoot<T>.Close(WorkResult<T> result) => whenDone?.Invoke(result);
}
