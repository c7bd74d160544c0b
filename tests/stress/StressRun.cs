using System.Diagnostics;
using Asupersync.Kernel;

namespace Asupersync.Stress;

/// <summary>Runs the program of a scenario, and checks what holds of every run.</summary>
internal static class StressRun
{
    // A leaked obligation, what was thrown where nobody can await it: scenarios do that on purpose and count it.
    private static readonly string[] Expected = ["ASUP2105", "ASUP2106"];

    // No scenario has a part of this number.
    private const ulong WidePart = ulong.MaxValue - 1;

    /// <summary>
    /// Runs a program to its end, which comes in time, with no report of the runtime that speaks of a bug, and with nothing left over.
    /// </summary>
    /// <param name="load">Workers, shadow mode, limits.</param>
    /// <param name="counts">What the program counts by itself.</param>
    /// <param name="body">The program.</param>
    /// <returns>How it ended.</returns>
    internal static async Task<Outcome<bool>> Of(Load load, Counts counts, Func<Cx, Work> body)
    {
        WideSteps? wide = load.IsWide ? new WideSteps(load.Random(WidePart)) : null;
        var reports = new List<RuntimeReport>();
        RunSummary? summary = null;
        RunHandle<bool> run = AsupRuntime.Start(
            async cx =>
            {
                counts.Add("bodies begun");
                try
                {
                    await body(cx);
                    await MustForget(cx, load);
                }
                finally
                {
                    counts.Add("bodies ended");
                }
            },
            new RuntimeOptions
            {
                Workers = load.Workers,
                Shadow = load.Shadow,
                RandomSeed = load.Seed,
                DrainBudget = load.Limit / 2,
                OnClosed = ended => summary = ended,
                BeforeNumber = wide is null ? null : _ => wide.Keep(),
                BetweenSteps = wide is null ? null : _ => wide.Keep(),
                Report = report =>
                {
                    counts.Add(report.Code);
                    lock (reports)
                    {
                        reports.Add(report);
                    }
                },
            }
        );
        Outcome<bool> outcome = await Ended(load, counts, run);
        lock (reports)
        {
            if (reports.Find(report => !Expected.Contains(report.Code)) is { } report)
            {
                throw new StressFailure($"{report.Code}: {report.Message}; {load}, counted {counts}");
            }
        }

        counts.MustBeEqual("bodies begun", "bodies ended");
        if (summary is null || summary.OpenObligations != 0)
        {
            throw new StressFailure($"obligations are open: {summary}; {load}, counted {counts}");
        }

        return outcome;
    }

    /// <summary>The program's own task is the last one: the ledger has forgotten all others, as soon as the workers are through with them.</summary>
    private static async Work MustForget(Cx cx, Load load)
    {
        RecordTable<TaskRecord, TaskBurial, TaskCell> tasks = cx.Cell.Engine.Ledger.Tasks;
        long began = Stopwatch.GetTimestamp();
        while (tasks.Kept().Count(id => tasks.Find(id).Cell is not null) is > 1 and int kept)
        {
            if (Stopwatch.GetElapsedTime(began) > load.Limit / 4)
            {
                throw new StressFailure($"the ledger keeps {kept} tasks, of which one is alive; {load}");
            }

            await cx.Sleep(TimeSpan.FromMilliseconds(1));
        }
    }

    private static async Task<Outcome<bool>> Ended(Load load, Counts counts, RunHandle<bool> run)
    {
        try
        {
            return await run.Completion.WaitAsync(load.Limit);
        }
        catch (TimeoutException)
        {
            string why = await run.Explain();
            run.Cancel("it hangs");
            throw new StressFailure($"still running after {load.Limit}; {load}, counted {counts}\n{why}");
        }
    }
}
