namespace Asupersync.Benchmarks;

/// <summary>Hands one number from one body to another.</summary>
internal sealed class FloorSlot
{
    private int _value;
    private bool _full;
    private FloorBox? _receiver;

    internal void Send(int value)
    {
        if (_full)
        {
            throw new InvalidOperationException("The slot is full.");
        }

        FloorLoop.Books?.HandOver(FloorLoop.Current!.Id);
        _value = value;
        _full = true;
        if (_receiver is { } receiver)
        {
            _receiver = null;
            FloorLoop.Post(receiver);
        }
    }

    internal Receiving Receive() => new(this);

    internal readonly struct Receiving(FloorSlot slot) : IFloorAwaiter
    {
        public bool IsCompleted => slot._full;

        public Receiving GetAwaiter() => this;

        public int GetResult()
        {
            slot._full = false;
            return slot._value;
        }

        public void Wake(FloorBox waiter) => slot._receiver = waiter;

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }
}
