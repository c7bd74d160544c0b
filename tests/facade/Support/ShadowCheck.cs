using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests;

/// <summary>
/// Replays a recorded run through the pure kernel: every label is accepted, no property of docs/semantics.md is violated in any state or
/// step, and the state it ends in is the runtime's own. Then the specification itself has to accept the run.
/// </summary>
internal static class ShadowCheck
{
    /// <summary>
    /// What checking states may cost: a check costs regions times tasks. Small runs have every state checked, large ones the last and
    /// some on the way.
    /// </summary>
    private const long Affordable = 1_000_000;

    /// <summary>Replays the trace.</summary>
    /// <param name="text">The trace as NDJSON.</param>
    /// <returns>The labels and the last state.</returns>
    internal static (IReadOnlyList<TraceStep> Steps, State Final) Replay(string text)
    {
        var read = TraceJson.readText(text);
        Assert.True(read.IsOk, read.IsOk ? "" : $"{read.ErrorValue}");
        Trace trace = read.ResultValue;
        State state = TraceModule.initial(trace.Header);
        TraceStep[] steps = [.. trace.Steps];
        long distance = Distance(steps);
        CheckState(state, "the initial state");
        foreach (TraceStep step in steps)
        {
            var accepted = TraceModule.accept(state, step);
            Assert.True(accepted.IsOk, accepted.IsOk ? "" : $"{accepted.ErrorValue}, at {step.Action}");
            State next = accepted.ResultValue;
            if (step.Sequence % distance == 0 || step.Sequence == steps.Length)
            {
                CheckState(next, $"step {step.Sequence}, {step.Action}");
                AssertNone(StepProperties.violations(state, next), $"step {step.Sequence}, {step.Action}");
            }

            state = next;
        }

        SpecificationCheck.Accept(trace);
        return (steps, state);
    }

    /// <summary>Asserts that everything of an ended run is over.</summary>
    /// <param name="final">The last state.</param>
    internal static void AssertQuiescent(State final)
    {
        Assert.All(final.Regions, region => Assert.Equal(RegionPhase.Closed, region.Item2.Phase));
        Assert.All(final.Tasks, task => Assert.Equal(TaskPhase.Completed, task.Item2.Phase));
        Assert.All(final.Obligations, one => Assert.NotEqual(ObligationPhase.Reserved, one.Item2.Phase));
    }

    private static long Distance(TraceStep[] steps)
    {
        long regions = 1 + steps.Count(step => step.Action.IsOpenRegion);
        long tasks = regions + steps.Count(step => step.Action.IsSpawn || step.Action.IsCloseRunFinalizer);
        return Math.Max(1, steps.Length / Math.Max(1, Affordable / (regions * tasks)));
    }

    private static void CheckState(State state, string where) => AssertNone(Invariants.violations(state), where);

    private static void AssertNone(IEnumerable<Violation> violations, string where) =>
        Assert.True(!violations.Any(), $"{where}: {string.Join(", ", violations)}");
}
