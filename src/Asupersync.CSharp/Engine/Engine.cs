using Asupersync.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.FSharp.Core;

namespace Asupersync;

/// <summary>
/// Drives the kernel: asks for steps when the program or the world gives cause, and carries out their effects. It decides when; the
/// rules decide what. Everything here runs on the scheduler thread unless noted.
/// </summary>
internal sealed partial class Engine
{
    private readonly RecordPages<TaskCell?> _tasks = new(null);
    private readonly RecordPages<RegionCell?> _regions = new(null);
    private readonly RecordPages<IObligationHolder?> _obligations = new(null);
    private readonly TraceWriter? _trace;
    private readonly long _startedAt;
    private TaskCell? _lastEnded;
    private long _pollTime;
    private long _pollTimeOf = -1;
    private bool _pumping;

    /// <summary>An engine that has not begun.</summary>
    /// <param name="options">Options of the runtime.</param>
    /// <param name="limits">What the rules read instead of the standard limits.</param>
    /// <param name="order">What says which task is polled next, in place of the three lanes: for a driver that steers a run itself.</param>
    internal Engine(RuntimeOptions options, Limits? limits = null, ILaneQueue? order = null)
    {
        options.Validate();
        Options = options;
        Lanes = new ThreeLaneQueue(options.CancelLimit, options.TimedLimit);
        Scheduler = new Scheduler(order ?? Lanes, options.TimeProvider)
        {
            OnStalled = _ => Stalled(),
            OnUnhandled = Unhandled,
        };
        Scheduler.Timers.Observer = options.TimerObserver;
        Blocking = new BlockingPool(options.BlockingThreads, options.BlockingQueue);
        _startedAt = options.TimeProvider.GetTimestamp();
        Ledger = new Ledger(limits ?? LimitsModule.standard, tracksFingerprint: options.Trace is not null);
        ILogger? logger = options.Logger ?? options.LoggerFactory?.CreateLogger(Telemetry.Name);
        Log = logger is null ? null : new RunLog(logger);
        _trace = options.Trace is { } writer ? new TraceWriter(writer) : null;
    }

    internal RuntimeOptions Options { get; }

    internal Scheduler Scheduler { get; }

    internal ThreeLaneQueue Lanes { get; }

    internal Ledger Ledger { get; }

    /// <summary>The log, where the options name one.</summary>
    internal RunLog? Log { get; }

    internal HeapPool HeapBlocks { get; } = new();

    /// <summary>Obligations leaked so far.</summary>
    internal long Leaks { get; private set; }

    /// <summary>Obligations reserved and not resolved.</summary>
    internal int OpenObligations { get; private set; }

    /// <summary>Ticks (of <see cref="TimeSpan"/>) since the runtime began. From any thread.</summary>
    internal long Now => Options.TimeProvider.GetElapsedTime(_startedAt).Ticks;

    /// <summary>The timestamp of a time since the runtime began.</summary>
    internal long TimestampOf(long time) => Scheduler.Timers.After(_startedAt, TimeSpan.FromTicks(time));

    /// <summary>The time since the runtime began of a timestamp.</summary>
    internal long TimeOf(long timestamp) => Options.TimeProvider.GetElapsedTime(_startedAt, timestamp).Ticks;

    /// <summary>The same as of the present poll: one reading for all that happens in it.</summary>
    internal long PollTime
    {
        get
        {
            if (_pollTimeOf != Scheduler.Polls)
            {
                _pollTimeOf = Scheduler.Polls;
                _pollTime = Now;
            }

            return _pollTime;
        }
    }

    private LedgerStore Store => new(Ledger);

    /// <summary>Throws the refusal of a step that was not taken.</summary>
    private static void Require(in FSharpResult<LedgerStore, Refusal> result, object subject)
    {
        if (result.IsError)
        {
            throw new RefusedException(result.ErrorValue, subject.ToString()!);
        }
    }

    /// <summary>The same about an obligation.</summary>
    private static void Require(in FSharpResult<LedgerStore, Refusal> result, TaskCell task, long obligation)
    {
        if (result.IsError)
        {
            throw new RefusedException(result.ErrorValue, $"obligation o{obligation} by {task}");
        }
    }

    /// <summary>For steps that the runtime itself takes: a refusal is a bug.</summary>
    private static void Must(in FSharpResult<LedgerStore, Refusal> result)
    {
        if (result.IsError)
        {
            throw new InvalidOperationException($"ASUP2903: {result.ErrorValue}; this is a bug of the runtime.");
        }
    }

    private bool Recording => _trace is not null;

    /// <summary>Ends a step that was taken: writes its label and carries out its effects.</summary>
    private void Took(Kernel.Action? action)
    {
        if (action is not null)
        {
            _trace!.Write(action, Now, Ledger.Consequences, Ledger.Fingerprint);
        }

        if (Metrics.CountsCancels)
        {
            CountEntailedCancels();
        }

        Ledger.Consequences.Clear();
        Pump();
    }

    /// <summary>Carries out effects until none is left; the steps that they cause queue theirs behind.</summary>
    private void Pump()
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        try
        {
            while (Ledger.Effects.TryDequeue(out Effect effect))
            {
                CarryOut(effect);
            }
        }
        finally
        {
            _pumping = false;
        }
    }

    private void CarryOut(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Schedule:
                _tasks[effect.Task]?.OnSchedule();
                break;
            case EffectKind.CancelDelivered:
                _tasks[effect.Task]?.OnCancelDelivered();
                break;
            case EffectKind.CancelledRegion:
                RegionCell cancelled = _regions[effect.Region]!;
                cancelled.Note(Scheduler.Moment);
                WatchDrain(cancelled);
                Log?.Cancelled(cancelled);
                cancelled.Combination?.OnCancelled();
                break;
            case EffectKind.Acknowledged:
                BeginCleanup(_tasks[effect.Task]!);
                break;
            case EffectKind.TaskCompleted:
                TaskCompleted(_tasks[effect.Task]!);
                break;
            case EffectKind.Advance:
                Advance(effect.Region);
                _regions[effect.Region]?.Note(Scheduler.Moment);
                break;
            case EffectKind.RunFinalizer:
                break; // The finalizer was adopted with its step.
            case EffectKind.RegionClosed:
                RegionClosed(_regions[effect.Region]!);
                break;
            case EffectKind.Leaked:
                ObligationLeaked(effect.Number, effect.Task);
                break;
            case EffectKind.KernelAborted:
                Resolved(effect.Number)?.OnAborted();
                Metrics.ObligationResolved("aborted");
                break;
            default:
                throw new InvalidOperationException(
                    $"ASUP2904: unknown effect {effect.Kind}; this is a bug of the runtime."
                );
        }
    }
}
