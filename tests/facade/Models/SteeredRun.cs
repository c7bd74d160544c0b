using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Xunit;
using KAction = Asupersync.Kernel.Action;

namespace Asupersync.Tests.Models;

/// <summary>
/// A run of the facade on this thread, in which a test decides everything: which task is polled when, and what its body does then. The
/// bodies are interpreters: each awaits commands, which are steps of the kernel, and calls what a program would call for them.
/// </summary>
/// <remarks>
/// What it needs of the runtime: an order in place of the lanes, the limits of the model, the scheduler step by step, and the engine's
/// own members where programs go through channels, sockets or tokens.
/// </remarks>
internal sealed class SteeredRun : IDisposable
{
    private readonly Engine _engine;
    private readonly SteeredOrder _order = new();
    private readonly StringWriter _trace = new();
    private readonly Worker.Entered _entered;
    private readonly Dictionary<long, Script> _scripts = [];
    private readonly WorkBudget _budget;
    private Exception? _failure;

    internal SteeredRun(Bounds bounds)
    {
        _budget = Part(bounds.SpawnPolls, bounds.SpawnCost);
        var options = new RuntimeOptions
        {
            TimeProvider = new ManualTime(),
            Policy = bounds.RootPolicy,
            Budget = Part(bounds.RootPolls, bounds.RootCost),
            DrainBudget = null,
            Trace = _trace,
            Report = _ => { },
        };
        _engine = new Engine(options, BoundsModule.limits(bounds), _order);
        _engine.Scheduler.OnUnhandled = exception => _failure ??= exception;
        _entered = _engine.Scheduler.Enter();
        _engine.Begin(Body<Nothing>.Of(Body));
    }

    /// <summary>The tasks that could be polled.</summary>
    internal IEnumerable<long> Ready => _order.Ready;

    internal ulong Fingerprint => _engine.Ledger.Fingerprint;

    /// <summary>What was recorded, as NDJSON.</summary>
    internal string Trace => _trace.ToString();

    public void Dispose() => _entered.Dispose();

    /// <summary>The environment asks for a cancellation.</summary>
    internal void Request(KAction.CancelRequest request)
    {
        _engine.CancelFromAnywhere(request.target, request.reason.Kind, null);
        Demand();
    }

    /// <summary>Polls a task once; its body does these things, and then suspends.</summary>
    internal void Poll(long task, IEnumerable<KAction> commands)
    {
        Script script = ScriptOf(task);
        foreach (KAction command in commands)
        {
            script.Commands.Enqueue(command);
        }

        script.Wake();
        _order.Next = task;
        Assert.True(_engine.Scheduler.RunOnce(), $"t{task} cannot be polled");
        Demand();
        Assert.True(script.Commands.Count == 0, $"t{task} suspended before {string.Join(", ", script.Commands)}");
    }

    /// <summary>How a task ended as its handle says, or null while it lives.</summary>
    internal Outcome<Nothing>? OutcomeOf(long task) => Cell(task).Outcome;

    /// <summary>How the root region ended, for a state in which it is closed.</summary>
    internal Outcome<Nothing> RootOutcome(Kernel.Outcome verdict) => Engine.OutcomeOf(Cell(1).Region, verdict, Cell(1));

    private static WorkBudget Part(int polls, int cost) =>
        new() { Polls = polls == Quota.Unlimited ? null : polls, Cost = cost == Quota.Unlimited ? null : cost };

    private TaskCell<Nothing> Cell(long task) => (TaskCell<Nothing>)_order.Known[task];

    /// <summary>A region, by the task that is its body.</summary>
    private RegionCell RegionOf(long region) =>
        _order.Known.Values.Select(cell => cell.Region).First(cell => cell.Id == region);

    private Script ScriptOf(long task)
    {
        if (!_scripts.TryGetValue(task, out Script? script))
        {
            script = new Script();
            _scripts.Add(task, script);
        }

        return script;
    }

    private void Demand()
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"the run is broken: {failure.Message}", failure);
        }
    }

    private async Work<Nothing> Body(Cx cx)
    {
        await Obey(cx, ScriptOf(cx.TaskId));
        return default;
    }

    /// <summary>Carries out commands until the body, or the masked section, is left.</summary>
    private async Work Obey(Cx cx, Script script)
    {
        while (true)
        {
            if (script.Commands.Count == 0)
            {
                await script.Wait(cx.Cell);
                continue;
            }

            KAction command = script.Commands.Dequeue();
            if (command is KAction.MaskExit or KAction.Drain)
            {
                return;
            }

            if (command is KAction.Complete end)
            {
                switch (end.outcome.Severity)
                {
                    case Severity.Err:
                        throw new InvalidOperationException("an error");
                    case Severity.Cancelled:
                        throw new CancelledException(end.outcome.Reason);
                    case Severity.Panicked:
                        throw new PanicException("a panic");
                    default:
                        return;
                }
            }

            try
            {
                await Do(cx, script, command);
            }
            catch (CancelledException exception) when (exception.SeenBy == cx.TaskId)
            {
                // Acknowledged: the body cleans up.
            }
            catch (Exception exception)
            {
                _failure ??= exception;
                throw;
            }
        }
    }

    private async Work Do(Cx cx, Script script, KAction command)
    {
        switch (command)
        {
            case KAction.Spawn spawn:
                _ = RegionOf(spawn.region).Handle.Spawn(cx, Body, new SpawnOptions { Budget = _budget });
                break;
            case KAction.OpenRegion open:
                await cx.ObserveRegion<Nothing>(Body, new RegionOptions { Policy = open.policy, Budget = _budget });
                break;
            case KAction.Defer:
                cx.Defer(async finalizer => await Obey(finalizer, ScriptOf(finalizer.TaskId)));
                break;
            case KAction.CancelRequest { target: { IsRegion: true } target } request:
                RegionOf(target.RegionId).Handle.Cancel(kind: request.reason.Kind);
                break;
            case KAction.CancelRequest request:
                HandleOf(request.target).Cancel(kind: request.reason.Kind);
                break;
            case KAction.Checkpoint or KAction.CheckpointMasked:
                cx.Checkpoint();
                break;
            case KAction.MaskEnter enter:
                await cx.Mask(enter.units, async inside => await Obey(inside, script));
                break;
            case KAction.ChargeCost charge:
                cx.Charge(charge.cost);
                break;
            case KAction.JoinBlock join:
                await HandleOf(Target.Task(join.target)).Outcome();
                break;
            case KAction.JoinReady join:
                await HandleOf(join.target).Outcome();
                break;
            case KAction.Reserve reserve:
                _engine.Reserve(cx.Cell, reserve.kind, new Held());
                break;
            case KAction.Commit commit:
                _engine.Commit(cx.Cell, commit.obligation);
                break;
            case KAction.Abort abort:
                _engine.Abort(cx.Cell, abort.obligation);
                break;
            case KAction.Transfer transfer:
                _engine.Transfer(cx.Cell, transfer.obligation, Cell(transfer.receiver));
                break;
            default:
                throw new NotSupportedException($"{Label.text(command)} is the driver's to take");
        }
    }

    private Child<Nothing> HandleOf(Target task) => new(Cell(task.TaskId));

    /// <summary>What a task is to do, and its wait for more. A request to cancel does not end that wait.</summary>
    private sealed class Script
    {
        private readonly WaitSource<Nothing> _wait = new();
        private int _ticket;
        private bool _waits;

        internal Queue<KAction> Commands { get; } = new();

        internal WaitSource<Nothing> Wait(TaskCell cell)
        {
            _ticket = _wait.Arm(cell, WaitMode.Uninterruptible);
            _waits = true;
            return _wait;
        }

        internal void Wake()
        {
            if (_waits)
            {
                _waits = false;
                _wait.TryComplete(_ticket, default);
            }
        }
    }

    private sealed class Held : IObligationHolder
    {
        public void OnAborted() { }
    }
}
