namespace Asupersync;

/// <summary>The wait of a task for another task or for the region it opened: the kernel says when it is over.</summary>
internal sealed class KernelWait : WaitSource<Nothing>
{
    private const int MostKept = 256;

    [ThreadStatic]
    private static Stack<KernelWait>? _free;

    internal static KernelWait Rent() => _free is { Count: > 0 } free ? free.Pop() : new KernelWait();

    private protected override void OnFree(Strand strand)
    {
        Stack<KernelWait> free = _free ??= new Stack<KernelWait>();
        if (free.Count < MostKept)
        {
            free.Push(this);
        }
    }
}
