using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// The execution identity of one task on its scheduler: what is ready to run for it, its context, its waits. A strand
/// is polled by one thread at a time. It is itself the <see cref="SynchronizationContext"/> that is installed while it
/// is polled, so helpers typed <c>Task</c> and async iterators come back to it.
/// </summary>
/// <remarks>
/// Not sealed: the runtime's task is a strand and its own owner, which saves two objects a task.
/// </remarks>
internal partial class Strand : SynchronizationContext
{
    private const int StackProbeInterval = 16;

    [ThreadStatic]
    private static Strand? _current;

    /// <summary>Given to one of our awaiters in place of a continuation: register what the strand is suspending.</summary>
    internal static readonly Action SuspendMark = static () =>
        throw new NotSupportedException("The mark is not a continuation.");

    private readonly ExecutionContext? _context;
    private object? _ready;
    private StrandExtra? _extra;
    private bool _queued;
    private bool _polling;
    private int _turn;
    private IParcel? _parcels;

    internal Strand(Scheduler scheduler, IStrandOwner? owner = null)
    {
        Extra.Scheduler = scheduler;
        Extra.Owner = owner;
        Concurrent = scheduler.Concurrent;
        _context = FlowContext.CaptureOrNone();
    }

    /// <summary>A strand that knows its scheduler and is its own owner.</summary>
    private protected Strand(bool concurrent)
    {
        Concurrent = concurrent;
        _context = FlowContext.CaptureOrNone();
    }

    /// <summary>The strand that this thread is polling, or none.</summary>
    internal static new Strand? Current => _current;

    internal virtual Scheduler Scheduler => _extra!.Scheduler!;

    /// <summary>Whether its scheduler has several workers.</summary>
    internal bool Concurrent { get; }

    /// <summary>Whom the strand tells of itself, or nobody.</summary>
    internal virtual IStrandOwner? Owner => _extra?.Owner;

    /// <summary>The execution context in which the strand was made; its root starts with it.</summary>
    internal ExecutionContext Context => _context ?? FlowContext.Empty;

    /// <summary>Polls so far.</summary>
    internal int Polls { get; private set; }

    /// <summary>When the last poll began, as <see cref="Scheduler.Moment"/> says; for reports.</summary>
    internal uint PolledAt { get; set; }

    /// <summary>Whether <see cref="IStrandOwner.OnPoll"/> is to be called before every poll.</summary>
    internal bool ChargesPolls { get; set; }

    /// <summary>
    /// Set by the owner when its root ended. What a forgotten helper posts later still runs, and is counted.
    /// </summary>
    internal bool Finished { get; set; }

    /// <summary>Pieces that became ready after <see cref="Finished"/>.</summary>
    internal int LatePieces => _extra?.LatePieces ?? 0;

    internal bool IsReady => _ready is not null;

    /// <summary>The only worker that may poll the strand, or null.</summary>
    internal virtual Worker? Home => null;

    /// <summary>The worker that polls the strand or polled it last, or null.</summary>
    internal Worker? LastWorker { get; private set; }

    private StrandExtra Extra => _extra ?? Interlocked.CompareExchange(ref _extra, new StrandExtra(), null) ?? _extra;

    /// <summary>Gives the current strand one turn of rest; <c>await Strand.Yield()</c>.</summary>
    internal static StrandYield Yield() => new(_current ?? throw ExecutionErrors.NoStrand());

    /// <summary>
    /// Puts aside the strand of this thread, for a scheduler that is run inside of a poll of another.
    /// </summary>
    internal static Strand? Exchange(Strand? strand)
    {
        Strand? before = _current;
        _current = strand;
        return before;
    }

    /// <summary>Makes a piece ready, from any thread.</summary>
    internal void Resume(object item)
    {
        if (Concurrent || Scheduler.IsCurrent)
        {
            AddReady(item);
        }
        else
        {
            Scheduler.PostReady(this, item);
        }
    }

    /// <summary>Makes a piece ready; on a worker, or from any thread where there are several. The piece runs in the next poll, never now.</summary>
    internal void AddReady(object item)
    {
        Debug.Assert(Concurrent || Scheduler.IsCurrent, "With one worker AddReady belongs to its thread.");
        if (Finished)
        {
            Interlocked.Increment(ref Extra.LatePieces);
        }

        if (Concurrent && _current != this)
        {
            Send(item);
            return;
        }

        PutReady(item);
        if (!_queued && !_polling)
        {
            _queued = true;
            Scheduler.Enqueue(this);
        }
    }

    /// <summary>
    /// Makes a piece run in this poll, as soon as the running piece returns: the way up from a callee to its caller.
    /// </summary>
    /// <remarks>
    /// The caller does not run on the callee's stack, so a chain of any depth unwinds in constant stack.
    /// </remarks>
    internal void ResumeHot(object item)
    {
        if (_polling && LastWorker!.Hot is null)
        {
            LastWorker.Hot = item;
        }
        else
        {
            AddReady(item);
        }
    }

    /// <summary>
    /// Runs the pieces that are ready now; what becomes ready meanwhile is left for the next poll. Workers only, which call
    /// <see cref="Leave"/> before they do something else than poll.
    /// </summary>
    internal void Poll(Worker worker)
    {
        if (_polling)
        {
            throw new InvalidOperationException("A strand is polled by one thread at a time.");
        }

        if (LastWorker != worker)
        {
            LastWorker = worker;
        }

        if (Concurrent)
        {
            BeginTurn();
        }

        if (ChargesPolls)
        {
            _current = Concurrent ? this : null;
            TellPoll();
        }

        while (_ready is TaskNews)
        {
            // Before the poll's pieces are counted: what news make ready runs in this poll.
            _current = this;
            HearNews();
        }

        _queued = false;
        _polling = true;
        _current = this;
        Polls++;

        int count = _ready is null ? 0 : 1 + (_extra?.Ready.Count ?? 0);
        while (count > 0)
        {
            count = RunPieces(worker, count);
        }

        _polling = false;
        _queued = true; // Listeners of AsyncLocal values run now, and may make something ready: it is seen below.
        ExecutionContext.Restore(worker.BaseContext);
        if (Concurrent)
        {
            EndTurn();
        }
        else if (_ready is not null)
        {
            Scheduler.Enqueue(this);
        }
        else
        {
            _queued = false;
        }
    }

    /// <summary>After polls: nothing of a strand is on this thread any more.</summary>
    internal static void Leave()
    {
        _current = null;
        SetSynchronizationContext(null);
    }

    /// <summary>Reports an exception that no awaiter will see.</summary>
    internal void Report(Exception exception, bool posted)
    {
        try
        {
            if (Owner is { } owner)
            {
                owner.OnFault(this, exception, posted);
            }
            else
            {
                Scheduler.Report(exception);
            }
        }
        catch (Exception second)
        {
            Scheduler.Report(second);
        }
    }

    /// <summary>
    /// Runs a piece: an <see cref="Action"/>, which brings its own execution context, or a <see cref="StrandItem"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void RunPiece(object item)
    {
        if (item.GetType() == typeof(Action))
        {
            Unsafe.As<Action>(item)();
        }
        else
        {
            Unsafe.As<StrandItem>(item).Run();
        }
    }

    /// <summary>Goes one nested call down. False when the thread has no stack left for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Descend()
    {
        Worker worker = LastWorker!;
        if (
            worker.Depth % StackProbeInterval == StackProbeInterval - 1
            && !RuntimeHelpers.TryEnsureSufficientExecutionStack()
        )
        {
            return false;
        }

        worker.Depth++;
        return true;
    }

    internal void Ascend() => LastWorker!.Depth--;

    /// <summary>Suspends an async method of this strand on one of our awaiters, without a box around the awaiter.</summary>
    internal void SuspendOn<TAwaiter>(ref TAwaiter awaiter, StrandItem continuation)
        where TAwaiter : ICriticalNotifyCompletion
    {
        LastWorker!.Suspending = continuation;
        awaiter.UnsafeOnCompleted(SuspendMark);
    }

    /// <summary>What is being suspended.</summary>
    internal StrandItem TakeSuspending()
    {
        Worker worker = LastWorker!;
        StrandItem item = worker.Suspending!;
        worker.Suspending = null;
        return item;
    }

    /// <summary>Runs the root of a strand that stands at its own root: it is then ready as an item of itself.</summary>
    private protected virtual void RunRoot() =>
        throw new InvalidOperationException("This strand has no root of its own.");

    /// <summary>
    /// Puts a strand at rest in line with news alone, which it hears when its poll begins: what they make ready runs in that poll. False when
    /// it is not at rest. Where there is one worker.
    /// </summary>
    private protected bool TryTellFirst(TaskNews news)
    {
        if (_queued || _polling)
        {
            return false;
        }

        _ready = news;
        _queued = true;
        Scheduler.Enqueue(this);
        return true;
    }

    /// <summary>Hears now of a request that it would hear of when its poll begins. Where there is one worker.</summary>
    internal void HearOfRequest()
    {
        if (_ready == TaskNews.Request)
        {
            Strand? before = Exchange(this);
            HearNews();
            Exchange(before);
        }
    }

    /// <summary>The strand is in line, so what this makes ready needs no other poll.</summary>
    private void HearNews()
    {
        object news = TakeReady();
        try
        {
            RunPiece(news);
        }
        catch (Exception exception)
        {
            Report(exception, posted: false);
        }
    }

    private object TakeReady()
    {
        object item = _ready!;
        _ready = _extra is { Ready.Count: > 0 } extra ? extra.Ready.Dequeue() : null;
        return item;
    }

    private void PutReady(object item)
    {
        if (_ready is null)
        {
            _ready = item;
        }
        else
        {
            Extra.Ready.Enqueue(item);
        }
    }

    private void TellPoll()
    {
        try
        {
            Owner?.OnPoll(this);
        }
        catch (Exception exception)
        {
            Scheduler.Report(exception);
        }
    }

    /// <summary>Runs up to so many pieces and returns how many are left; a piece that throws ends the round.</summary>
    private int RunPieces(Worker worker, int count)
    {
        object? item = null;
        try
        {
            while (count > 0)
            {
                count--;
                SetSynchronizationContext(this);
                item = TakeReady();
                do
                {
                    if (item == this)
                    {
                        RunRoot();
                    }
                    else
                    {
                        RunPiece(item);
                    }

                    item = worker.Hot;
                    worker.Hot = null;
                } while (item is not null);
            }
        }
        catch (Exception exception)
        {
            worker.Depth = 0;
            Report(exception, item is PostItem);
            if (worker.Hot is { } hot)
            {
                worker.Hot = null;
                AddReady(hot);
            }
        }

        return count;
    }
}
