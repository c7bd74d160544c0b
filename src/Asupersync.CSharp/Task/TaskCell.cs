using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The facade's side of one task: its strand, its handle's state, what reports say of it. What the task may do and what becomes of
/// it is decided by the kernel's record under the same identifier.
/// </summary>
internal abstract class TaskCell : Strand, IStrandOwner
{
    private readonly WaitSource<Nothing> _kernelWait = new();
    private int _kernelTicket;
    private bool _kernelWaiting;
    private TaskToken? _token;

    private protected TaskCell(Engine engine, long id, RegionCell region, string name)
        : base(engine.Scheduler)
    {
        Engine = engine;
        Id = id;
        Region = region;
        Name = name;
        CreatedAt = engine.Now;
    }

    /// <summary>The task that this thread is polling, or none.</summary>
    internal static new TaskCell? Current => Strand.Current as TaskCell;

    internal Engine Engine { get; }

    internal long Id { get; }

    internal RegionCell Region { get; }

    internal string Name { get; }

    internal long CreatedAt { get; }

    /// <summary>The lane in which the task stands, or none. Written by the lanes only.</summary>
    internal Lane QueuedIn { get; set; }

    internal long Deadline { get; set; } = Quota.NoDeadline;

    /// <summary>Cancels the task when its own deadline passes.</summary>
    internal DeadlineTimer? DeadlineTimer { get; set; }

    /// <summary>Where the task last passed a checkpoint, for reports.</summary>
    internal string LastCheckpoint { get; set; } = "none";

    /// <summary>What the task waits for, for reports; null while it runs.</summary>
    internal string? Waiting { get; set; }

    internal bool IsCompleted { get; private set; }

    /// <summary>Whether the ledger has forgotten the task's record.</summary>
    internal bool Retired { get; set; }

    /// <summary>Whether the escalation of this task was reported.</summary>
    internal bool Escalated { get; set; }

    /// <summary>Obligations that are to be resolved when the task's wait is over.</summary>
    internal List<(long Obligation, bool Commit)>? Unsettled { get; set; }

    /// <summary>The task's random numbers, made when first asked for.</summary>
    internal Random? Random { get; set; }

    /// <summary>Set when the body ended while the kernel still holds the task to a wait: what to do when that is over.</summary>
    internal System.Action? AfterWait { get; set; }

    internal ref TaskRecord Record => ref Engine.Ledger.Tasks[Id];

    internal Lane LaneNow => Lanes.ofTask(Record.Phase, Deadline);

    /// <summary>Whether a request is pending that no mask hides: it ends the waits of the task and trips its token.</summary>
    internal bool CancelVisible => Record.Phase == TaskPhase.CancelRequested && Record.Mask == 0;

    /// <summary>Whether a checkpoint would acknowledge: not while another flow of the task waits for its own region.</summary>
    internal bool CanAcknowledge => CancelVisible && !Record.Waits.IsRegion;

    /// <summary>What the task ended with, when that was an error or a panic.</summary>
    internal abstract Exception? Failure { get; }

    /// <summary>The task's token, made when first asked for.</summary>
    internal CancellationToken Token => (_token ??= new TaskToken(this)).Token;

    internal bool OwnsToken(CancellationToken token) => _token is { } own && own.Token == token;

    /// <summary>Makes the first poll enter the body.</summary>
    internal abstract void Begin();

    /// <summary>Suspends until the kernel has news for the task.</summary>
    internal WaitSource<Nothing> ArmKernelWait(bool interruptible)
    {
        _kernelTicket = _kernelWait.Arm(this, interruptible ? WaitMode.Local : WaitMode.Uninterruptible);
        _kernelWaiting = true;
        return _kernelWait;
    }

    /// <summary>The kernel's Schedule effect for a task that waits.</summary>
    internal void OnSchedule()
    {
        if (AfterWait is { } next)
        {
            AfterWait = null;
            AddReady(next);
        }
        else if (_kernelWaiting)
        {
            _kernelWaiting = false;
            _kernelWait.TryComplete(_kernelTicket, default);
        }
    }

    /// <summary>The kernel's CancelDelivered effect: the task's waits end and its token trips, unless it is masked.</summary>
    internal void OnCancelDelivered()
    {
        Engine.Lanes.Promote(this);
        if (CancelVisible)
        {
            ShowCancel();
        }
    }

    /// <summary>Shows a pending request to what listens for it. The token's listeners run in a poll of this task, never here.</summary>
    internal void ShowCancel()
    {
        // The listeners first: the waits that end may end the task, and no code of a task runs after it.
        _token?.Trip();
        CancelWaits(Record.Reason);
    }

    internal void OnCompletedByKernel()
    {
        IsCompleted = true;
        Finished = true;
        DeadlineTimer?.Dispose();
        _token?.Dispose();
    }

    void IStrandOwner.OnPoll(Strand strand) => Engine.ChargePoll(this);

    void IStrandOwner.OnFault(Strand strand, Exception exception, bool posted) =>
        Engine.FaultFromPosted(this, exception);

    void IStrandOwner.OnForeignAwait(Strand strand, Type awaiter) { }

    void IStrandOwner.OnAsyncVoid(Strand strand, bool started) { }

    Exception IStrandOwner.CreateCancellation(Strand strand, object? reason)
    {
        Engine.AcknowledgeIfVisible(this);
        return new CancelledException(Record.Reason, Id);
    }

    /// <summary>The name under which a task is reported.</summary>
    /// <returns>Name and identifier.</returns>
    public override string ToString() => $"task '{Name}' (t{Id})";
}
