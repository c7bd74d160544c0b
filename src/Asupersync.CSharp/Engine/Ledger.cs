using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Σ in place: the records that the kernel's rules read and write through <see cref="LedgerStore"/>. With several workers the gate of its
/// region guards each record (docs/rationale.md, D42).
/// </summary>
internal sealed class Ledger
{
    internal readonly RecordTable<RegionRecord, RegionBurial, RegionCell> Regions;
    internal readonly RecordTable<TaskRecord, TaskBurial, TaskCell> Tasks;
    internal readonly RecordTable<ObligationRecord, ObligationBurial, IObligationHolder> Obligations;

    private readonly RunningHash? _hash;

    internal Ledger(Limits limits, bool tracksFingerprint, Quiescence? workers = null)
    {
        Limits = limits;
        _hash = tracksFingerprint ? new RunningHash() : null;
        Regions = new(workers, _hash, static (id, in record) => Kernel.Fingerprint.ofRegion(id, record));
        Tasks = new(workers, _hash, static (id, in record) => Kernel.Fingerprint.ofTask(id, record));
        Obligations = new(workers, _hash, static (id, in record) => Kernel.Fingerprint.ofObligation(id, record));
    }

    internal Limits Limits { get; }

    /// <summary>The kernel's hash of Σ, kept up to date when asked for; with several workers, once they have come to rest.</summary>
    internal ulong Fingerprint => _hash?.Value ?? 0;
}

/// <summary>The kernel's view of a ledger: a store that writes in place, used linearly, for which the JIT specialises every rule.</summary>
internal readonly struct LedgerStore(Ledger ledger, StepContext context) : IStore<LedgerStore>
{
    public Limits Limits => ledger.Limits;

    public long RegionCount => context.NewRegion == 0 ? ledger.Regions.Count : context.NewRegion - 1;

    public long TaskCount => context.NewTask == 0 ? ledger.Tasks.Count : context.NewTask - 1;

    public long ObligationCount => context.NewObligation == 0 ? ledger.Obligations.Count : context.NewObligation - 1;

    public bool Holds(Premise premise) => true;

    public bool IsHonest => true;

    public bool HasRegion(long id) => ledger.Regions.Has(id);

    public bool HasTask(long id) => ledger.Tasks.Has(id);

    public bool HasObligation(long id) => ledger.Obligations.Has(id);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly RegionRecord Region(long id) => ref ledger.Regions[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly TaskRecord Task(long id) => ref ledger.Tasks[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly ObligationRecord Obligation(long id) => ref ledger.Obligations[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeRegion<TChange>(long id, TChange change)
        where TChange : struct, IChange<RegionRecord>
    {
        ledger.Regions.Change(id, change);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore AddRegion<TChange>(long id, TChange birth)
        where TChange : struct, IChange<RegionRecord>
    {
        ledger.Regions.Add(id, birth, isNew: id > RegionCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeTask<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        ledger.Tasks.Change(id, change);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore AddTask<TChange>(long id, TChange birth)
        where TChange : struct, IChange<TaskRecord>
    {
        ledger.Tasks.Add(id, birth, isNew: id > TaskCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeObligation<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        ledger.Obligations.Change(id, change);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore AddObligation<TChange>(long id, TChange birth)
        where TChange : struct, IChange<ObligationRecord>
    {
        ledger.Obligations.Add(id, birth, isNew: id > ObligationCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore Emit(Effect effect)
    {
        context.Effects.Add(effect);
        return this;
    }

    public LedgerStore Entail(Consequence consequence)
    {
        context.Consequences.Add(consequence);
        return this;
    }
}
