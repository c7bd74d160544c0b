using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Microsoft.FSharp.Core;
using Xunit;
using KAction = Asupersync.Kernel.Action;

namespace Asupersync.Tests.Models;

/// <summary>
/// The whole graph of a model of spec/tla/mc, explored in the kernel. tests/model ties it to the checker's by digests, so a path of it is
/// a behaviour of the specification.
/// </summary>
internal sealed class ModelGraph
{
    private const int Limit = 1_000_000;

    private static readonly string Folder = Demand(Asupersync.Kernel.Explore.Models.find(AppContext.BaseDirectory));

    private readonly List<State> _states = [];
    private readonly List<List<(KAction Action, int Target)>> _steps = [];
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly int[] _firstEdge;

    private ModelGraph(string name)
    {
        Name = name;
        Bounds = Demand(Asupersync.Kernel.Explore.Models.load(Folder, name)).Bounds;
        Exploration found = Explorer.run(Demand(Explorer.search(Bounds, Limit)), new Collector(this));
        Assert.True(found.Verdict.IsComplete, $"{name} has more than {Limit} states");
        _firstEdge = new int[_states.Count + 1];
        for (int state = 0; state < _states.Count; state++)
        {
            _firstEdge[state + 1] = _firstEdge[state] + _steps[state].Count;
        }
    }

    internal string Name { get; }

    internal Bounds Bounds { get; }

    /// <summary>States by number; the initial one is 0, and a state never has a lower number than one on a level above.</summary>
    internal IReadOnlyList<State> States => _states;

    internal int EdgeCount => _firstEdge[^1];

    internal static ModelGraph Of(string name) => new(name);

    /// <summary>The value, or a failed test with the problem's words.</summary>
    internal static T Demand<T>(FSharpResult<T, Problem> result)
    {
        Assert.True(result.IsOk, result.IsOk ? "" : $"{result.ErrorValue}");
        return result.ResultValue;
    }

    /// <summary>What can happen in a state, each with the state it leads to.</summary>
    internal IReadOnlyList<(KAction Action, int Target)> Steps(int state) => _steps[state];

    /// <summary>The number of a state, or -1 when the model does not have it.</summary>
    internal int NumberOf(State state) => _numbers.GetValueOrDefault(state.Fingerprint, -1);

    /// <summary>The number of the step that takes an action in a state, counted over the whole graph; -1 when there is none.</summary>
    internal int Edge(int state, KAction action)
    {
        List<(KAction Action, int Target)> steps = _steps[state];
        for (int index = 0; index < steps.Count; index++)
        {
            if (steps[index].Action.Tag == action.Tag && steps[index].Action.Equals(action))
            {
                return _firstEdge[state] + index;
            }
        }

        return -1;
    }

    /// <summary>The state that a step leads to.</summary>
    internal int TargetOf(int state, int edge) => _steps[state][edge - _firstEdge[state]].Target;

    /// <summary>How many steps each rule has, among those that the filter lets through.</summary>
    internal SortedDictionary<RuleName, int> ByRule(Func<int, bool> counts)
    {
        var byRule = new SortedDictionary<RuleName, int>();
        for (int state = 0; state < _states.Count; state++)
        {
            for (int index = 0; index < _steps[state].Count; index++)
            {
                if (counts(_firstEdge[state] + index))
                {
                    RuleName rule = _steps[state][index].Action.Rule;
                    byRule[rule] = byRule.GetValueOrDefault(rule) + 1;
                }
            }
        }

        return byRule;
    }

    private sealed class Collector(ModelGraph graph) : IWatcher
    {
        public Visit State(int number, int depth, State state)
        {
            graph._states.Add(state);
            graph._steps.Add([]);
            graph._numbers.Add(state.Fingerprint, number);
            return Visit.Expand;
        }

        public void Edge(Edge edge) => graph._steps[edge.Source].Add((edge.Action, edge.Target));
    }
}
