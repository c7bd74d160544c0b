namespace Asupersync;

/// <summary>The wait of one task in a queue of a channel. A cancel request takes it out of the queue.</summary>
internal sealed class ChannelWait<T> : WaitSource<T>
{
    private const int MostKept = 256;

    [ThreadStatic]
    private static ChannelWait<T>? _free;

    [ThreadStatic]
    private static int _freeCount;

    private IWaitingRoom _room = null!;
    private WaitLine<T> _line = null!;
    private int _ticket;

    /// <summary>The task that waits.</summary>
    internal TaskCell Task { get; private set; } = null!;

    /// <summary>Whether the receiver acknowledges what it takes.</summary>
    internal bool WantsAck { get; private set; }

    /// <summary>Whether it stands in its line. Written by the line.</summary>
    internal bool IsInLine { get; set; }

    internal ChannelWait<T>? Previous { get; set; }

    internal ChannelWait<T>? Next { get; set; }

    /// <summary>Puts a task at the end of a line.</summary>
    internal static ChannelWait<T> Join(TaskCell task, IWaitingRoom room, WaitLine<T> line, bool wantsAck = false)
    {
        ChannelWait<T>? wait = _free;
        if (wait is null)
        {
            wait = new ChannelWait<T>();
        }
        else
        {
            _free = wait.Next;
            _freeCount--;
            wait.Next = null;
        }

        wait.Task = task;
        wait.WantsAck = wantsAck;
        wait._room = room;
        wait._line = line;
        wait._ticket = wait.Arm(task);
        task.WaitsFor = line.Words;
        line.Add(wait);
        return wait;
    }

    /// <summary>Ends the wait with what it waited for. It is the caller's business that the wait is still open.</summary>
    internal void Give(T value)
    {
        _line.Remove(this);
        TryComplete(_ticket, value);
    }

    internal void Fail(Exception exception)
    {
        _line.Remove(this);
        TryFail(_ticket, exception);
    }

    private protected override bool OnCancel(object? reason) => _room.Leave(_line, this);

    private protected override void OnFree(Strand strand)
    {
        Task.WaitsFor = null;
        Task = null!;
        _line = null!;
        _room = null!;
        if (_freeCount < MostKept)
        {
            Next = _free;
            _free = this;
            _freeCount++;
        }
    }
}
