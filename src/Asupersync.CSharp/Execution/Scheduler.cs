namespace Asupersync;

/// <summary>
/// Polls strands on its workers: each on a thread of its own (<see cref="StartThreads"/>), or, with one worker, on the caller's
/// (<see cref="Run"/>), or step by step for a driver that wants to decide itself (<see cref="Enter"/> and <see cref="RunOnce"/>).
/// </summary>
internal sealed partial class Scheduler
{
    private const long TicksPerMoment = TimeSpan.TicksPerSecond / 100;

    private readonly Worker[] _workers;
    private readonly long _madeAt;
    private long _foreignOutstanding;
    private long _inputOutstanding;
    private long _lostPosts;
    private int _firing;

    /// <summary>A scheduler with one worker.</summary>
    internal Scheduler(ILaneQueue? lanes = null, TimeProvider? time = null)
        : this([lanes ?? new FifoLane()], time) { }

    /// <summary>A scheduler with a worker for each of these lanes.</summary>
    internal Scheduler(ILaneQueue[] lanes, TimeProvider? time)
    {
        Timers = new Timers(time ?? TimeProvider.System) { OnEarlier = NoteTimer };
        _madeAt = Timers.Provider.GetTimestamp();
        Concurrent = lanes.Length > 1;
        _workers = new Worker[lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            _workers[i] = new Worker(this, i, lanes[i]);
        }
    }

    /// <summary>Whether there is more than one worker, so that strands are polled side by side.</summary>
    internal bool Concurrent { get; }

    internal ReadOnlySpan<Worker> Workers => _workers;

    /// <summary>Whether the calling thread is one of this scheduler's workers.</summary>
    internal bool IsCurrent => Worker.Current?.Scheduler == this;

    internal Timers Timers { get; }

    internal ForeignAwaits ForeignAwaits { get; } = new();

    /// <summary>Held while a callback runs.</summary>
    internal Lock Callbacks { get; } = new();

    /// <summary>Foreign awaits, of all strands, that have not come back.</summary>
    internal long ForeignOutstanding => Volatile.Read(ref _foreignOutstanding);

    /// <summary>Things that another thread will bring: shared waits armed, and whatever the runtime counts in itself.</summary>
    internal long InputOutstanding => Volatile.Read(ref _inputOutstanding);

    /// <summary>Polls of all strands so far.</summary>
    internal long Polls
    {
        get
        {
            long polls = 0;
            foreach (Worker worker in _workers)
            {
                polls += worker.Polls;
            }

            return polls;
        }
    }

    /// <summary>How often a worker went to sleep.</summary>
    internal long Parks
    {
        get
        {
            long parks = 0;
            foreach (Worker worker in _workers)
            {
                parks += worker.Parks;
            }

            return parks;
        }
    }

    /// <summary>A strand that is being polled; any thread may ask, for reports.</summary>
    internal Strand? Polling => Array.Find(_workers, static worker => worker.Polling is not null)?.Polling;

    /// <summary>What was sent after the stop, and lost.</summary>
    internal long LostPosts => Volatile.Read(ref _lostPosts);

    /// <summary>
    /// Called on a worker, once an idle episode, when nothing is left that could ever make a strand ready.
    /// </summary>
    internal Action<Scheduler>? OnStalled { get; set; }

    /// <summary>Told what was thrown where no strand can be blamed. Any thread.</summary>
    internal Action<Exception>? OnUnhandled { get; set; }

    /// <summary>Nothing ready, nothing posted.</summary>
    internal bool IsIdle => Array.TrueForAll(_workers, static worker => worker.IsIdle);

    /// <summary>Idle, and no timer, foreign await or other input is outstanding.</summary>
    internal bool IsStalled => IsIdle && Timers.Count == 0 && ForeignOutstanding == 0 && InputOutstanding == 0;

    /// <summary>
    /// Roughly the present time, in hundredths of a second since the scheduler was made, modulo 2³². Read from the clock now and
    /// then, so that noting it costs nothing.
    /// </summary>
    internal uint Moment => Worker.Current?.Moment ?? MomentNow();

    /// <summary>The same, read from the clock. From any thread.</summary>
    internal uint MomentNow() => (uint)(Timers.Provider.GetElapsedTime(_madeAt).Ticks / TicksPerMoment);

    /// <summary>How long it is from one moment to another.</summary>
    internal static TimeSpan Between(uint from, uint to) => TimeSpan.FromTicks(unchecked(to - from) * TicksPerMoment);

    /// <summary>Whether some worker polls this strand.</summary>
    internal bool IsPolling(Strand strand) => Array.Exists(_workers, worker => worker.Polling == strand);

    internal bool IsStopping { get; private set; }

    internal bool IsAbandoning { get; private set; }

    /// <summary>Runs the only worker on the calling thread until stopped.</summary>
    internal void Run() => _workers[0].Run();

    /// <summary>Runs every worker on a thread of its own until stopped.</summary>
    internal void StartThreads(string name = "asupersync", bool background = true)
    {
        foreach (Worker worker in _workers)
        {
            worker.StartThread(_workers.Length == 1 ? name : $"{name} {worker.Index}", background);
        }
    }

    /// <summary>Waits until the threads of <see cref="StartThreads"/> have ended, for each at most so long.</summary>
    internal bool Join(TimeSpan timeout) => Array.TrueForAll(_workers, worker => worker.Join(timeout));

    /// <summary>Makes the calling thread the only worker's until disposed of.</summary>
    internal Worker.Entered Enter() => _workers[0].Enter();

    /// <inheritdoc cref="Worker.RunOnce"/>
    internal bool RunOnce() => _workers[0].RunOnce();

    /// <inheritdoc cref="Worker.FireDue"/>
    internal bool FireDue() => _workers[0].FireDue();

    /// <summary>
    /// Asks the workers to stop when nothing is ready any more, or at once. From any thread; timers and foreign
    /// awaits are not waited for.
    /// </summary>
    internal void Stop(bool abandon = false)
    {
        IsAbandoning |= abandon;
        IsStopping = true;
        Wake();
    }

    /// <summary>
    /// Runs a callback on a worker, outside of any strand; callbacks run one at a time, in order, unless a worker was stuck. From any
    /// thread; false after the stop.
    /// </summary>
    internal bool Post(Action<object?> callback, object? state) =>
        Send(_workers[0], new Inbox.Entry(null, callback, state));

    /// <summary>Wakes the workers to look at their lanes and timers again. From any thread.</summary>
    internal void Wake()
    {
        foreach (Worker worker in _workers)
        {
            worker.Signal();
        }
    }

    /// <summary>Makes a piece of a strand ready from outside, where there is one worker.</summary>
    internal void PostReady(Strand strand, object item) => Send(_workers[0], new Inbox.Entry(strand, item, null));

    /// <summary>Puts a strand in line: with the worker that asks, or with the one that polled it last. A pinned one goes home.</summary>
    internal void Enqueue(Strand strand)
    {
        if (!Concurrent)
        {
            _workers[0].Enqueue(strand);
            return;
        }

        Worker? here = IsCurrent ? Worker.Current : null;
        if (here is not null && (strand.Home ?? here) == here)
        {
            here.Enqueue(strand);
        }
        else
        {
            Send(strand.Home ?? strand.LastWorker ?? _workers[0], new Inbox.Entry(strand, null, null));
        }
    }

    /// <summary>Fires the timers that are due, unless another worker is at it. False when none was.</summary>
    internal bool FireTimers()
    {
        if (!Concurrent)
        {
            return Timers.FireDue() > 0;
        }

        if (Timers.Count == 0 || Interlocked.Exchange(ref _firing, 1) != 0)
        {
            return false;
        }

        try
        {
            return Timers.FireDue() > 0;
        }
        finally
        {
            Volatile.Write(ref _firing, 0);
        }
    }

    /// <summary>Whether a worker fires timers just now.</summary>
    private bool IsFiring => Volatile.Read(ref _firing) != 0;

    internal void CountForeign(int change) => Count(ref _foreignOutstanding, change);

    internal void CountInput(int change) => Count(ref _inputOutstanding, change);

    internal void Report(Exception exception)
    {
        try
        {
            OnUnhandled?.Invoke(exception);
        }
        catch (Exception)
        {
            // The hook of last resort has failed; the thread still has other tasks to serve.
        }
    }

    private void Count(ref long count, int change)
    {
        if (Concurrent)
        {
            Interlocked.Add(ref count, change);
        }
        else
        {
            count += change;
        }
    }

    private bool Send(Worker worker, Inbox.Entry entry)
    {
        if (worker.TryPost(entry))
        {
            if (Concurrent && worker.Polling is not null)
            {
                NoteWork();
            }

            return true;
        }

        Interlocked.Increment(ref _lostPosts);
        return false;
    }
}
