using Microsoft.FSharp.Core;

namespace EchoServer.SelfTest;

/// <summary>The recorded run, taken again by the pure kernel.</summary>
internal sealed class Replay
{
    private readonly State? _state;

    internal Replay(string trace)
    {
        FSharpResult<Trace, TraceError> read = TraceJson.readText(trace);
        if (read.IsError)
        {
            Problem = read.ErrorValue.ToString();
            return;
        }

        Labels = read.ResultValue.Steps.Length;
        FSharpResult<State, TraceError> replayed = TraceModule.replay(read.ResultValue);
        if (replayed.IsError)
        {
            Problem = replayed.ErrorValue.ToString();
            return;
        }

        _state = replayed.ResultValue;
    }

    /// <summary>Why the kernel did not accept the trace, or null.</summary>
    internal string? Problem { get; }

    internal int Labels { get; }

    internal ulong Fingerprint => _state?.Fingerprint ?? 0;

    /// <summary>Obligations by how they ended.</summary>
    internal string Obligations =>
        Counts(_state?.Obligations.Select(entry => entry.Item2.Phase.ToString()) ?? [], "none");

    /// <summary>The regions as they closed, with the outcomes of their tasks, one line each, children below their parents.</summary>
    internal IEnumerable<string> RegionTree() => _state is { } state ? Below(state, 0, "") : [];

    private static IEnumerable<string> Below(State state, long owner, string indent)
    {
        foreach ((long id, RegionRecord region) in state.Regions)
        {
            long parent = region.Owner == 0 ? 0 : state.Task(region.Owner).Region;
            if (parent != owner)
            {
                continue;
            }

            string opener = region.Owner == 0 ? "" : $", opened by t{region.Owner}";
            string reason = region.Reason is { } why ? $", cancelled: {why}" : "";
            string tasks = Counts(
                state.Tasks.Where(task => task.Item2.Region == id).Select(task => $"{task.Item2.Outcome.Severity}"),
                "no task"
            );
            yield return $"{indent}r{id} {region.Phase} {region.Outcome.Severity}{opener}: {tasks}{reason}";
            foreach (string line in Below(state, id, indent + "  "))
            {
                yield return line;
            }
        }
    }

    private static string Counts(IEnumerable<string> words, string none)
    {
        IEnumerable<string> counts = words
            .GroupBy(word => word)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key}");
        string all = string.Join(", ", counts);
        return all.Length == 0 ? none : all;
    }
}
