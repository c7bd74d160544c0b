using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;

namespace Asupersync.Tests;

/// <summary>
/// Replays a recorded run by the text of spec/tla: each step is the rule that its line names, with the line's arguments, and changes what
/// was recorded to change and nothing else.
/// </summary>
internal static class SpecificationCheck
{
    /// <summary>
    /// What a check may cost: steps times records. Of a run that would cost more, of a thousand regions inside one another for example,
    /// the beginning is checked.
    /// </summary>
    private const long Affordable = 100_000;

    /// <summary>A checker serves one thread at a time.</summary>
    private static readonly ThreadLocal<TraceChecker> Checker = new(() =>
        Demand(TraceChecker.Load(Demand(Kernel.Explore.Models.find(AppContext.BaseDirectory))))
    );

    /// <summary>Asserts that the specification takes every step.</summary>
    /// <param name="trace">A run that the kernel accepts.</param>
    /// <returns>How many steps were checked.</returns>
    internal static int Accept(Trace trace)
    {
        int count = AffordableSteps(trace.Steps);
        var run = TraceBatch.ofTrace(
            "the recorded run",
            new Trace(trace.Header, ListModule.Truncate(count, trace.Steps))
        );
        Assert.True(run.IsOk, run.IsOk ? "" : $"{run.ErrorValue}");
        TraceVerdict verdict = Demand(Checker.Value!.Check(run.ResultValue));
        Assert.True(verdict.Refusal == "", $"the specification rejects {verdict.Refusal}");
        Assert.Equal(count, verdict.Taken);
        return count;
    }

    private static int AffordableSteps(IEnumerable<TraceStep> steps)
    {
        (int count, long records) = (0, 2);
        foreach (TraceStep step in steps)
        {
            records += step.Action switch
            {
                Kernel.Action.OpenRegion => 2,
                Kernel.Action.Spawn or Kernel.Action.CloseRunFinalizer or Kernel.Action.Reserve => 1,
                _ => 0,
            };
            if ((count + 1) * records > Affordable)
            {
                break;
            }

            count++;
        }

        return count;
    }

    private static T Demand<T>(FSharpResult<T, Problem> result)
    {
        Assert.True(result.IsOk, result.IsOk ? "" : $"{result.ErrorValue}");
        return result.ResultValue;
    }
}
