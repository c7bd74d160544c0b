using Asupersync.Kernel;
using Xunit;
using KAction = Asupersync.Kernel.Action;

namespace Asupersync.Tests.Models;

/// <summary>
/// Which steps of a model the facade can take, and what it takes at once. The rules allow more orders than a driver uses; this is the
/// driver's choice, as the engine makes it, over states of the kernel:
/// <list type="bullet">
/// <item>A task that is polled and has a quota to charge is charged one poll first (ChargePoll), then takes what it was woken for, then
/// does what its body says until it suspends. Nothing else charges polls.</item>
/// <item>Start is the first poll of a task. One that was cancelled before it takes Checkpoint, Drain and Finalize instead.</item>
/// <item>Drain and Finalize are one: the end of a body that acknowledged. Only a panic completes such a task otherwise. A body leaves its
/// masked sections before it ends.</item>
/// <item>A task that waits for another is woken once, by its end or by a request that no mask hides, whichever comes first: then it takes
/// JoinReady or Checkpoint in its next poll. A wait for a region is ended by that region alone.</item>
/// <item>Waiting for a task is a checkpoint: with a request pending the task acknowledges instead, or spends a unit of mask first.</item>
/// <item>The outcome of a task that the ledger has forgotten is in its handle: taking it is no step. It forgets what no rule will read again,
/// after a step that may have been the last to read it: the task's own end, JoinReady, Checkpoint of a waiter, the close of the region.</item>
/// <item>Effects are carried out at once, oldest first. Advance takes the next rung of a closing ladder if there is one: CloseBegin when
/// the body failed or nothing lives in the region (D11), CloseChildrenDone, CloseRunFinalizer and CloseComplete when nothing lives.</item>
/// </list>
/// Bodies hold handles to every task and region. The environment asks for cancellation between polls.
/// </summary>
internal sealed class FacadePolicy
{
    private readonly ModelGraph _graph;
    private readonly Dictionary<DriverNode, int> _numbers = [];
    private readonly List<DriverNode> _nodes = [];
    private readonly List<List<DriverMove>> _moves = [];

    internal FacadePolicy(ModelGraph graph)
    {
        _graph = graph;
        DriverNode first = new DriverNode(0, 0, 0).WithCharges(1, graph.States[0].Task(1).Polls != Quota.Unlimited);
        Number(first);
        for (int node = 0; node < _nodes.Count; node++)
        {
            foreach (DriverMove move in MovesFrom(_nodes[node]))
            {
                if (move.Edges is null)
                {
                    Beyond++;
                    continue;
                }

                _moves[node].Add(move);
                Number(move.Target);
            }
        }
    }

    /// <summary>States of the kernel with what the driver knows besides, by number; the first is 0.</summary>
    internal IReadOnlyList<DriverNode> Nodes => _nodes;

    /// <summary>What the driver can do in a node.</summary>
    internal IReadOnlyList<DriverMove> Moves(int node) => _moves[node];

    /// <summary>For every node the nodes that its moves lead to.</summary>
    internal int[][] Targets => [.. _moves.Select(moves => moves.Select(move => _numbers[move.Target]).ToArray())];

    /// <summary>Moves left out: the driver would go on where the bounds of the model end, with a finalizer that is one task too many.</summary>
    internal int Beyond { get; }

    /// <summary>The steps of the model that the facade can take.</summary>
    internal HashSet<int> Edges => [.. _moves.SelectMany(moves => moves).SelectMany(move => move.Edges!)];

    private void Number(DriverNode node)
    {
        if (_numbers.TryAdd(node, _nodes.Count))
        {
            _nodes.Add(node);
            _moves.Add([]);
        }
    }

    /// <summary>The tasks that stand in a lane while none is polled: new ones, and those that were woken.</summary>
    internal IEnumerable<long> Ready(DriverNode node)
    {
        foreach ((long id, TaskRecord task) in _graph.States[node.State].Tasks)
        {
            bool isNew = !task.Started && task.Phase != TaskPhase.Completed;
            if (isNew || node.WakeOf(id) != Wake.None)
            {
                yield return id;
            }
        }
    }

    private IEnumerable<DriverMove> MovesFrom(DriverNode node)
    {
        State state = _graph.States[node.State];
        if (node.Polled != 0)
        {
            yield return new DriverMove(MoveKind.Suspend, node.Polled, null, [], node with { Polled = 0 });
            foreach (DriverMove move in Decisions(node, node.Polled, MoveKind.Go))
            {
                yield return move;
            }

            yield break;
        }

        foreach ((KAction action, int _) in _graph.Steps(node.State))
        {
            if (action is KAction.CancelRequest { by: 0 })
            {
                yield return new DriverSteps(_graph, node).Take(action).Move(MoveKind.Environment, 0, action);
            }
        }

        foreach ((long id, TaskRecord task) in state.Tasks)
        {
            if (task.Phase == TaskPhase.Completed || !(task.Waits.IsNone || node.WakeOf(id) != Wake.None))
            {
                continue;
            }

            bool isIdle = task.Started && task.Waits.IsNone;
            if (!isIdle || node.Charges(id))
            {
                yield return Begin(new DriverSteps(_graph, node), id, task).Move(MoveKind.Poll, id, null);
            }
            else
            {
                foreach (DriverMove move in Decisions(node, id, MoveKind.Poll))
                {
                    yield return move;
                }
            }
        }
    }

    /// <summary>What a poll does before the body goes on.</summary>
    private static DriverSteps Begin(DriverSteps steps, long id, TaskRecord task)
    {
        if (task.Phase == TaskPhase.Created)
        {
            steps.Take(KAction.NewStart(id)).Charge(id);
            return steps.Polling(id);
        }

        if (!task.Started)
        {
            return steps.Take(KAction.NewCheckpoint(id)).Take(KAction.NewDrain(id)).Take(KAction.NewFinalize(id));
        }

        steps.Charge(id);
        switch (steps.Node.WakeOf(id))
        {
            case Wake.Ended:
                steps.WakeUp(id).Take(KAction.NewJoinReady(id, task.Waits)).RetireIfDone(task.Waits.TaskId);
                break;
            case Wake.Cancelled:
                steps.WakeUp(id).Take(KAction.NewCheckpoint(id));
                break;
            default:
                break;
        }

        return steps.Polling(id);
    }

    /// <summary>What the body of a task can do while it is polled.</summary>
    private IEnumerable<DriverMove> Decisions(DriverNode node, long id, MoveKind kind)
    {
        TaskRecord task = _graph.States[node.State].Task(id);
        foreach ((KAction action, int _) in _graph.Steps(node.State))
        {
            DriverSteps? steps = new DriverSteps(_graph, node with { Polled = 0 });
            bool goesOn = true;
            switch (action)
            {
                case KAction.Spawn { task: var by } when by == id:
                case KAction.CancelRequest { by: var asker } when asker == id:
                case KAction.Checkpoint { task: var sees } when sees == id:
                case KAction.CheckpointMasked { task: var spends } when spends == id:
                case KAction.MaskEnter { task: var enters } when enters == id:
                case KAction.MaskExit { task: var exits } when exits == id:
                case KAction.ChargeCost { task: var pays } when pays == id:
                case KAction.Reserve { task: var reserves } when reserves == id:
                case KAction.Commit { task: var commits } when commits == id:
                case KAction.Abort { task: var aborts } when aborts == id:
                case KAction.Transfer { task: var gives } when gives == id:
                case KAction.Defer { task: var defers } when defers == id:
                    steps.Take(action);
                    break;
                case KAction.OpenRegion { task: var opens } when opens == id:
                    steps.Take(action);
                    goesOn = false;
                    break;
                case KAction.JoinBlock { waiter: var waits } when waits == id:
                    if (task.Phase == TaskPhase.CancelRequested)
                    {
                        steps = task.Mask > 0 ? steps.Take(KAction.NewCheckpointMasked(id)) : null;
                    }

                    steps?.Take(action);
                    goesOn = false;
                    break;
                case KAction.JoinReady { waiter: var takes, target: var target } when takes == id:
                    steps = node.IsRetired(target.TaskId) ? null : steps.Take(action).RetireIfDone(target.TaskId);
                    break;
                case KAction.Complete { task: var ends } when ends == id && task.Depth == 0:
                    steps.Take(action);
                    goesOn = false;
                    break;
                case KAction.Drain { task: var cleaned } when cleaned == id && task.Depth == 0:
                    steps.Take(action).Take(KAction.NewFinalize(id));
                    goesOn = false;
                    break;
                default:
                    steps = null;
                    break;
            }

            if (steps is not null)
            {
                yield return (goesOn ? steps.Polling(id) : steps).Move(kind, id, action);
            }
        }
    }
}

/// <summary>How a wait of a task for another task or its region stands.</summary>
internal enum Wake
{
    /// <summary>It waits, or waits for nothing.</summary>
    None,

    /// <summary>What it waited for has ended.</summary>
    Ended,

    /// <summary>A request came first.</summary>
    Cancelled,
}

/// <summary>A state of the kernel with what the driver knows besides: which waits are over, who is charged, what the ledger forgot.</summary>
/// <param name="State">Number of the state in the model.</param>
/// <param name="Polled">The task in the middle of a poll that was charged; 0 for none.</param>
/// <param name="Bits">Four bits a task.</param>
internal readonly record struct DriverNode(int State, long Polled, ulong Bits)
{
    private const int Width = 4;
    private const ulong ChargesBit = 4;
    private const ulong RetiredBit = 8;

    internal Wake WakeOf(long id) => (Wake)(Of(id) & 3);

    internal bool Charges(long id) => (Of(id) & ChargesBit) != 0;

    internal bool IsRetired(long id) => (Of(id) & RetiredBit) != 0;

    internal DriverNode WithWake(long id, Wake wake) => With(id, (Of(id) & ~3UL) | (ulong)wake);

    internal DriverNode WithCharges(long id, bool charges) =>
        With(id, charges ? Of(id) | ChargesBit : Of(id) & ~ChargesBit);

    internal DriverNode WithRetired(long id) => With(id, RetiredBit);

    private ulong Of(long id) => (Bits >> (int)(Width * (id - 1))) & 15;

    private DriverNode With(long id, ulong bits)
    {
        int shift = (int)(Width * (id - 1));
        return this with { Bits = (Bits & ~(15UL << shift)) | (bits << shift) };
    }
}

/// <summary>What the driver is asked to do.</summary>
internal enum MoveKind
{
    /// <summary>A request from outside, between polls.</summary>
    Environment,

    /// <summary>A poll of a task, with what its body does first.</summary>
    Poll,

    /// <summary>The body goes on in the same poll.</summary>
    Go,

    /// <summary>The body suspends.</summary>
    Suspend,
}

/// <summary>One thing that the driver is asked to do, with the steps of the model that it then takes at once.</summary>
/// <param name="Kind">What.</param>
/// <param name="Task">The task, 0 for the environment.</param>
/// <param name="Command">The step that the body, or the environment, asks for; none when the driver has all to say.</param>
/// <param name="Edges">The steps, as numbers of edges of the model; none when it leaves the model's bounds.</param>
/// <param name="Target">Where it leads.</param>
internal sealed record DriverMove(MoveKind Kind, long Task, KAction? Command, int[]? Edges, DriverNode Target);

/// <summary>Steps taken one after the other, each with all that its effects make the driver do.</summary>
internal sealed class DriverSteps(ModelGraph graph, DriverNode start)
{
    private readonly List<int> _edges = [];
    private readonly Queue<Effect> _effects = new();
    private State _state = graph.States[start.State];

    internal DriverNode Node { get; private set; } = start;

    /// <summary>Whether the driver took a step that the bounds of the model have no room for.</summary>
    internal bool LeavesModel { get; private set; }

    internal DriverMove Move(MoveKind kind, long task, KAction? command) =>
        new(kind, task, command, LeavesModel ? null : [.. _edges], Node);

    /// <summary>Takes a step and carries out effects until none is left.</summary>
    internal DriverSteps Take(KAction action)
    {
        Apply(action);
        while (_effects.TryDequeue(out Effect effect))
        {
            CarryOut(effect);
        }

        return this;
    }

    /// <summary>Charges a poll, if the task is charged and has something left.</summary>
    internal DriverSteps Charge(long id)
    {
        if (!Node.Charges(id) || !Queries.isActive(_state.Task(id)))
        {
            return this;
        }

        KAction charge = KAction.NewChargePoll(id);
        var result = Kernel.Kernel.step(_state, charge);
        if (result.IsOk)
        {
            return Take(charge);
        }

        if (result.ErrorValue.Premise == Premise.QuotaLimited)
        {
            Node = Node.WithCharges(id, false);
        }

        return this;
    }

    internal DriverSteps Polling(long id)
    {
        Node = Node with { Polled = Node.Charges(id) ? id : Node.Polled };
        return this;
    }

    internal DriverSteps WakeUp(long id)
    {
        Node = Node.WithWake(id, Wake.None);
        return this;
    }

    /// <summary>Lets the driver forget a task that no rule will read again; nothing for 0.</summary>
    internal DriverSteps RetireIfDone(long id)
    {
        if (id == 0)
        {
            return this;
        }

        TaskRecord task = _state.Task(id);
        RegionRecord region = _state.Region(task.Region);
        bool counts = Queries.counts(task) && !task.Observed;
        bool needed = region.Phase != RegionPhase.Closed && (region.Body == id || region.Trigger == id || counts);
        if (task.Phase == TaskPhase.Completed && task.FirstWaiter == 0 && !needed)
        {
            Node = Node.WithRetired(id);
        }

        return this;
    }

    private void Apply(KAction action)
    {
        if (LeavesModel)
        {
            return;
        }

        var result = Kernel.Kernel.step(_state, action);
        Assert.True(result.IsOk, result.IsOk ? "" : $"{graph.Name}: the driver's {action}: {result.ErrorValue}");
        int edge = graph.Edge(Node.State, action);
        if (edge < 0)
        {
            LeavesModel = true;
            _effects.Clear();
            return;
        }

        _edges.Add(edge);
        State before = _state;
        _state = result.ResultValue;
        Node = Node with { State = graph.TargetOf(Node.State, edge) };
        for (long id = before.TaskCount + 1; id <= _state.TaskCount; id++)
        {
            Node = Node.WithCharges(id, _state.Task(id).Polls != Quota.Unlimited);
        }

        if (action is KAction.Checkpoint { task: var sees })
        {
            RetireIfDone(before.Task(sees).Waits.TaskId);
        }

        foreach (Effect effect in _state.Effects)
        {
            _effects.Enqueue(effect);
        }
    }

    private void CarryOut(Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Schedule:
                if (!_state.Task(effect.Task).Waits.IsNone && Node.WakeOf(effect.Task) == Wake.None)
                {
                    Node = Node.WithWake(effect.Task, Wake.Ended);
                }

                break;
            case EffectKind.CancelDelivered:
                TaskRecord task = _state.Task(effect.Task);
                bool visible = task.Phase == TaskPhase.CancelRequested && task.Mask == 0;
                if (visible && task.Waits.IsTask && Node.WakeOf(effect.Task) == Wake.None)
                {
                    Node = Node.WithWake(effect.Task, Wake.Cancelled);
                }

                break;
            case EffectKind.Acknowledged:
                Node = Node.WithCharges(effect.Task, _state.Task(effect.Task).Cleanup != Quota.Unlimited);
                break;
            case EffectKind.TaskCompleted:
                Node = Node.WithCharges(effect.Task, false);
                RetireIfDone(effect.Task);
                break;
            case EffectKind.Advance:
                Advance(effect.Region);
                break;
            case EffectKind.RegionClosed:
                foreach ((long id, TaskRecord one) in _state.Tasks)
                {
                    RetireIfDone(one.Region == effect.Region ? id : 0);
                }

                break;
            default:
                break;
        }
    }

    private void Advance(long id)
    {
        RegionRecord region = _state.Region(id);
        TaskRecord body = _state.Task(region.Body);
        switch (region.Phase)
        {
            case RegionPhase.Open
                when body.Phase == TaskPhase.Completed && (body.Outcome.Severity != Severity.Ok || region.Live == 0):
                Apply(KAction.NewCloseBegin(id));
                break;
            case RegionPhase.Closing:
                Apply(KAction.NewCloseCancelChildren(id));
                break;
            case RegionPhase.Draining when region.Live == 0:
                Apply(KAction.NewCloseChildrenDone(id));
                break;
            case RegionPhase.Finalizing when region.Live == 0 && region.Finalizers > 0:
                Apply(KAction.NewCloseRunFinalizer(id, _state.TaskCount + 1));
                break;
            case RegionPhase.Finalizing when region.Live == 0:
                Apply(KAction.NewCloseComplete(id));
                break;
            default:
                break;
        }
    }
}
