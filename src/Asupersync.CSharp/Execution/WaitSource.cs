using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Asupersync;

/// <summary>
/// One wait of a strand at a time, ended once, by whoever claims it first: a completer or a cancel request. Completing
/// queues the strand; nothing of the strand runs on the completer's stack. Reusable: taking the result frees it, and
/// stale tickets find nothing.
/// </summary>
/// <remarks>
/// Eager use: <see cref="Arm"/>, hand the ticket to whoever completes, await the source. Cold use, without a box:
/// derive, override <see cref="OnStart"/>, and return <see cref="Defer"/> to the caller; the wait is armed when the
/// work is awaited.
/// </remarks>
internal class WaitSource<T> : WorkSource<T>
{
    private object? _continuation;
    private int _claim;
    private WaitMode _mode;
    private bool _atomic;
    private int _index = -1;

    public WaitSource() => _recyclable = true;

    /// <summary>Names the wait that is armed now; a completer has to show it.</summary>
    internal int Ticket => _claim >> 1;

    /// <inheritdoc/>
    internal sealed override object? Continuation => _continuation;

    /// <inheritdoc/>
    internal sealed override int WaitIndex
    {
        get => _index;
        set => _index = value;
    }

    /// <summary>The armed wait as work to await once.</summary>
    internal Work<T> AsWork() => new(this, _token);

    public WorkAwaiter<T> GetAwaiter() => new(this, Claim(_token));

    /// <summary>Awaits the end of the wait as a value.</summary>
    internal QuietWait<T> Quietly() => new(this, Claim(_token));

    /// <summary>Arms the wait for a strand and returns its ticket. On a worker.</summary>
    internal int Arm(Strand strand, WaitMode mode = WaitMode.Local)
    {
        if (_state != Idle)
        {
            throw ExecutionErrors.SourceInUse();
        }

        _strand = strand;
        _mode = mode;
        ArmNow();
        return Ticket;
    }

    /// <summary>
    /// Makes cold work of the wait: it is armed, and <see cref="OnStart"/> called, when the work is awaited.
    /// </summary>
    internal Work<T> Defer(WaitMode mode = WaitMode.Local)
    {
        if (_state != Idle)
        {
            throw ExecutionErrors.SourceInUse();
        }

        _mode = mode;
        _state = Cold;
        return AsWork();
    }

    /// <summary>
    /// Ends the wait with a value. False when it was ended before: then the value is still the caller's.
    /// </summary>
    internal bool TryComplete(int ticket, T value)
    {
        if (!TryClaim(ticket))
        {
            return false;
        }

        _result = value;
        Publish();
        return true;
    }

    /// <summary>Ends the wait with a failure. False when it was ended before.</summary>
    internal bool TryFail(int ticket, Exception exception)
    {
        if (!TryClaim(ticket))
        {
            return false;
        }

        _tail = ExceptionDispatchInfo.Capture(exception);
        Publish();
        return true;
    }

    /// <inheritdoc/>
    internal sealed override bool TryCancel(object? reason)
    {
        int ticket = Ticket;
        if (_state is Idle or Cold || (Volatile.Read(ref _claim) & 1) != 0 || !OnCancel(reason) || !TryClaim(ticket))
        {
            return false;
        }

        _tail = CancelledWait.For(reason);
        Publish();
        return true;
    }

    /// <summary>
    /// Frees an armed wait that nobody is going to await. On the thread that polls its strand; true when nothing had completed it.
    /// </summary>
    internal bool Abandon(int ticket)
    {
        if (ticket != Ticket || _state is Idle or Cold || _continuation is not null)
        {
            return false;
        }

        bool open = TryClaim(ticket);
        SpinWait spin = default;
        while (!open && Volatile.Read(ref _state) != Done)
        {
            // Another thread claimed it and is about to publish; it must be through with the source before we free it.
            spin.SpinOnce();
        }

        Release();
        return open;
    }

    /// <inheritdoc/>
    internal sealed override void Run() => throw new NotSupportedException();

    /// <inheritdoc/>
    internal sealed override bool Begin()
    {
        if (_state == Cold)
        {
            ArmNow();
            Start();
        }

        return Volatile.Read(ref _state) == Done;
    }

    /// <inheritdoc/>
    internal sealed override void Suspend(object continuation)
    {
        if (_continuation is not null)
        {
            throw ExecutionErrors.AwaitedTwice();
        }

        _continuation = continuation;
        if (_atomic)
        {
            if (Interlocked.CompareExchange(ref _state, Waiting, Pending) == Done)
            {
                _strand!.AddReady(continuation);
            }
        }
        else if (_state == Done)
        {
            _strand!.AddReady(continuation);
        }
        else
        {
            _state = Waiting;
        }
    }

    /// <summary>
    /// A deferred wait was awaited and is armed: register with whatever will complete it, or complete it at once.
    /// </summary>
    private protected virtual void OnStart(int ticket) { }

    /// <summary>
    /// A cancel request came. Unregister and return true to let the wait end as cancelled; false to go on waiting.
    /// </summary>
    /// <remarks>
    /// With <see cref="WaitMode.Shared"/> a completer may win even after true was returned; the wait then ends with its
    /// value.
    /// </remarks>
    private protected virtual bool OnCancel(object? reason) => true;

    /// <summary>
    /// The wait is over and its result taken. The source is as new, and may be kept for another wait.
    /// </summary>
    private protected virtual void OnFree(Strand strand) { }

    /// <inheritdoc/>
    private protected sealed override void Release()
    {
        Strand strand = _strand!;
        if ((_mode & WaitMode.Uninterruptible) == 0)
        {
            strand.Disarm(this);
        }

        if ((_mode & WaitMode.Shared) != 0)
        {
            strand.Scheduler.CountInput(-1);
        }

        _continuation = null;
        _tail = null;
        _result = default;
        _strand = null;
        _token++;
        _state = Idle;
        OnFree(strand);
    }

    private void ArmNow()
    {
        Strand strand = _strand!;
        Debug.Assert(strand.Scheduler.IsCurrent, "A wait is armed on a worker.");
        _atomic = strand.Concurrent || (_mode & WaitMode.Shared) != 0;
        _state = Pending;
        Volatile.Write(ref _claim, (_claim | 1) + 1);
        if ((_mode & WaitMode.Uninterruptible) == 0)
        {
            strand.Arm(this);
        }

        if ((_mode & WaitMode.Shared) != 0)
        {
            strand.Scheduler.CountInput(1);
        }
    }

    private void Start()
    {
        int ticket = Ticket;
        try
        {
            OnStart(ticket);
        }
        catch (Exception exception) when (TryFail(ticket, exception)) { }
    }

    private bool TryClaim(int ticket)
    {
        int open = ticket << 1;
        if (_claim != open)
        {
            return false;
        }

        if (_atomic)
        {
            return Interlocked.CompareExchange(ref _claim, open | 1, open) == open;
        }

        Debug.Assert(_strand!.Scheduler.IsCurrent, "A local wait is completed on the only worker.");
        _claim = open | 1;
        return true;
    }

    private void Publish()
    {
        if (_atomic)
        {
            if (Interlocked.Exchange(ref _state, Done) == Waiting)
            {
                _strand!.Resume(_continuation!);
            }
        }
        else
        {
            bool waiting = _state == Waiting;
            _state = Done;
            if (waiting)
            {
                _strand!.AddReady(_continuation!);
            }
        }
    }
}
