namespace Asupersync;

/// <summary>The blocks of one runtime that no region uses. From any thread.</summary>
internal sealed class HeapPool
{
    private const int MostKept = 256;

    private readonly Lock _gate = new();
    private readonly Stack<HeapBlock> _free = new();

    internal HeapBlock Rent()
    {
        lock (_gate)
        {
            return _free.TryPop(out HeapBlock? block) ? block : new HeapBlock();
        }
    }

    /// <summary>Reclaims blocks, and keeps some of them for other regions.</summary>
    internal void Reclaim(List<HeapBlock> blocks)
    {
        lock (_gate)
        {
            foreach (HeapBlock block in blocks)
            {
                if (block.Reclaim() && _free.Count < MostKept)
                {
                    _free.Push(block);
                }
            }
        }
    }
}
