namespace Asupersync;

/// <summary>The root of a strand whose work is there already.</summary>
internal sealed class WorkRoot<T>(Strand strand, Work<T> work, Action<WorkResult<T>>? whenDone) : StrandBody<T>(strand)
{
    private Work<T> _work = work;

    private protected override Work<T> Open()
    {
        Work<T> work = _work;
        _work = default;
        return work;
    }

    private protected override void Close(WorkResult<T> result) => whenDone?.Invoke(result);
}
