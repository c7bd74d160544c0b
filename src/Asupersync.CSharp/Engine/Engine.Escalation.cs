using Asupersync.Kernel;
using KAction = Asupersync.Kernel.Action;
using KRules = Asupersync.Kernel.Rules;

namespace Asupersync;

/// <content>What happens when a drain budget or an allowance is spent (docs/rationale.md, D8).</content>
internal sealed partial class Engine
{
    /// <summary>A region's drain budget is spent: names what is left, and escalates.</summary>
    internal void DrainSpent(RegionCell region)
    {
        List<TaskCell> left = [.. LiveBelow(region)];
        if (left.Count == 0)
        {
            // It closes just now. Should its last steps bring up something after all, that gets the budget anew.
            region.StopWatching();
            WatchDrain(region);
            return;
        }

        List<TaskReport> described = left.ConvertAll(Describe);
        string again = region.DrainsAgain ? ", given once more" : "";
        var report = new RuntimeReport(
            "ASUP2101",
            $"{region} was cancelled and did not close within its drain budget of {region.DrainBudget!.Value.TotalMilliseconds:F0} ms{again}. "
                + $"Still alive: {string.Join("; ", described)}. Let these tasks reach a checkpoint, or give them a larger budget.",
            described
        );
        if (Options.Escalation != Escalation.Abandon || region.DrainsAgain)
        {
            Escalate(report, () => AbortHeld(left));
            return;
        }

        Tell(report);
        List<TaskCell> outside = left.FindAll(static task => task.WaitsOutside);
        List<string> aborted = AbortHeld(outside);
        if (aborted.Count > 0)
        {
            DrainAgain(region, outside, aborted);
        }
        else
        {
            AbortHeld(left);
            GiveUp(report);
        }
    }

    /// <summary>Reports, and ends the run or the process when the options say so.</summary>
    /// <param name="report">What to say.</param>
    /// <param name="abort">Aborts what the kernel can before the run is given up.</param>
    internal void Escalate(RuntimeReport report, System.Action abort)
    {
        Tell(report);
        switch (Options.Escalation)
        {
            case Escalation.Abandon:
                abort();
                GiveUp(report);
                break;
            case Escalation.FailFast:
                EndProcess(report);
                GiveUp(report);
                break;
            default:
                break;
        }
    }

    /// <summary>As <see cref="Escalate"/>, from outside, while a task holds the scheduler so that no step can be taken.</summary>
    /// <param name="what">What did not happen in time.</param>
    /// <param name="stuck">The task.</param>
    internal void EscalateHeld(string what, TaskCell stuck)
    {
        TaskReport task = Describe(stuck) with { Waiting = "running without a pause" };
        Escalate(
            new RuntimeReport(
                "ASUP2101",
                $"{what}: {task} holds the scheduler. Let it call Checkpoint or await something.",
                [task]
            ),
            static () => { }
        );
    }

    private void GiveUp(RuntimeReport report) => OnEnd?.Invoke(new DrainExhaustedException(report));

    private void EndProcess(RuntimeReport report)
    {
        try
        {
            Options.FailFast(report);
        }
        catch (Exception exception)
        {
            Tell(new RuntimeReport("ASUP2116", $"FailFast of the options threw: {exception}", []));
        }
    }

    /// <summary>Others may have waited for what was aborted: they get the budget once more.</summary>
    private void DrainAgain(RegionCell region, List<TaskCell> outside, List<string> aborted)
    {
        region.DrainsAgain = true;
        region.StopWatching();
        Tell(
            new RuntimeReport(
                "ASUP2115",
                $"the kernel aborted {string.Join(", ", aborted)}, held by tasks that wait for the outside. If {region} does not close in "
                    + $"another {region.DrainBudget!.Value.TotalMilliseconds:F0} ms, the run is given up.",
                outside.ConvertAll(Describe)
            )
        );
        WatchDrain(region);
    }

    /// <summary>
    /// Aborts what tasks hold that cannot do so themselves, in their name. Refused for a task that waits for a task or region: what that one
    /// holds stays.
    /// </summary>
    /// <returns>What was aborted, by name.</returns>
    private List<string> AbortHeld(List<TaskCell> tasks)
    {
        List<string> aborted = [];
        foreach (TaskCell task in tasks)
        {
            StepContext here = Here;

            // Telling the holders of one may resolve others, and end tasks.
            while (!task.IsCompleted && task.Record.FirstHeld is > 0 and long id)
            {
                IObligationHolder? owner;
                ObligationKind kind = Ledger.Obligations[id].Kind;
                using (Enter(task.Region))
                {
                    if (KRules.Abort.enact(StoreOf(here), task.Id, id) != Premise.None)
                    {
                        if (task.Record.FirstHeld == id)
                        {
                            break;
                        }

                        continue; // The task has just resolved it itself.
                    }

                    owner = Resolved(here, id);
                    task.Region.Admission?.LeaveObligation(task);
                    Took(here, Recording ? KAction.NewAbort(task.Id, id) : null);
                }

                Pump(here);
                aborted.Add($"o{id} ({kind}) of {task}");
                Metrics.ObligationResolved("aborted");
                owner?.OnAborted();
            }
        }

        return aborted;
    }
}
