namespace Asupersync.Benchmarks;

/// <summary>Counts the ends of bodies that nobody awaits one by one.</summary>
internal sealed class FloorCountdown(int count) : IFloorAwaiter
{
    private int _left = count;
    private FloorBox? _waiter;

    public bool IsCompleted => _left == 0;

    public FloorCountdown GetAwaiter() => this;

    public void GetResult()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException("Some have not ended.");
        }
    }

    public void Wake(FloorBox waiter) => _waiter = waiter;

    public void OnCompleted(Action continuation) => throw new NotSupportedException();

    internal void Signal()
    {
        if (--_left == 0 && _waiter is { } waiter)
        {
            FloorLoop.Post(waiter);
        }
    }
}
