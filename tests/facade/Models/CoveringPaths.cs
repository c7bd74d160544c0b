namespace Asupersync.Tests.Models;

/// <summary>One step of a path: the node it leaves, and which of that node's steps it is.</summary>
internal readonly record struct PathStep(int Source, int Index);

/// <summary>
/// Paths through a graph that together take every edge, each from node 0: down the tree of shortest paths to an edge that was not taken
/// yet, then along such edges as long as there are any.
/// </summary>
internal static class CoveringPaths
{
    /// <summary>The paths.</summary>
    /// <param name="targets">For every node the nodes that its steps lead to; all are reachable from node 0.</param>
    internal static IEnumerable<PathStep[]> Of(IReadOnlyList<int[]> targets)
    {
        PathStep?[] arrivals = Tree(targets, out List<int> order);
        int[] next = new int[targets.Count];
        bool[][] taken = [.. targets.Select(leaving => new bool[leaving.Length])];
        foreach (int start in order)
        {
            while (Untaken(start) is { } first)
            {
                var path = new List<PathStep>();
                for (PathStep? step = arrivals[start]; step is { } one; step = arrivals[one.Source])
                {
                    path.Add(one);
                    taken[one.Source][one.Index] = true;
                }

                path.Reverse();
                for (PathStep? step = first; step is { } one; step = Untaken(targets[one.Source][one.Index]))
                {
                    path.Add(one);
                    taken[one.Source][one.Index] = true;
                }

                yield return [.. path];
            }
        }

        PathStep? Untaken(int node)
        {
            ref int index = ref next[node];
            while (index < taken[node].Length && taken[node][index])
            {
                index++;
            }

            return index < taken[node].Length ? new PathStep(node, index) : null;
        }
    }

    private static PathStep?[] Tree(IReadOnlyList<int[]> targets, out List<int> order)
    {
        var arrivals = new PathStep?[targets.Count];
        order = [0];
        for (int at = 0; at < order.Count; at++)
        {
            int source = order[at];
            for (int index = 0; index < targets[source].Length; index++)
            {
                int target = targets[source][index];
                if (target != 0 && arrivals[target] is null)
                {
                    arrivals[target] = new PathStep(source, index);
                    order.Add(target);
                }
            }
        }

        return arrivals;
    }
}
