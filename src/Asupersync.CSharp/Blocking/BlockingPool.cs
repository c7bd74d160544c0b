namespace Asupersync;

/// <summary>
/// The threads of one run for synchronous code: at most so many, started when needed, ended when idle for some time or at the end
/// of the run. From any thread. The lock is a leaf: no call is made, and nobody told, while it is held.
/// </summary>
internal sealed class BlockingPool(int threads, int queue, TimeSpan? patience = null)
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(10);
    private readonly object _gate = new();
    private readonly LinkedList<IBlockingJob> _waiting = new();
    private int _threads;
    private int _idle;
    private int _started;
    private bool _closing;
    private Action? _closed;

    /// <summary>The most threads at a time.</summary>
    internal int MostThreads => threads;

    /// <summary>The most calls that wait for a thread.</summary>
    internal int MostWaiting => queue;

    /// <summary>The threads there are.</summary>
    internal int Threads
    {
        get
        {
            lock (_gate)
            {
                return _threads;
            }
        }
    }

    /// <summary>Those of them that wait for a call.</summary>
    internal int Idle
    {
        get
        {
            lock (_gate)
            {
                return _idle;
            }
        }
    }

    /// <summary>The threads ever started.</summary>
    internal int Started => Volatile.Read(ref _started);

    /// <summary>Makes a call on one of the threads, soon or when one is free. False when there is neither a thread nor room to wait.</summary>
    internal bool TryRun(IBlockingJob job)
    {
        lock (_gate)
        {
            // Each idle thread has been woken for one of those that wait, so only the others need room.
            bool starts = _waiting.Count >= _idle && _threads < threads;
            if (!starts)
            {
                if (_waiting.Count - _idle >= queue)
                {
                    return false;
                }

                job.Place = _waiting.AddLast(job);
                Monitor.Pulse(_gate);
                return true;
            }

            _threads++;
            _started++;
        }

        Start(job);
        return true;
    }

    /// <summary>Takes back a call that still waits for a thread. False when it was begun.</summary>
    internal bool TryRecall(IBlockingJob job)
    {
        lock (_gate)
        {
            if (job.Place is not { } place)
            {
                return false;
            }

            job.Place = null;
            _waiting.Remove(place);
            return true;
        }
    }

    /// <summary>Ends the threads, and says when the last one has made its last call.</summary>
    internal void Close(Action closed)
    {
        lock (_gate)
        {
            _closing = true;
            if (_threads > 0)
            {
                _closed += closed;
                Monitor.PulseAll(_gate);
                return;
            }
        }

        closed();
    }

    private void Start(IBlockingJob job)
    {
        try
        {
            var thread = new Thread(() => Loop(job)) { IsBackground = true, Name = "asupersync blocking" };
            thread.UnsafeStart();
        }
        catch
        {
            lock (_gate)
            {
                _threads--;
            }

            throw;
        }
    }

    private void Loop(IBlockingJob first)
    {
        for (IBlockingJob? job = first; job is not null; job = Next())
        {
            job.Execute();
        }
    }

    /// <summary>Waits for a call to make. Null when the thread is to end.</summary>
    private IBlockingJob? Next()
    {
        Action? closed;
        lock (_gate)
        {
            _idle++;
            bool patient = true;
            while (_waiting.Count == 0 && !_closing && patient)
            {
                patient = Monitor.Wait(_gate, _patience);
            }

            _idle--;
            if (_waiting.First is { } place)
            {
                _waiting.Remove(place);
                place.Value.Place = null;
                return place.Value;
            }

            _threads--;
            closed = _threads == 0 ? _closed : null;
        }

        closed?.Invoke();
        return null;
    }
}
