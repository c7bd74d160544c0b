namespace Asupersync;

/// <summary>The wait of a task for another task or for the region it opened: the kernel says when it is over.</summary>
internal sealed class KernelWait : WaitSource<Nothing>
{
    [ThreadStatic]
    private static Shelf<KernelWait> _shelf;

    private bool _isShelved;

    /// <summary>One that is free, and is again after its wait.</summary>
    internal static KernelWait Rent()
    {
        KernelWait wait = _shelf.Take();
        wait._isShelved = true;
        return wait;
    }

    private protected override void OnFree(Strand strand)
    {
        if (_isShelved)
        {
            _shelf.Put(this);
        }
    }
}
