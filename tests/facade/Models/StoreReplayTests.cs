using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Xunit;
using Xunit.Abstractions;
using KAction = Asupersync.Kernel.Action;
using KernelStep = System.Func<
    Asupersync.Kernel.State,
    Asupersync.Kernel.Action,
    Microsoft.FSharp.Core.FSharpResult<Asupersync.Kernel.State, Asupersync.Kernel.Refusal>
>;

namespace Asupersync.Tests.Models;

/// <summary>
/// Paths that take every step of a model, through both stores; in every state also all that the model's bounds let try and the rules
/// refuse there.
/// </summary>
public sealed class StoreReplayTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("MCTiny")]
    [InlineData("MCFinalizer")]
    [InlineData("MCSibling")]
    [InlineData("MCQuota")]
    [InlineData("MCNested")]
    [InlineData("MCDeep")]
    [InlineData("MCCollect")]
    [InlineData("MCCancelStorm")]
    [InlineData("MCNestedMasks")]
    [InlineData("MCTwoFinalizers")]
    [InlineData("MCNestedQuota")]
    [InlineData("MCOutsider")]
    public void Both_stores_take_and_refuse_the_same_on_paths_over_every_edge(string model)
    {
        ModelGraph graph = ModelGraph.Of(model);
        (int paths, long steps, int edges, long refused) = Replay(graph, Kernel.Kernel.step);
        Assert.Equal(graph.EdgeCount, edges);
        Assert.True(refused > graph.States.Count, "in every state some action is refused");
        output.WriteLine(
            $"{model}: {graph.States.Count} states, {edges} edges on {paths} paths of {steps} steps, {refused} refusals"
        );
    }

    [Theory]
    [InlineData(Premise.NotMasked)]
    [InlineData(Premise.IsHolder)]
    [InlineData(Premise.SpendMask)]
    [InlineData(Premise.ResolveHeld)]
    [InlineData(Premise.CancelReachesTasks)]
    public void A_fault_in_one_of_the_stores_is_noticed(Premise dropped)
    {
        ModelGraph graph = ModelGraph.Of("MCTiny");
        var found = Assert.Throws<Xunit.Sdk.XunitException>(() =>
            Replay(graph, (state, action) => Kernel.Kernel.stepDropping(dropped, state, action))
        );
        output.WriteLine($"without {dropped}: {found.Message}");
    }

    [Fact]
    public void Covering_paths_take_every_edge_from_the_first_node()
    {
        int[][] targets =
        [
            [1, 2, 0],
            [3],
            [3, 1],
            [],
        ];
        var taken = new HashSet<PathStep>();
        foreach (PathStep[] path in CoveringPaths.Of(targets))
        {
            int at = 0;
            foreach (PathStep step in path)
            {
                Assert.Equal(at, step.Source);
                at = targets[at][step.Index];
                taken.Add(step);
            }
        }

        Assert.Equal(targets.Sum(leaving => leaving.Length), taken.Count);
    }

    private static (int Paths, long Steps, int Edges, long Refused) Replay(ModelGraph graph, KernelStep step)
    {
        var candidates = new Candidates(graph.Bounds);
        bool[] tried = new bool[graph.States.Count];
        var edges = new HashSet<PathStep>();
        (int paths, long steps, long refused) = (0, 0, 0);
        var targets = new int[graph.States.Count][];
        for (int state = 0; state < targets.Length; state++)
        {
            targets[state] = [.. graph.Steps(state).Select(one => one.Target)];
        }

        foreach (PathStep[] path in CoveringPaths.Of(targets))
        {
            paths++;
            var stores = new StoreReplay(graph.Bounds, graph.States[0], step);
            foreach (PathStep one in path)
            {
                refused += TryTheRest(one.Source, stores);
                (KAction action, int target) = graph.Steps(one.Source)[one.Index];
                Assert.True(stores.Take(action));
                Assert.Equal(graph.States[target].Fingerprint, stores.Current.Fingerprint);
                edges.Add(one);
                steps++;
            }

            refused += TryTheRest(targets[path[^1].Source][path[^1].Index], stores);
            stores.CompareRecords();
        }

        return (paths, steps, edges.Count, refused);

        long TryTheRest(int state, StoreReplay stores)
        {
            if (tried[state])
            {
                return 0;
            }

            tried[state] = true;
            long count = 0;
            foreach (KAction action in candidates.Of(graph.States[state]))
            {
                if (graph.Edge(state, action) < 0)
                {
                    Assert.False(stores.Take(action));
                    count++;
                }
            }

            return count;
        }
    }
}
