namespace Asupersync;

/// <summary>
/// Polls strands on one thread: a thread of its own (<see cref="StartThread"/>) or the caller's (<see cref="Run"/>), or
/// step by step for a driver that wants to decide itself (<see cref="Enter"/> and <see cref="RunOnce"/>).
/// </summary>
internal sealed partial class Scheduler
{
    private const int PollsPerTimerCheck = 32;
    private const int EntriesPerDrain = 256;
    private const long TicksPerMoment = TimeSpan.TicksPerSecond / 100;

    [ThreadStatic]
    private static Scheduler? _active;

    private readonly Inbox _inbox = new();
    private readonly ILaneQueue _lanes;
    private readonly Alarm _alarm;
    private readonly long _madeAt;
    private Strand? _poll;
    private Thread? _thread;
    private int _started;
    private int _pollsSinceTimerCheck;
    private bool _stallTold = true;
    private volatile bool _stopping;
    private volatile bool _abandoning;

    internal Scheduler(ILaneQueue? lanes = null, TimeProvider? time = null)
    {
        _lanes = lanes ?? new FifoLane();
        Timers = new Timers(time ?? TimeProvider.System) { OnEarlier = WakeForTimer };
        _alarm = new Alarm(Timers, _inbox);
        _madeAt = Timers.Provider.GetTimestamp();
        BaseContext = FlowContext.Capture();
    }

    /// <summary>Whether the calling thread is this scheduler's thread.</summary>
    internal bool IsCurrent => _active == this;

    internal Timers Timers { get; }

    internal ForeignAwaits ForeignAwaits { get; } = new();

    /// <summary>Foreign awaits, of all strands, that have not come back. Scheduler thread only.</summary>
    internal int ForeignOutstanding { get; set; }

    /// <summary>
    /// Things that another thread will bring: shared waits armed, and whatever the runtime counts in itself. Scheduler
    /// thread only.
    /// </summary>
    internal int InputOutstanding { get; set; }

    /// <summary>Polls of all strands so far.</summary>
    internal long Polls { get; private set; }

    /// <summary>
    /// Roughly the present time, in hundredths of a second since the scheduler was made, modulo 2³². Read from the clock now and
    /// then, so that noting it costs nothing.
    /// </summary>
    internal uint Moment { get; private set; }

    /// <summary>The strand that is being polled; other threads may read it, for reports.</summary>
    internal Strand? Polling
    {
        get => Volatile.Read(ref _poll);
        private set => Volatile.Write(ref _poll, value);
    }

    /// <summary>How often the thread went to sleep.</summary>
    internal long Parks => _inbox.Parks;

    /// <summary>What was sent after the stop, and lost.</summary>
    internal long LostPosts => Volatile.Read(ref _lostPosts);

    /// <summary>The execution context between polls.</summary>
    internal ExecutionContext BaseContext { get; private set; }

    /// <summary>
    /// Called on the scheduler thread, once an idle episode, when nothing is left that could ever make a strand ready.
    /// </summary>
    internal Action<Scheduler>? OnStalled { get; set; }

    /// <summary>Told what was thrown where no strand can be blamed. Any thread.</summary>
    internal Action<Exception>? OnUnhandled { get; set; }

    /// <summary>Nothing ready, nothing posted. Scheduler thread only.</summary>
    internal bool IsIdle => _lanes.IsEmpty && !_inbox.IsSignaled;

    /// <summary>Idle, and no timer, foreign await or other input is outstanding.</summary>
    internal bool IsStalled => IsIdle && Timers.Count == 0 && ForeignOutstanding == 0 && InputOutstanding == 0;

    /// <summary>The same, read from the clock. From any thread.</summary>
    internal uint MomentNow() => (uint)(Timers.Provider.GetElapsedTime(_madeAt).Ticks / TicksPerMoment);

    /// <summary>How long it is from one moment to another.</summary>
    internal static TimeSpan Between(uint from, uint to) => TimeSpan.FromTicks(unchecked(to - from) * TicksPerMoment);

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
                    Report(exception);
                }
            }
        }

        _alarm.Dispose();
    }

    /// <summary>Runs on a thread of its own until stopped.</summary>
    internal void StartThread(string name = "asupersync", bool background = true)
    {
        _thread = new Thread(Run) { Name = name, IsBackground = background };
        _thread.UnsafeStart();
    }

    /// <summary>Waits until the thread of <see cref="StartThread"/> has ended.</summary>
    internal bool Join(TimeSpan timeout) => _thread?.Join(timeout) ?? true;

    /// <summary>Makes the calling thread the scheduler's until disposed of.</summary>
    internal Entered Enter()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A scheduler runs on one thread at a time.");
        }

        return new Entered(this);
    }

    /// <summary>
    /// Asks the scheduler to stop when nothing is ready any more, or at once. From any thread; timers and foreign
    /// awaits are not waited for.
    /// </summary>
    internal void Stop(bool abandon = false)
    {
        _abandoning |= abandon;
        _stopping = true;
        _inbox.Signal();
    }

    /// <summary>
    /// Runs a callback on the scheduler thread, outside of any strand. From any thread; false after the stop.
    /// </summary>
    internal bool Post(Action<object?> callback, object? state) => Send(new Inbox.Entry(null, callback, state));

    /// <summary>Wakes the scheduler to look at its lanes and timers again. From any thread.</summary>
    internal void Wake() => _inbox.Signal();

    private void WakeForTimer()
    {
        if (!IsCurrent)
        {
            _inbox.Signal();
        }
    }

    internal void PostReady(Strand strand, object item) => Send(new Inbox.Entry(strand, item, null));

    internal void Enqueue(Strand strand) => _lanes.Enqueue(strand);

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
}
