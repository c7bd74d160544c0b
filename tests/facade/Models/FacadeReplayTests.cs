using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Xunit;
using Xunit.Abstractions;
using KAction = Asupersync.Kernel.Action;

namespace Asupersync.Tests.Models;

/// <summary>
/// Paths that take every step of a model that the facade can take (<see cref="FacadePolicy"/>), through the facade itself. What it
/// records is walked through the model's graph.
/// </summary>
public sealed class FacadeReplayTests(ITestOutputHelper output)
{
    /// <summary>The models, each with the number of its steps that the facade takes at least.</summary>
    public static TheoryData<string, int> Floors =>
        new()
        {
            { "MCTiny", 5_500 },
            { "MCFinalizer", 4_100 },
            { "MCSibling", 19_600 },
            { "MCQuota", 12_800 },
            { "MCNested", 17_900 },
            { "MCDeep", 46_600 },
            { "MCCollect", 112_500 },
            { "MCCancelStorm", 131_100 },
            { "MCNestedMasks", 1_400 },
            { "MCTwoFinalizers", 63_000 },
            { "MCNestedQuota", 13_700 },
            { "MCOutsider", 1_200 },
        };

    [Theory]
    [MemberData(nameof(Floors))]
    public void The_facade_takes_every_edge_that_its_driver_can_take(string model, int floor)
    {
        ModelGraph graph = ModelGraph.Of(model);
        var policy = new FacadePolicy(graph);
        HashSet<int> possible = policy.Edges;
        var taken = new HashSet<int>();
        (int paths, int steps) = (0, 0);
        foreach (PathStep[] path in CoveringPaths.Of(policy.Targets))
        {
            DriverMove[] moves = [.. path.Select(step => policy.Moves(step.Source)[step.Index])];
            List<int> walk = Replay(graph, graph.Bounds, policy, moves, longPolls: paths % 2 == 1);
            Assert.Equal(moves.SelectMany(move => move.Edges!), walk);
            taken.UnionWith(walk);
            paths++;
            steps += walk.Count;
        }

        Assert.Equal(possible.Count, taken.Count);
        output.WriteLine(
            $"{model}: {taken.Count} of {graph.EdgeCount} edges on {paths} paths of {steps} steps, {policy.Nodes.Count} nodes, {policy.Beyond} beyond the bounds"
        );
        SortedDictionary<RuleName, int> byRule = graph.ByRule(taken.Contains);
        foreach ((RuleName rule, int all) in graph.ByRule(_ => true))
        {
            output.WriteLine($"  {rule, -20} {byRule.GetValueOrDefault(rule), 7} of {all, 7}");
        }

        Assert.True(taken.Count >= floor, $"{taken.Count} edges, at least {floor} were taken before");
    }

    [Fact]
    public void A_trace_that_is_no_path_of_the_model_is_noticed()
    {
        ModelGraph graph = ModelGraph.Of("MCTiny");
        using var run = new SteeredRun(graph.Bounds);
        run.Poll(1, [KAction.NewSpawn(1, 1, 2, BudgetModule.unlimited)]);
        run.Poll(2, [KAction.NewReserve(2, 1, ObligationKind.Lease), KAction.NewComplete(2, OutcomeModule.ok)]);
        Assert.Equal(5, Walk(graph, run.Trace).Count);

        TraceStep[] steps = [.. TraceJson.readText(run.Trace).ResultValue.Steps];
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Walk(graph, [.. steps[..3], steps[4]]));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Walk(graph, [.. steps[..2], steps[3], steps[2]]));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Walk(graph, [.. steps[..4], Hashed(steps[4], steps[3])]));

        static TraceStep Hashed(TraceStep step, TraceStep hash) =>
            new(step.Sequence, step.At, step.Action, step.Consequences, hash.Fingerprint);
    }

    [Theory]
    [InlineData("MCQuota", 0)]
    [InlineData("MCQuota", 2)]
    [InlineData("MCNested", 1)]
    public void A_facade_under_other_limits_than_the_model_is_noticed(string model, int allowance)
    {
        ModelGraph graph = ModelGraph.Of(model);
        Bounds other = ModelGraph.Demand(
            BoundsModule.set("LimitedAllowance", CfgValue.NewNumber(allowance), graph.Bounds)
        );
        var policy = new FacadePolicy(graph);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
        {
            foreach (PathStep[] path in CoveringPaths.Of(policy.Targets))
            {
                Replay(graph, other, policy, [.. path.Select(step => policy.Moves(step.Source)[step.Index])], false);
            }
        });
    }

    /// <summary>Drives the facade along the moves.</summary>
    /// <returns>The edges of the model that its trace takes.</returns>
    private static List<int> Replay(
        ModelGraph graph,
        Bounds bounds,
        FacadePolicy policy,
        DriverMove[] moves,
        bool longPolls
    )
    {
        using var run = new SteeredRun(bounds);
        var commands = new List<KAction>();
        for (int index = 0; index < moves.Length; index++)
        {
            DriverMove move = moves[index];
            if (move.Kind == MoveKind.Environment)
            {
                run.Request((KAction.CancelRequest)move.Command!);
            }
            else
            {
                if (move.Command is { } command)
                {
                    commands.Add(command);
                }

                bool isLast = index == moves.Length - 1;
                if (!isLast && (move.Target.Polled != 0 || (longPolls && GoesOn(move, moves[index + 1]))))
                {
                    continue;
                }

                run.Poll(move.Task, commands);
                commands.Clear();
            }

            Assert.Equal(graph.States[move.Target.State].Fingerprint, run.Fingerprint);
            Assert.Equal(policy.Ready(move.Target), run.Ready);
        }

        CompareOutcomes(graph.States[moves[^1].Target.State], run);
        return Walk(graph, run.Trace);
    }

    /// <summary>Whether the next move is of the same body, which need not have suspended before it.</summary>
    private static bool GoesOn(DriverMove move, DriverMove next) =>
        next.Kind == MoveKind.Poll
        && next.Task == move.Task
        && next.Command is not null
        && move.Command is not (KAction.OpenRegion or KAction.JoinBlock);

    private static List<int> Walk(ModelGraph graph, string text)
    {
        var read = TraceJson.readText(text);
        Assert.True(read.IsOk, read.IsOk ? "" : $"{read.ErrorValue}");
        return Walk(graph, read.ResultValue.Steps);
    }

    /// <summary>The edges that the recorded steps take, one after the other, from the initial state.</summary>
    private static List<int> Walk(ModelGraph graph, IEnumerable<TraceStep> steps)
    {
        var edges = new List<int>();
        int state = 0;
        foreach (TraceStep step in steps)
        {
            int edge = graph.Edge(state, step.Action);
            Assert.True(
                edge >= 0,
                $"step {step.Sequence}, {Label.text(step.Action)}: the model has no such step there"
            );
            edges.Add(edge);
            state = graph.TargetOf(state, edge);
            Assert.Equal(graph.States[state].Fingerprint, step.Fingerprint.Value);
        }

        return edges;
    }

    private static void CompareOutcomes(State state, SteeredRun run)
    {
        foreach ((long id, TaskRecord task) in state.Tasks)
        {
            AssertSame(task.Outcome, run.OutcomeOf(id));
        }

        RegionRecord root = state.Region(1);
        if (root.Phase == RegionPhase.Closed)
        {
            AssertSame(root.Outcome, run.RootOutcome(root.Outcome));
        }
    }

    private static void AssertSame(Kernel.Outcome kernel, Outcome<Nothing>? facade)
    {
        Severity severity = facade switch
        {
            null => Severity.None,
            Outcome<Nothing>.Ok => Severity.Ok,
            Outcome<Nothing>.Err => Severity.Err,
            Outcome<Nothing>.Cancelled => Severity.Cancelled,
            _ => Severity.Panicked,
        };
        Assert.Equal(kernel.Severity, severity);
        if (facade is Outcome<Nothing>.Cancelled cancelled)
        {
            Assert.Equal(kernel.Reason, cancelled.Reason);
        }
    }
}
