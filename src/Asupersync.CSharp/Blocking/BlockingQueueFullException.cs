namespace Asupersync;

/// <summary>A call of synchronous code found all threads for it busy, and no room to wait. It was not made.</summary>
public sealed class BlockingQueueFullException : AsupersyncException
{
    internal BlockingQueueFullException(TaskCell task, BlockingPool pool)
        : base(
            "ASUP2301",
            $"RunBlocking of {task} is refused: {pool.MostThreads} threads are busy, and {pool.MostWaiting} calls wait for one. Make "
                + "fewer calls at a time, or raise BlockingThreads or BlockingQueue of the options."
        ) { }
}
