namespace Asupersync;

/// <summary>One thread of a scheduler: what is ready on it, what others sent it, and where it sleeps.</summary>
internal sealed partial class Worker
{
    private const int PollsPerTimerCheck = 32;
    private const int EntriesPerDrain = 256;

    [ThreadStatic]
    private static Worker? _current;

    private readonly Inbox _inbox = new();
    private readonly ILaneQueue _lanes;
    private readonly Alarm _alarm;
    private Backlog _backlog;
    private Strand? _poll;
    private long _polls;
    private long _rounds;
    private bool _rests = true;
    private bool _hasRested;
    private bool _isUntidy;
    private Thread? _thread;
    private int _started;
    private int _pollsSinceTimerCheck;
    private bool _stallTold = true;
    private long _pollsSeen = -1;

    internal Worker(Scheduler scheduler, int index, ILaneQueue lanes)
    {
        Scheduler = scheduler;
        Index = index;
        _lanes = lanes;
        _alarm = new Alarm(scheduler.Timers, _inbox);
        BaseContext = FlowContext.Capture();
    }

    /// <summary>The worker that this thread is, or null.</summary>
    internal static Worker? Current => _current;

    internal Scheduler Scheduler { get; }

    internal int Index { get; }

    /// <summary>What whoever drives the runtime keeps for this worker.</summary>
    internal object? Context { get; set; }

    /// <summary>Polls on this worker so far.</summary>
    internal long Polls
    {
        get => Volatile.Read(ref _polls);
        private set => Volatile.Write(ref _polls, value);
    }

    /// <summary>How often the thread went to sleep.</summary>
    internal long Parks => _inbox.Parks;

    /// <summary>The strand that is being polled; other threads may read it, for reports.</summary>
    internal Strand? Polling
    {
        get => Volatile.Read(ref _poll);
        private set => Volatile.Write(ref _poll, value);
    }

    /// <summary>What runs next in this poll, as soon as the running piece returns.</summary>
    internal object? Hot { get; set; }

    /// <summary>Nested calls of async methods in this poll.</summary>
    internal int Depth { get; set; }

    /// <summary>What the strand that is polled is suspending, while its awaiter looks at it.</summary>
    internal StrandItem? Suspending { get; set; }

    /// <summary>The execution context between polls.</summary>
    internal ExecutionContext BaseContext { get; private set; }

    /// <summary>Whether it was woken to look for work. Written under the gate of those that rest.</summary>
    internal bool Searches { get; set; }

    /// <summary>Whether one poll goes on for so long that what is in line behind it should go elsewhere.</summary>
    internal bool IsStuck { get; private set; }

    /// <summary>As <see cref="Scheduler.Moment"/> says, for this worker.</summary>
    internal uint Moment { get; private set; }

    /// <summary>How often it went round its loop.</summary>
    internal long Rounds => Volatile.Read(ref _rounds);

    /// <summary>Whether it rests, or has not begun, or has ended.</summary>
    internal bool Rests => Volatile.Read(ref _rests);

    internal bool IsSignaled => _inbox.IsSignaled;

    /// <summary>Nothing ready, nothing posted.</summary>
    internal bool IsIdle => _lanes.IsEmpty && !_inbox.IsSignaled;

    /// <summary>Runs on the calling thread until stopped.</summary>
    internal void Run()
    {
        if (TaskScheduler.Current != TaskScheduler.Default)
        {
            // Else foreign awaits would come back to the caller's task scheduler, which may well be waiting for this
            // very thread.
            var loop = new Task(Run);
            loop.RunSynchronously(TaskScheduler.Default);
            loop.GetAwaiter().GetResult();
            return;
        }

        using (Enter())
        {
            while (!_inbox.IsStopped)
            {
                try
                {
                    Loop();
                }
                catch (Exception exception)
                {
                    Scheduler.Report(exception);
                }
            }
        }

        _alarm.Dispose();
    }

    /// <summary>Runs on a thread of its own until stopped.</summary>
    internal void StartThread(string name, bool background)
    {
        _thread = new Thread(Run) { Name = name, IsBackground = background };
        _thread.UnsafeStart();
    }

    /// <summary>Waits until the thread of <see cref="StartThread"/> has ended.</summary>
    internal bool Join(TimeSpan timeout) => _thread?.Join(timeout) ?? true;

    /// <summary>Makes the calling thread this worker's until disposed of.</summary>
    internal Entered Enter()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A scheduler runs on one thread at a time.");
        }

        return new Entered(this);
    }

    /// <summary>Sends something to this worker. From any thread; false when it has stopped, and what was sent is lost.</summary>
    internal bool TryPost(Inbox.Entry entry) => _inbox.TryPost(entry);

    /// <summary>Makes the worker go round once. From any thread.</summary>
    internal void Signal() => _inbox.Signal();

    /// <summary>Puts a strand in line. On this worker's thread.</summary>
    internal void Enqueue(Strand strand)
    {
        _lanes.Enqueue(strand);
        if (Scheduler.Concurrent && Polling is not null)
        {
            Scheduler.NoteWork();
        }
    }

    /// <summary>What is in line here.</summary>
    internal ILaneQueue Lanes => _lanes;

    /// <summary>Moves half of what may move to other lanes. From any thread.</summary>
    internal bool MoveHalfTo(ILaneQueue lanes, bool leaveOne) => _lanes.MoveHalfTo(lanes, leaveOne);

    /// <summary>Whether another worker would find something here. From any thread.</summary>
    internal bool HasSomethingFor(bool leaveNone) => leaveNone ? _lanes.HasMovable : _lanes.HasSurplus;

    /// <summary>Remembers how far it is.</summary>
    internal void NoteProgress() => _pollsSeen = Polling is null ? -1 : Polls;

    /// <summary>Judges by what was remembered whether it is stuck.</summary>
    internal void JudgeProgress() => IsStuck = Polling is not null && _pollsSeen == Polls;

    /// <summary>The calling thread as a worker's thread; disposing gives the thread back as it was.</summary>
    internal readonly struct Entered : IDisposable
    {
        private readonly Worker _worker;
        private readonly Worker? _outer;
        private readonly Strand? _outerStrand;
        private readonly ExecutionContext _outerFlow;
        private readonly SynchronizationContext? _outerContext;

        internal Entered(Worker worker)
        {
            _worker = worker;
            _outer = _current;
            _outerStrand = Strand.Exchange(null);
            _outerFlow = FlowContext.Capture();
            _outerContext = SynchronizationContext.Current;
            _current = worker;
            worker.BaseContext = _outerFlow;
            SynchronizationContext.SetSynchronizationContext(null);
        }

        public void Dispose()
        {
            _current = _outer;
            Strand.Exchange(_outerStrand);
            ExecutionContext.Restore(_outerFlow);
            SynchronizationContext.SetSynchronizationContext(_outerContext);
            Volatile.Write(ref _worker._started, 0);
        }
    }
}
