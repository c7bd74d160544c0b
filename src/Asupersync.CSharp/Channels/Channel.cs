using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// What both ends of a channel share. A place is taken by a queued item, a reserved permit or a delivery that is not acknowledged. Whoever
/// frees a place or brings an item serves the queues before the step is over, so nobody can push in front of a waiting task. A task whose
/// own request to cancel came first is passed over.
/// </summary>
/// <remarks>
/// With several workers a gate guards it. Steps that make or resolve an obligation are taken inside; what the kernel tells of others
/// comes in from outside.
/// </remarks>
internal sealed class Channel<T>(int capacity) : IObligationHolder
{
    private const string ForItem = "waits for an item in a channel";

    private readonly Queue<T> _items = new();
    private readonly Stack<T> _returned = new();
    private SpinGate _gate;
    private Engine? _engine;
    private int _permits;
    private int _deliveries;

    internal Engine Engine => _engine!;

    internal WaitLine<long> Senders { get; } = new("waits for room in a channel");

    internal WaitLine<Received<T>> Receivers { get; } = new(ForItem);

    internal WaitLine<bool> Watchers { get; } = new(ForItem);

    /// <summary>The sending side said that nothing more comes; what is reserved may still be committed.</summary>
    internal bool Completed { get; private set; }

    /// <summary>The receiving side takes nothing that is not here yet.</summary>
    internal bool Closed { get; private set; }

    internal int Count => _items.Count + _returned.Count;

    /// <summary>Nothing is left to receive, now or later.</summary>
    internal bool Drained => Count == 0 && _deliveries == 0 && (Closed || (Completed && _permits == 0));

    private bool Accepts => !Completed && !Closed;

    private bool HasRoom => capacity - Count - _permits - _deliveries > 0;

    /// <summary>The task that runs now; the channel is its runtime's from now on.</summary>
    internal TaskCell Here([CallerMemberName] string member = "") =>
        Of(TaskCell.Current ?? throw ChannelErrors.Outside(member), member);

    internal TaskCell Of(TaskCell task, [CallerMemberName] string member = "")
    {
        Engine owner = _engine ?? Interlocked.CompareExchange(ref _engine, task.Engine, null) ?? task.Engine;
        return owner == task.Engine ? task : throw ChannelErrors.OtherRuntime(member);
    }

    /// <summary>The obligation of a permit for the task. False when there is none now, and the waiter stands in line for it.</summary>
    internal bool Reserve(TaskCell task, IWaiter<long> waiter, out long obligation)
    {
        using (Enter())
        {
            ThrowIfRefusing();
            if (HasRoom && Next(Senders) is null)
            {
                obligation = Grant(task);
                return true;
            }

            obligation = 0;
            Senders.Add(waiter);
            return false;
        }
    }

    /// <summary>The obligation of a permit for the task; 0 when there is none to be had now.</summary>
    internal long TryReserve(TaskCell task)
    {
        using (Enter())
        {
            return Accepts && HasRoom && Next(Senders) is null ? Grant(task) : 0;
        }
    }

    /// <summary>Commits a permit's value; false, and the permit aborted, when the receiver is closed.</summary>
    internal bool Commit(long obligation, T value)
    {
        TaskCell task = Here();
        using (Enter())
        {
            if (!Closed)
            {
                Engine.Commit(task, obligation);
                _permits--;
                _items.Enqueue(value);
                Serve();
                return true;
            }
        }

        Abort(task, obligation);
        return false;
    }

    internal void Abort(TaskCell task, long obligation)
    {
        Engine.Abort(task, obligation);
        FreePermit();
    }

    /// <summary>The kernel gave a permit up.</summary>
    void IObligationHolder.OnAborted() => FreePermit();

    internal bool TryReceive(out T item)
    {
        using (Enter())
        {
            if (Count == 0)
            {
                item = default!;
                return false;
            }

            item = Take();
            Serve();
            return true;
        }
    }

    /// <summary>What is received. False when there is nothing now, and the waiter stands in line for it.</summary>
    internal bool Receive(TaskCell task, IWaiter<Received<T>> waiter, out Received<T> received)
    {
        using (Enter())
        {
            if (Count > 0)
            {
                received = waiter.WantsAck ? Deliver(task) : new Received<T>(Take(), null);
                Serve();
                return true;
            }

            if (Drained)
            {
                throw ChannelErrors.Drained();
            }

            received = default;
            Receivers.Add(waiter);
            return false;
        }
    }

    /// <summary>Whether there is an item, or the end. False when there is neither now, and the waiter stands in line for one of them.</summary>
    internal bool Watch(IWaiter<bool> waiter, out bool hasItem)
    {
        using (Enter())
        {
            hasItem = Count > 0;
            if (hasItem || Drained)
            {
                return true;
            }

            Watchers.Add(waiter);
            return false;
        }
    }

    internal void Acknowledge(long obligation)
    {
        TaskCell task = Here();
        using (Enter())
        {
            Engine.Commit(task, obligation);
            _deliveries--;
            Serve();
        }
    }

    /// <summary>A delivery was not acknowledged: it comes first again.</summary>
    internal void Return(Delivery<T> delivery)
    {
        using (Enter())
        {
            _deliveries--;
            _returned.Push(delivery.Value); // Behind the gate, where whoever reserved it has set this.
            Serve();
        }
    }

    internal void Complete()
    {
        using (Enter())
        {
            Completed = true;
            Serve();
        }
    }

    internal void Close()
    {
        using (Enter())
        {
            Closed = true;
            Serve();
        }
    }

    /// <summary>Takes a waiter out of its line, unless it was served. False when it was.</summary>
    internal bool Leave<TGot>(WaitLine<TGot> line, IWaiter<TGot> waiter)
    {
        using (Enter())
        {
            return line.Remove(waiter);
        }
    }

    private Section Enter() => new(this);

    internal void ThrowIfRefusing()
    {
        if (!Accepts)
        {
            throw Closed ? ChannelErrors.ReceiverClosed() : ChannelErrors.Completed();
        }
    }

    /// <summary>The first who may be served. One whose task has a request to see is about to be taken out by it.</summary>
    private static IWaiter<TGot>? Next<TGot>(WaitLine<TGot> line)
    {
        IWaiter<TGot>? next = line.First;
        while (next is { } waiter)
        {
            next = waiter.Place.Next;
            TaskCell task = waiter.Task;
            if (task.IsCompleted)
            {
                line.Fail(waiter, ChannelErrors.TaskEnded(task));
            }
            else if (!task.CanAcknowledge)
            {
                return waiter;
            }
        }

        return null;
    }

    private static void End<TGot>(WaitLine<TGot> line, Func<Exception> error)
    {
        while (line.First is { } waiter)
        {
            line.Fail(waiter, error());
        }
    }

    private T Take() => _returned.TryPop(out T? item) ? item : _items.Dequeue();

    private long Grant(TaskCell task)
    {
        long obligation = Engine.Reserve(task, ObligationKind.SendPermit, this);
        _permits++;
        return obligation;
    }

    private void FreePermit()
    {
        using (Enter())
        {
            _permits--;
            Serve();
        }
    }

    private Received<T> Deliver(TaskCell task)
    {
        var delivery = new Delivery<T>(this);
        delivery.Id = Engine.Reserve(task, ObligationKind.Ack, delivery);
        _deliveries++;
        delivery.Value = Take();
        return new Received<T>(delivery.Value, delivery);
    }

    /// <summary>Hands items to receivers and places to senders, in order, as long as there are both; ends the waits that are in vain.</summary>
    private void Serve()
    {
        while (Count > 0 && Next(Receivers) is { } receiver)
        {
            ServeReceiver(receiver);
        }

        while (Accepts && HasRoom && Next(Senders) is { } sender)
        {
            ServeSender(sender);
        }

        if (!Accepts)
        {
            End(Senders, Closed ? ChannelErrors.ReceiverClosed : ChannelErrors.Completed);
        }

        if (Drained)
        {
            End(Receivers, ChannelErrors.Drained);
        }

        while ((Count > 0 || Drained) && Next(Watchers) is { } watcher)
        {
            Watchers.Give(watcher, Count > 0);
        }
    }

    private void ServeReceiver(IWaiter<Received<T>> receiver)
    {
        if (!receiver.WantsAck)
        {
            Receivers.Give(receiver, new Received<T>(Take(), null));
            return;
        }

        try
        {
            Receivers.Give(receiver, Deliver(receiver.Task));
        }
        catch (AsupersyncException refusal)
        {
            Receivers.Fail(receiver, refusal);
        }
    }

    private void ServeSender(IWaiter<long> sender)
    {
        try
        {
            Senders.Give(sender, Grant(sender.Task));
        }
        catch (AsupersyncException refusal)
        {
            // The kernel holds the task to a wait of another of its flows, or its region is at a limit; this wait learns it, and the next in line is served.
            Senders.Fail(sender, refusal);
        }
    }

    /// <summary>The gate passed, where there is one to pass.</summary>
    private readonly ref struct Section
    {
        private readonly Channel<T>? _channel;

        internal Section(Channel<T> channel)
        {
            if (channel._engine is { Concurrent: true })
            {
                _channel = channel;
                channel._gate.Enter();
            }
        }

        public void Dispose() => _channel?._gate.Exit();
    }
}

/// <summary>A received item, and the duty to acknowledge it where it was asked for.</summary>
internal readonly record struct Received<T>(T Value, Delivery<T>? Delivery);
