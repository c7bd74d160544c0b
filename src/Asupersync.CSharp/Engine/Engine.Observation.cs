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

    /// <summary>Counts the requests that the last step entailed: those of a failure or a spent quota, which nobody asked for.</summary>
    private void CountEntailedCancels()
    {
        foreach (Consequence consequence in Ledger.Consequences)
        {
            if (consequence.Rule == RuleName.CancelRequest)
            {
                CancelReason reason = consequence.OnRegion
                    ? Ledger.Regions[consequence.Subject].Reason
                    : Ledger.Tasks[consequence.Subject].Reason;
                Metrics.CancelRequested(reason.Kind);
            }
        }
    }
}
