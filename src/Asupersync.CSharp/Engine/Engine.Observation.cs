using Asupersync.Kernel;

namespace Asupersync;

/// <content>What measurements read.</content>
internal sealed partial class Engine
{
    /// <summary>Tasks that have not ended and regions that are not closed. Other threads get roughly that.</summary>
    internal (long Tasks, long Regions) CountLive()
    {
        long tasks = 0;
        long regions = 0;
        foreach (long id in Ledger.Regions.Kept())
        {
            RegionRecord region = Ledger.Regions[id];
            if (region.Phase != RegionPhase.Closed)
            {
                tasks += region.Live;
                regions++;
            }
        }

        return (tasks, regions);
    }

    /// <summary>Tasks in a lane, of all workers. Other threads get roughly that.</summary>
    internal long LengthOf(Lane lane)
    {
        long length = 0;
        foreach (Worker worker in Scheduler.Workers)
        {
            length += (worker.Lanes as ThreeLaneQueue)?.LengthOf(lane) ?? 0;
        }

        return length;
    }

    /// <summary>Notes that the phase of a region may have changed, or a request come; for reports and admission.</summary>
    private void Note(RegionCell? region)
    {
        if (region is not null)
        {
            using (Enter(region))
            {
                region.Note(Scheduler.Moment);
            }
        }
    }

    /// <summary>Notes the requests that the last step entailed: those of a failure or a spent quota, which nobody asked for.</summary>
    private void NoteEntailedCancels(StepContext here)
    {
        foreach (Consequence consequence in here.Consequences)
        {
            if (Metrics.CountsCancels && consequence.Rule == RuleName.CancelRequest)
            {
                CancelReason reason = consequence.OnRegion
                    ? Ledger.Regions[consequence.Subject].Reason
                    : Ledger.Tasks[consequence.Subject].Reason;
                here.Entailed.Add(reason.Kind);
            }
        }
    }

    private static void CountEntailedCancels(StepContext here)
    {
        foreach (CancelKind kind in here.Entailed)
        {
            Metrics.CancelRequested(kind);
        }

        here.Entailed.Clear();
    }
}
