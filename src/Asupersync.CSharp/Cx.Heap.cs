namespace Asupersync;

/// <content>Values owned by the region.</content>
public readonly partial struct Cx
{
    /// <summary>The heap of this task's region: what is added is reclaimed when the region is closed.</summary>
    public RegionHeap Heap
    {
        get
        {
            Use(Capabilities.None);
            return new RegionHeap(this);
        }
    }
}
