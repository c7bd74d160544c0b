using System.Diagnostics;
using Asupersync.Kernel;

namespace Asupersync;

/// <content>What the runtime tells people: spent allowances, faults, deadlock.</content>
internal sealed partial class Engine
{
    private static readonly TimeSpan LongestListener = TimeSpan.FromSeconds(1);
    private bool _deadlocked;

    /// <summary>Told when the run ended, with the reason when it was abandoned.</summary>
    internal Action<AsupersyncException?>? OnEnd { get; set; }

    /// <summary>Whether a token outside the runtime may still cancel the root, so that standing still is no deadlock.</summary>
    internal bool CanBeCancelledFromOutside { get; set; }

    /// <summary>Hands a report to the program. From any thread.</summary>
    internal void Tell(RuntimeReport report)
    {
        Log?.Told(report);
        if (Options.Report is not { } tell)
        {
            if (Log is null)
            {
                Console.Error.WriteLine($"asupersync {report.Code}: {report.Message}");
            }

            return;
        }

        try
        {
            tell(report);
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(
                $"asupersync ASUP2109: the report handler threw while it was told {report.Code}: {exception}"
            );
        }
    }

    /// <summary>An exception from a posted callback of the task, most likely from <c>async void</c>: a panic of the task.</summary>
    internal void FaultFromPosted(TaskCell cell, Exception exception)
    {
        Tell(
            new RuntimeReport(
                "ASUP2106",
                $"{cell} has an exception that nobody can await, from async void, a posted callback, a listener of its token or a timer: {exception}. Return Work or Task, or catch it there.",
                [Describe(cell)]
            )
        );
        if (!cell.IsCompleted)
        {
            Cancel(null, Target.Task(cell.Id), CancelKind.LinkedExit, "code of the task that nobody awaits failed");
        }
    }

    /// <summary>What the options say of an exception; a rule of theirs that throws has found a defect of its own.</summary>
    private bool IsPanic(Exception error)
    {
        try
        {
            return Options.IsPanic(error);
        }
        catch (Exception exception)
        {
            Tell(
                new RuntimeReport(
                    "ASUP2113",
                    $"IsPanic of the options threw; {error.GetType()} counts as a panic: {exception}",
                    []
                )
            );
            return true;
        }
    }

    /// <summary>What is known of a task. Other threads may read slightly stale values.</summary>
    internal TaskReport Describe(TaskCell cell) =>
        new(
            cell.Id,
            cell.Name,
            cell.Record.Phase,
            Scheduler.Between(cell.CreatedAt, Scheduler.MomentNow()),
            cell.LastCheckpoint,
            WaitOf(cell)
        )
        {
            AwaitSite = cell.AwaitSite,
        };

    /// <summary>What a task waits for, in words.</summary>
    private string WaitOf(TaskCell cell) =>
        Scheduler.IsPolling(cell)
            ? "running"
            : cell.Waiting
                ?? (
                    cell.ForeignOutstanding > 0 ? "awaits something outside the runtime"
                    : cell.Sleeps ? "sleeps"
                    : cell.ArmedWaits > 0 ? "waits"
                    : "ready"
                );

    private void Unhandled(Exception exception) =>
        Tell(new RuntimeReport("ASUP2107", $"an exception reached the scheduler: {exception}", []));

    private void ReportAllowanceSpent(TaskCell cell)
    {
        if (cell.Rare.Escalated)
        {
            return;
        }

        cell.Rare.Escalated = true;
        TaskReport task = Describe(cell);
        Escalate(
            new RuntimeReport(
                "ASUP2102",
                $"{cell} has spent its allowance of polls for clean-up and goes on: {task}. Make its clean-up shorter.",
                [task]
            ),
            () => AbortHeld([cell])
        );
    }

    private IEnumerable<TaskCell> LiveBelow(RegionCell region)
    {
        foreach (long id in Ledger.Tasks.Kept().Reverse())
        {
            if (
                Ledger.Tasks.Find(id).Cell is { IsCompleted: false } cell
                && Queries.isInside(StoreOf(Here), id, region.Id)
            )
            {
                yield return cell;
            }
        }
    }

    private void WatchDrain(RegionCell region)
    {
        if (region.DrainBudget is { } budget && !region.IsWatched && region.Record.Phase != RegionPhase.Closed)
        {
            var watch = new DrainWatch(this, region, budget);
            if (!region.TryWatch(watch))
            {
                watch.Dispose();
            }
        }
    }

    /// <summary>Nothing can ever run again, yet tasks are alive: names what each waits for, and cancels the root so that the run ends.</summary>
    private void Stalled()
    {
        List<TaskReport> left = [.. LiveBelow(RegionOf(1)!).Select(Describe)];
        if (left.Count == 0 || CanBeCancelledFromOutside)
        {
            return;
        }

        var report = new RuntimeReport(
            "ASUP2108",
            $"deadlock: nothing is runnable and nothing outside can wake a task. {string.Join("; ", left)}. The root region is cancelled.",
            left
        );
        Tell(report);
        if (!_deadlocked)
        {
            _deadlocked = true;
            Cancel(null, Target.Region(1), CancelKind.ResourceUnavailable, "deadlock");
            if (!Scheduler.IsStalled)
            {
                return;
            }
        }

        // The request wakes nobody, or those that it woke have come to the same.
        OnEnd?.Invoke(new DrainExhaustedException(report));
    }

    private void TellClosed()
    {
        if (Options.OnClosed is not { } tell)
        {
            return;
        }

        try
        {
            tell(
                new RunSummary
                {
                    Tasks = Ledger.Tasks.Count,
                    Regions = Ledger.Regions.Count,
                    Obligations = Ledger.Obligations.Count,
                    OpenObligations = (int)OpenObligations,
                    Leaks = Leaks,
                    Polls = Scheduler.Polls,
                    ForeignAwaits = Scheduler.ForeignAwaits.Snapshot(),
                    Fingerprint = Ledger.Fingerprint,
                    Seed = Seed,
                    Elapsed = TimeSpan.FromTicks(Now),
                }
            );
        }
        catch (Exception exception)
        {
            Tell(new RuntimeReport("ASUP2112", $"the OnClosed handler threw: {exception}", []));
        }
    }

    private void RootClosed(RegionCell root)
    {
        _pollWatch?.Dispose();
        WaitForOthers();
        EndRecord();
        TellClosed();
        OnEnd?.Invoke(null);
    }

    /// <summary>
    /// Another worker may still carry out what its last step asked for, such as the report of a leak; that belongs before the end of the
    /// run. A listener that takes longer than a second is not waited for.
    /// </summary>
    private void WaitForOthers()
    {
        if (!Concurrent)
        {
            return;
        }

        long began = Stopwatch.GetTimestamp();
        foreach (Worker worker in Scheduler.Workers)
        {
            var context = (StepContext)worker.Context!;
            SpinWait spin = default;
            while (context != Here && !context.IsCarriedOut && Stopwatch.GetElapsedTime(began) < LongestListener)
            {
                spin.SpinOnce();
            }
        }
    }
}
