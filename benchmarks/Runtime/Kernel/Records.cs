using Asupersync.Kernel;

namespace Asupersync.Benchmarks;

/// <summary>The kernel's records by identifier, in plain arrays.</summary>
internal sealed class Records(RegionRecord[] regions, TaskRecord[] tasks, ObligationRecord[] obligations)
{
    internal RegionRecord[] Regions { get; } = regions;

    internal TaskRecord[] Tasks { get; } = tasks;

    internal ObligationRecord[] Obligations { get; } = obligations;

    internal static Records Of(Ledger ledger)
    {
        var records = new Records(
            new RegionRecord[ledger.Regions.Count + 1],
            new TaskRecord[ledger.Tasks.Count + 1],
            new ObligationRecord[ledger.Obligations.Count + 1]
        );
        for (long id = 1; id <= ledger.Regions.Count; id++)
        {
            records.Regions[id] = ledger.Regions[id];
        }

        for (long id = 1; id <= ledger.Tasks.Count; id++)
        {
            records.Tasks[id] = ledger.Tasks[id];
        }

        for (long id = 1; id <= ledger.Obligations.Count; id++)
        {
            records.Obligations[id] = ledger.Obligations[id];
        }

        return records;
    }

    internal Records Copy() => new([.. Regions], [.. Tasks], [.. Obligations]);

    /// <summary>Puts the records of regions and tasks into a ledger that has as many of them.</summary>
    internal void PutBack(Ledger ledger)
    {
        for (long id = 1; id < Regions.Length; id++)
        {
            ledger.Regions.Place(id) = Regions[id];
        }

        for (long id = 1; id < Tasks.Length; id++)
        {
            ledger.Tasks.Place(id) = Tasks[id];
        }
    }

    /// <summary>Puts the records of regions and tasks into arrays as long as these.</summary>
    internal void PutBack(Records records)
    {
        Regions.CopyTo(records.Regions, 0);
        Tasks.CopyTo(records.Tasks, 0);
    }
}
