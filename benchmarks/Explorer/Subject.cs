using Asupersync.Kernel.Explore;
using Microsoft.FSharp.Core;

namespace Asupersync.Benchmarks;

/// <summary>The searches of this repository.</summary>
internal static class Subject
{
    private const int Limit = 20_000_000;

    /// <summary>One search: states, steps, seconds on the clock and of processor time, bytes a state.</summary>
    internal readonly record struct Run(long States, long Edges, double Seconds, double Cpu, double Bytes)
    {
        internal double StatesPerSecond => States / Seconds;

        internal double EdgesPerSecond => Edges / Seconds;
    }

    /// <summary>The value, or an exception with the problem's words.</summary>
    internal static T Demand<T>(FSharpResult<T, Problem> result) =>
        result.IsOk ? result.ResultValue : throw new InvalidOperationException(result.ErrorValue.ToString());

    /// <summary>On packed states.</summary>
    internal static Run Packed(Bounds bounds, int threads)
    {
        double before = Machine.OwnSeconds();
        Census found = Demand(CensusModule.take(CensusModule.options(bounds, Limit, threads)));
        return new Run(
            found.States,
            found.Edges,
            found.Seconds,
            Machine.OwnSeconds() - before,
            (double)found.Bytes / found.States
        );
    }

    /// <summary>On persistent states, in breadth-first order.</summary>
    internal static Run Persistent(Bounds bounds)
    {
        Search search = Demand(Asupersync.Kernel.Explore.Explorer.search(bounds, Limit));
        double before = Machine.OwnSeconds();
        Exploration found = Asupersync.Kernel.Explore.Explorer.run(
            search,
            Asupersync.Kernel.Explore.Explorer.unwatched
        );
        return new Run(found.States, found.Edges, found.Seconds, Machine.OwnSeconds() - before, double.NaN);
    }
}
