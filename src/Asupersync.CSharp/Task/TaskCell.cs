using System.Diagnostics;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The facade's side of one task: its strand, its handle's state, what reports say of it. What the task may do and what becomes of
/// it is decided by the kernel's record under the same identifier.
/// </summary>
/// <remarks>There may be a million of them: what is one of a few values is kept in a byte.</remarks>
internal abstract class TaskCell : Strand, IStrandOwner
{
    private const byte Newborn = 0x80;

    private readonly object? _name;
    private readonly byte _role;
    private readonly byte _held;
    private byte _queuedIn;
    private WorkSource? _kernelWait;
    private bool _kernelWaitEnded;
    private object? _checkpoint;
    private ushort _checkpointLine;
    private ushort _standsIn;
    private TaskExtra? _extra;
    private bool _completed;

    private protected TaskCell(
        Engine engine,
        long id,
        Role role,
        RegionCell region,
        object? name,
        uint now,
        Capabilities held
    )
        : base(engine.Concurrent)
    {
        Id = id;
        Region = region;
        CreatedAt = now;
        PolledAt = now;
        _name = name;
        _role = checked((byte)role);
        _held = checked((byte)held);
    }

    /// <summary>The task that this thread is polling, or none.</summary>
    internal static new TaskCell? Current => Strand.Current as TaskCell;

    internal Engine Engine => Region.Engine;

    /// <inheritdoc/>
    internal sealed override Scheduler Scheduler => Region.Engine.Scheduler;

    /// <inheritdoc/>
    internal sealed override IStrandOwner? Owner => this;

    /// <inheritdoc/>
    internal sealed override Worker? Home => Region.Home;

    internal long Id { get; }

    internal RegionCell Region { get; }

    internal string Name =>
        _name?.ToString() ?? (Role == Role.Body ? $"body of {Region.Name}" : $"finalizer of {Region.Name}");

    /// <summary>The branch of a combinator's call that the task is, or null.</summary>
    internal Branch? Branch => _name as Branch;

    /// <summary>What its context carries.</summary>
    private protected Capabilities Held => (Capabilities)_held;

    private Role Role => (Role)_role;

    /// <summary>Whether it was spawned, and is neither body nor finalizer.</summary>
    internal bool IsChild => Role == Role.Child;

    /// <summary>As <see cref="Scheduler.Moment"/> says; for reports.</summary>
    internal uint CreatedAt { get; }

    /// <summary>The lane in which the task stands, or none. Written by the lanes only; the task is no newborn any more then.</summary>
    internal Lane QueuedIn
    {
        get => (Lane)(_queuedIn & ~Newborn);
        set => _queuedIn = checked((byte)value);
    }

    /// <summary>The number of the lanes in which it stands or is about to, or 0. Written by the lanes only.</summary>
    internal ushort StandsIn
    {
        get => Volatile.Read(ref _standsIn);
        set => Volatile.Write(ref _standsIn, value);
    }

    /// <summary>Whether it stands with those that were never polled. Written by the lanes only.</summary>
    internal bool IsNewborn => (_queuedIn & Newborn) != 0;

    /// <summary>Makes it one of those that were never polled, in the ready lane. For the lanes only.</summary>
    internal void StandAsNewborn() => _queuedIn = (byte)Lane.Ready | Newborn;

    /// <summary>Counts the places that it took and left. Written by the lanes only.</summary>
    internal int QueuedAt { get; set; }

    internal long Deadline => Record.Deadline;

    /// <summary>What few tasks have; made when it is first needed.</summary>
    internal TaskExtra Rare => _extra ?? Interlocked.CompareExchange(ref _extra, new TaskExtra(), null) ?? _extra;

    /// <summary>The same, or null when nothing of it was needed yet.</summary>
    internal TaskExtra? RareOrNone => _extra;

    /// <summary>Where the task last passed a checkpoint, for reports.</summary>
    internal string LastCheckpoint =>
        _checkpoint switch
        {
            null => "none",
            TaskCell awaited => $"await {awaited.Name}",
            object place => _checkpointLine == 0 ? $"{place}" : $"{place}:{_checkpointLine}",
        };

    /// <summary>The async methods in which the task is suspended, the innermost first, for reports; empty when not known.</summary>
    internal string AwaitSite =>
        AwaitSites.Of(_kernelWait ?? InterruptibleWait ?? (ForeignOutstanding > 0 ? WaitsFor as ForeignAwait : null));

    /// <summary>What the task waits for, for reports: words, a task, a region or a foreign await; null while it runs.</summary>
    internal object? WaitsFor { get; set; }

    /// <summary>The same in words.</summary>
    internal string? Waiting =>
        WaitsFor switch
        {
            null => null,
            TaskCell awaited => $"awaits {awaited}",
            RegionCell opened => $"waits for {opened}",
            ForeignAwait => ForeignOutstanding > 0 ? "awaits something outside the runtime" : null,
            object words => $"{words}",
        };

    /// <summary>Whether the task waits for something that no task of the run can bring.</summary>
    internal bool WaitsOutside =>
        ForeignOutstanding > 0 || _extra is { Blocking: > 0 } || InterruptibleWait is SocketWait;

    /// <summary>Whether the task waits for nothing but the time.</summary>
    internal bool Sleeps => ArmedWaits == 1 && InterruptibleWait is SleepSource;

    internal bool IsCompleted => Volatile.Read(ref _completed);

    /// <summary>Whether the ledger has forgotten the task's record.</summary>
    internal bool Retired { get; set; }

    internal ref readonly TaskRecord Record => ref Region.Records[Id];

    internal Lane LaneNow => LaneOf(Record);

    private static Lane LaneOf(in TaskRecord record) => Lanes.ofTask(record.Phase, record.Deadline);

    /// <summary>
    /// Whether a request is pending that no mask hides: it ends the waits of the task and trips its token. A masked section hides it to its
    /// end, or until a checkpoint acknowledges: what was awaited with the last unit is not ended.
    /// </summary>
    internal bool CancelVisible => IsVisible(Record);

    /// <summary>Whether a checkpoint would acknowledge: not while another flow of the task waits for its own region.</summary>
    internal bool CanAcknowledge => CancelVisible && !Record.Waits.IsRegion;

    /// <summary>What the task ended with, when that was an error or a panic.</summary>
    internal abstract Exception? Failure { get; }

    /// <summary>The task's token, made when first asked for. From any thread.</summary>
    internal CancellationToken Token => Rare.TokenOf(this).Token;

    internal bool OwnsToken(CancellationToken token) => _extra?.Token is { } own && own.Token == token;

    /// <summary>Whether somebody was given the task's token, and it has tripped.</summary>
    internal bool HasTripped => _extra?.Token is { Token.IsCancellationRequested: true };

    /// <summary>Remembers a checkpoint for reports; the words are made when somebody asks.</summary>
    internal void PassedAt(object place, int line = 0)
    {
        _checkpoint = place;
        _checkpointLine = line <= ushort.MaxValue ? (ushort)line : (ushort)0; // No line is better than a wrong one.
    }

    /// <summary>Makes the first poll enter the body.</summary>
    internal void Begin() => AddReady(this);

    /// <summary>The kernel holds the task to a wait, which it will end.</summary>
    internal void BeginKernelWait(WorkSource wait)
    {
        _kernelWait = wait;
        _kernelWaitEnded = false;
    }

    /// <summary>Gives up waiting for the kernel. False when it has ended the wait.</summary>
    internal bool GiveUpKernelWait(WorkSource wait)
    {
        if (_kernelWait != wait || _kernelWaitEnded)
        {
            return false;
        }

        _kernelWait = null;
        return true;
    }

    /// <summary>What the task waited for is taken now.</summary>
    internal void Takes()
    {
        WaitsFor = null;
        if (_kernelWaitEnded)
        {
            _kernelWait = null;
            _kernelWaitEnded = false;
        }
    }

    /// <summary>The kernel's Schedule effect for a task that waits.</summary>
    internal void OnSchedule()
    {
        if (Concurrent && Current != this)
        {
            Tell(TaskNews.WaitIsOver);
        }
        else
        {
            EndKernelWait();
        }
    }

    /// <summary>Goes on after the wait that the kernel holds the task to, if that is over.</summary>
    internal void EndKernelWait()
    {
        if (Concurrent && !Engine.IsWaitOver(this))
        {
            return; // The news were about an earlier wait, which a request ended.
        }

        if (_kernelWait is { } wait && !_kernelWaitEnded)
        {
            _kernelWaitEnded = true;
            wait.EndByKernel();
        }
    }

    /// <summary>The kernel's CancelDelivered effect: the task's waits end and its token trips, unless it is masked.</summary>
    internal void OnCancelDelivered()
    {
        ThreeLaneQueue.Promote(this);
        if (Concurrent && Current != this)
        {
            Tell(TaskNews.Request);
        }
        else if (!Sleeps || !CancelVisible || !TryTellFirst(TaskNews.Request))
        {
            // One that sleeps gives its timer up in its own poll: a request to a hundred thousand of them is over the sooner.
            LookAtRequest();
        }
    }

    /// <summary>Sees a request, if no mask hides it.</summary>
    internal void LookAtRequest()
    {
        ref readonly TaskRecord record = ref Record;
        if (IsVisible(record))
        {
            ShowCancel(record);
        }
    }

    /// <summary>Shows a pending request to what listens for it. The token's listeners run in a poll of this task, never here.</summary>
    internal void ShowCancel() => ShowCancel(Record);

    private static bool IsVisible(in TaskRecord record) =>
        record.Phase == TaskPhase.CancelRequested && record.Depth == 0;

    private void ShowCancel(in TaskRecord record)
    {
        // The listeners first: the waits that end may end the task, and no code of a task runs after it.
        _extra?.Token?.Trip();
        CancelWaits(record.Reason);
    }

    /// <summary>The kernel ended the task; said while the gates of that step are held.</summary>
    internal void SeeCompleted()
    {
        Debug.Assert(StandsIn == 0, "A task ends in a poll of its own, so it is in no line.");
        Finished = true;
        Volatile.Write(ref _completed, true);
    }

    /// <summary>The same, after that.</summary>
    internal void OnCompletedByKernel() => _extra?.End();

    private protected override void SuspendsOn(StrandItem pending) => WaitsFor ??= pending;

    void IStrandOwner.OnPoll(Strand strand) => Engine.ChargePoll(this);

    void IStrandOwner.OnFault(Strand strand, Exception exception, bool posted) =>
        Engine.FaultFromPosted(this, exception);

    void IStrandOwner.OnForeignAwait(Strand strand, Type awaiter) => Metrics.ForeignAwait(awaiter);

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
