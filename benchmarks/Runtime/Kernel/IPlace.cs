using Asupersync.Kernel;

namespace Asupersync.Benchmarks;

/// <summary>Where hand-written steps find records. Structs, so that the steps are compiled for their place.</summary>
internal interface IPlace
{
    /// <summary>The highest identifier of a task.</summary>
    long Tasks { get; }

    /// <summary>The highest identifier of an obligation.</summary>
    long Obligations { get; }

    ref RegionRecord Region(long id);

    ref TaskRecord Task(long id);

    ref ObligationRecord Obligation(long id);
}

/// <summary>Plain arrays.</summary>
internal readonly struct InArrays(Records records) : IPlace
{
    private readonly RegionRecord[] _regions = records.Regions;
    private readonly TaskRecord[] _tasks = records.Tasks;
    private readonly ObligationRecord[] _obligations = records.Obligations;

    public long Tasks => _tasks.Length - 1;

    public long Obligations => _obligations.Length - 1;

    public ref RegionRecord Region(long id) => ref _regions[id];

    public ref TaskRecord Task(long id) => ref _tasks[id];

    public ref ObligationRecord Obligation(long id) => ref _obligations[id];
}

/// <summary>The engine's pages, which can be dropped one by one.</summary>
internal readonly struct InPages(Ledger ledger) : IPlace
{
    public long Tasks => ledger.Tasks.Count;

    public long Obligations => ledger.Obligations.Count;

    public ref RegionRecord Region(long id) => ref ledger.Regions.ForChange(id);

    public ref TaskRecord Task(long id) => ref ledger.Tasks.ForChange(id);

    public ref ObligationRecord Obligation(long id) => ref ledger.Obligations.ForChange(id);
}
