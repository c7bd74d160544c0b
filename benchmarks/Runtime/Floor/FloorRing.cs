namespace Asupersync.Benchmarks;

/// <summary>Numbers in order from one body to another, so many on their way at most.</summary>
internal sealed class FloorRing(int capacity)
{
    private readonly int[] _items = new int[capacity];
    private int _first;
    private int _count;
    private FloorBox? _sender;
    private FloorBox? _receiver;

    /// <summary>Waits for a place.</summary>
    internal Sending Place() => new(this);

    internal Receiving Receive() => new(this);

    internal void Send(int item)
    {
        FloorLoop.Books?.HandOver(FloorLoop.Current!.Id);
        int at = _first + _count++;
        _items[at < capacity ? at : at - capacity] = item;
        Wake(ref _receiver);
    }

    private int Take()
    {
        int item = _items[_first];
        _first = _first + 1 < capacity ? _first + 1 : 0;
        _count--;
        Wake(ref _sender);
        return item;
    }

    private static void Wake(ref FloorBox? waiter)
    {
        if (waiter is { } box)
        {
            waiter = null;
            FloorLoop.Post(box);
        }
    }

    internal readonly struct Sending(FloorRing ring) : IFloorAwaiter
    {
        public bool IsCompleted => ring._count < ring._items.Length;

        public Sending GetAwaiter() => this;

        public FloorRing GetResult() => ring;

        public void Wake(FloorBox waiter) => ring._sender = waiter;

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }

    internal readonly struct Receiving(FloorRing ring) : IFloorAwaiter
    {
        public bool IsCompleted => ring._count > 0;

        public Receiving GetAwaiter() => this;

        public int GetResult() => ring.Take();

        public void Wake(FloorBox waiter) => ring._receiver = waiter;

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }
}
