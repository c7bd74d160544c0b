using System.Collections.Concurrent;

namespace Asupersync;

/// <summary>What other threads send to a worker, and the place where that thread sleeps.</summary>
/// <remarks>
/// One word says what the owner is up to. A poster enqueues first and then moves the word to Posted, waking the owner
/// if it was Parked. The owner moves the word back to Running before it drains, and may only park by a compare-and-swap
/// from Running. So every entry is either seen by a drain that began after it, or its Posted keeps the owner from
/// parking. Stopped is final.
/// </remarks>
internal sealed class Inbox
{
    private const int Running = 0;
    private const int Posted = 1;
    private const int Parked = 2;
    private const int Stopped = 3;

    private readonly ConcurrentQueue<Entry> _entries = new();
    private readonly object _gate = new();
    private int _word;

    /// <summary>Whether there is something to drain; owner only, one plain read.</summary>
    internal bool IsSignaled => Volatile.Read(ref _word) == Posted;

    internal bool IsStopped => Volatile.Read(ref _word) == Stopped;

    /// <summary>How often the owner went to sleep.</summary>
    internal long Parks { get; private set; }

    /// <summary>Sends an entry; from any thread. False when the owner has stopped, and the entry is lost.</summary>
    internal bool TryPost(Entry entry)
    {
        _entries.Enqueue(entry);
        return Signal();
    }

    /// <summary>Makes the owner go round once, without an entry. False when it has stopped.</summary>
    internal bool Signal()
    {
        while (true)
        {
            int word = Volatile.Read(ref _word);
            if (word == Stopped)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _word, Posted, word) != word)
            {
                continue;
            }

            if (word == Parked)
            {
                lock (_gate)
                {
                    Monitor.Pulse(_gate);
                }
            }

            return true;
        }
    }

    /// <summary>Owner: begins a drain. Entries sent from now on signal again.</summary>
    internal void BeginDrain() => Interlocked.Exchange(ref _word, Running);

    /// <summary>Entries that nobody has taken yet.</summary>
    internal int Count => _entries.Count;

    /// <summary>Takes an entry: the owner in a drain, or another worker while the owner is stuck.</summary>
    internal bool TryTake(out Entry entry) => _entries.TryDequeue(out entry);

    /// <summary>Owner: sleeps until a signal, at most so long. Does not sleep when there is a signal already.</summary>
    /// <param name="milliseconds">The limit, or <see cref="Timeout.Infinite"/>.</param>
    internal void Park(int milliseconds)
    {
        lock (_gate)
        {
            if (Interlocked.CompareExchange(ref _word, Parked, Running) != Running)
            {
                return;
            }

            Parks++;
            if (milliseconds >= 0)
            {
                Monitor.Wait(_gate, milliseconds);
            }
            else
            {
                while (Volatile.Read(ref _word) == Parked)
                {
                    Monitor.Wait(_gate);
                }
            }

            Interlocked.CompareExchange(ref _word, Running, Parked);
        }
    }

    /// <summary>Owner: stops for good. False when there is a signal to attend to first.</summary>
    internal bool TryStop() => Interlocked.CompareExchange(ref _word, Stopped, Running) == Running;

    /// <summary>A piece for a strand, a strand to be put in line when there is no piece, or a callback when there is no strand.</summary>
    internal readonly record struct Entry(Strand? Strand, object? Item, object? State);
}
