using System.Runtime.CompilerServices;
using Asupersync.Kernel;
using Microsoft.Extensions.Logging;

namespace Asupersync;

/// <summary>
/// Drives the kernel: asks for steps when the program or the world gives cause, and carries out their effects. It decides when; the
/// rules decide what. Everything here runs on a worker unless noted.
/// </summary>
internal sealed partial class Engine
{
    private readonly StepContext _alone = new();
    private readonly TraceWriter? _trace;
    private readonly long _startedAt;
    private RunRecorder? _recorder;
    private PollWatch? _pollWatch;
    private long _leaks;

    /// <summary>An engine that has not begun.</summary>
    /// <param name="options">Options of the runtime.</param>
    /// <param name="limits">What the rules read instead of the standard limits.</param>
    /// <param name="order">What says which task is polled next, in place of the three lanes: for a driver that steers a run itself.</param>
    internal Engine(RuntimeOptions options, Limits? limits = null, ILaneQueue? order = null)
    {
        options.Validate();
        Options = options;
        Scheduler = new Scheduler(order is null ? NewLanes(options) : [order], options.TimeProvider)
        {
            OnStalled = _ => Stalled(),
            OnUnhandled = Unhandled,
        };
        Concurrent = Scheduler.Concurrent;
        Scheduler.Timers.Observer = options.TimerObserver;
        Blocking = new BlockingPool(options.BlockingThreads, options.BlockingQueue);
        foreach (Worker worker in Scheduler.Workers)
        {
            worker.Context = Concurrent ? new StepContext() : _alone;
        }

        _startedAt = options.TimeProvider.GetTimestamp();
        Quiescence? workers = Concurrent ? new Quiescence(Scheduler) : null;
        Ledger = new Ledger(
            limits ?? LimitsModule.standard,
            tracksFingerprint: options.Trace is not null || options.Shadow,
            workers
        );
        foreach (Worker worker in Scheduler.Workers)
        {
            if (worker.Lanes is ThreeLaneQueue lanes)
            {
                lanes.Tasks = Ledger.Tasks;
            }
        }

        ILogger? logger = options.Logger ?? options.LoggerFactory?.CreateLogger(Telemetry.Name);
        Log = logger is null ? null : new RunLog(logger);
        _trace = options.Trace is { } writer ? new TraceWriter(writer) : null;
    }

    internal RuntimeOptions Options { get; }

    internal Scheduler Scheduler { get; }

    internal Ledger Ledger { get; }

    /// <summary>The log, where the options name one.</summary>
    internal RunLog? Log { get; }

    internal HeapPool HeapBlocks { get; } = new();

    /// <summary>Obligations leaked so far.</summary>
    internal long Leaks => Volatile.Read(ref _leaks);

    /// <summary>Obligations reserved and not resolved; roughly while workers take steps.</summary>
    internal long OpenObligations
    {
        get
        {
            long open = 0;
            foreach (Worker worker in Scheduler.Workers)
            {
                open += ((StepContext)worker.Context!).OpenObligations;
            }

            return Math.Max(open, 0);
        }
    }

    /// <summary>Ticks (of <see cref="TimeSpan"/>) since the runtime began. From any thread.</summary>
    internal long Now => Options.TimeProvider.GetElapsedTime(_startedAt).Ticks;

    /// <summary>The timestamp of a time since the runtime began.</summary>
    internal long TimestampOf(long time) => Scheduler.Timers.After(_startedAt, TimeSpan.FromTicks(time));

    /// <summary>The time since the runtime began of a timestamp.</summary>
    internal long TimeOf(long timestamp) => Options.TimeProvider.GetElapsedTime(_startedAt, timestamp).Ticks;

    /// <summary>The cell of a task that the ledger has not forgotten.</summary>
    private TaskCell? TaskOf(long id) => Ledger.Tasks.Cell(id);

    /// <summary>The cell of a region that the ledger has not forgotten.</summary>
    private RegionCell? RegionOf(long id) => Ledger.Regions.Cell(id);

    /// <summary>Throws the refusal of a step that was not taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Require(RuleName rule, Premise failed, object subject)
    {
        if (failed != Premise.None)
        {
            throw Refused(rule, failed, subject);
        }
    }

    /// <summary>The same about an obligation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Require(RuleName rule, Premise failed, TaskCell task, long obligation)
    {
        if (failed != Premise.None)
        {
            throw Refused(rule, failed, $"obligation o{obligation} by {task}");
        }
    }

    private static RefusedException Refused(RuleName rule, Premise failed, object subject) =>
        new(new Refusal(rule, failed), subject.ToString()!);

    /// <summary>For steps that the runtime itself takes: a refusal is a bug.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Must(RuleName rule, Premise failed)
    {
        if (failed != Premise.None)
        {
            throw Broken(rule, failed);
        }
    }

    private static InvalidOperationException Broken(RuleName rule, Premise failed) =>
        new($"ASUP2903: {new Refusal(rule, failed)}; this is a bug of the runtime.");

    private bool Recording => _trace is not null || _recorder is not null;

    private static ILaneQueue[] NewLanes(RuntimeOptions options)
    {
        var lanes = new ILaneQueue[options.WorkersInUse];
        for (int i = 0; i < lanes.Length; i++)
        {
            ushort number = checked((ushort)(i + 1));
            lanes[i] = new ThreeLaneQueue(options.CancelLimit, options.TimedLimit, number, shared: lanes.Length > 1);
        }

        return lanes;
    }

    /// <summary>Ends a step that was taken, while its gates are held: gives its label a place, and sees to what must not be late.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Took(StepContext here, Kernel.Action? action)
    {
        if (action is not null || here.Consequences.Count > 0 || here.Effects.IsUrgent)
        {
            SeeToStep(here, action);
        }
    }

    private void SeeToStep(StepContext here, Kernel.Action? action)
    {
        if (action is not null)
        {
            Record(here, action);
        }

        if (here.Consequences.Count > 0)
        {
            NoteEntailedCancels(here);
            here.Consequences.Clear();
        }

        if (here.Effects.IsUrgent)
        {
            SeeTo(here);
        }
    }

    private void Record(StepContext here, Kernel.Action action)
    {
        if (_recorder is { } recorder)
        {
            Options.BeforeNumber?.Invoke(action);
            here.Labels.Enqueue(new RecordedLabel(recorder.NextTicket(), Now, action, [.. here.Consequences]));
        }
        else
        {
            _trace!.Write(action, Now, here.Consequences, Ledger.Fingerprint);
        }
    }

    /// <summary>
    /// What others may ask for as soon as the gates are open: that a task has ended, and what that, or a request, means for the call of a
    /// combinator. All else that the effects ask for waits until then.
    /// </summary>
    private void SeeTo(StepContext here)
    {
        while (here.Effects.IsUrgent)
        {
            (EffectKind kind, long subject) = here.Effects.See();
            if (kind == EffectKind.TaskCompleted)
            {
                TaskCell ended = TaskOf(subject)!;
                here.Effects.Keep(ended, ended.Record.Outcome);
                SeeCompleted(ended);
            }
            else
            {
                RegionOf(subject)!.Combination?.OnCancelled();
            }
        }
    }

    /// <summary>Carries out effects until none is left, outside of all gates; the steps that they cause queue theirs behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pump(StepContext here)
    {
        if (here.Effects.Count > 0 || here.Entailed.Count > 0 || Recording)
        {
            PumpAll(here);
        }
    }

    private void PumpAll(StepContext here)
    {
        TellOfStep(here);
        if (here.Pumping || here.Effects.Count == 0)
        {
            return;
        }

        here.Pumping = true;
        try
        {
            CarryOut(here);
        }
        finally
        {
            here.Pumping = false;
        }
    }

    /// <summary>What is told of a step once its gates are open, before its effects are carried out.</summary>
    private void TellOfStep(StepContext here)
    {
        if (here.Labels.Count > 0)
        {
            _recorder!.Accept(here.Labels);
        }

        if (here.Entailed.Count > 0)
        {
            CountEntailedCancels(here);
        }

        if (_trace is not null)
        {
            TellTraceEnded();
        }
    }

    private void CarryOut(StepContext here)
    {
        while (here.Effects.Count > 0)
        {
            CarryOutNext(here);
        }
    }

    private void CarryOutNext(StepContext here)
    {
        EffectQueue effects = here.Effects;
        (EffectKind kind, long subject) = effects.TakeOldest();
        switch (kind)
        {
            case EffectKind.Schedule:
                TaskOf(subject)?.OnSchedule();
                break;
            case EffectKind.CancelDelivered:
                TaskOf(subject)?.OnCancelDelivered();
                break;
            case EffectKind.CancelledRegion:
                if (RegionOf(subject) is { } cancelled)
                {
                    Note(cancelled);
                    WatchDrain(cancelled);
                    Log?.Cancelled(cancelled);
                    cancelled.Combination?.CarryOut();
                }

                break;
            case EffectKind.Acknowledged:
                BeginCleanup(TaskOf(subject)!);
                break;
            case EffectKind.TaskCompleted:
                EffectQueue.Ended ended = effects.TakeKept();
                TaskCompleted(here, ended.Task, ended.Outcome);
                break;
            case EffectKind.Advance:
                if (RegionOf(subject) is { } closing && IsRungDue(closing.Record))
                {
                    Advance(closing);
                    Note(closing);
                }

                break;
            case EffectKind.RunFinalizer:
                effects.TakeWhole(); // The finalizer was adopted with its step.
                break;
            case EffectKind.RegionClosed:
                RegionClosed(here, RegionOf(subject)!);
                break;
            case EffectKind.Leaked:
                Effect leaked = effects.TakeWhole();
                ObligationLeaked(here, leaked.Number, leaked.Task);
                break;
            case EffectKind.KernelAborted:
                Resolved(here, effects.TakeWhole().Number)?.OnAborted();
                Metrics.ObligationResolved("aborted");
                break;
            default:
                throw new InvalidOperationException($"ASUP2904: unknown effect {kind}; this is a bug of the runtime.");
        }
    }
}
