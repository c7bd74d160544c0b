namespace Asupersync;

/// <summary>A call of synchronous code, as the pool sees it.</summary>
internal interface IBlockingJob
{
    /// <summary>Its place among the calls that wait for a thread; null when it does not. Guarded by the pool's lock.</summary>
    LinkedListNode<IBlockingJob>? Place { get; set; }

    /// <summary>Makes the call, and tells its task. Does not throw.</summary>
    void Execute();
}
