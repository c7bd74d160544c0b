using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Σ in place: the records that the kernel's rules read and write through <see cref="LedgerStore"/>. With several workers the gate of its
/// region guards each record (docs/rationale.md, D42).
/// </summary>
internal sealed class Ledger
{
    internal readonly RecordTable<RegionRecord> Regions;
    internal readonly RecordTable<TaskRecord> Tasks;
    internal readonly RecordTable<ObligationRecord> Obligations;

    private readonly RunningHash? _hash;

    internal Ledger(Limits limits, bool tracksFingerprint, Quiescence? workers = null)
    {
        Limits = limits;
        _hash = tracksFingerprint ? new RunningHash() : null;
        Regions = new(
            ClosedRegion(),
            workers,
            _hash,
            static (id, in record) => Kernel.Fingerprint.ofRegion(id, record)
        );
        Tasks = new(Tombstone(), workers, _hash, static (id, in record) => Kernel.Fingerprint.ofTask(id, record));
        Obligations = new(
            new ObligationRecord(ObligationKind.SendPermit, 0, ObligationPhase.Committed, 0, 0),
            workers,
            _hash,
            static (id, in record) => Kernel.Fingerprint.ofObligation(id, record)
        );
    }

    internal Limits Limits { get; }

    /// <summary>The kernel's hash of Σ, kept up to date when asked for; with several workers, once they have come to rest.</summary>
    internal ulong Fingerprint => _hash?.Value ?? 0;

    /// <summary>What a retired region reads as: closed.</summary>
    private static RegionRecord ClosedRegion() =>
        new(
            owner: 0,
            body: 1,
            phase: RegionPhase.Closed,
            reason: null,
            external: false,
            trigger: 0,
            policy: Policy.FailFast,
            finalizers: 0,
            outcome: OutcomeModule.ok,
            budget: BudgetModule.unlimited,
            live: 0,
            firstTask: 0,
            lastTask: 0
        );

    /// <summary>What a retired task reads as: over, and its outcome taken.</summary>
    private static TaskRecord Tombstone() =>
        new(
            region: 1,
            role: Role.Child,
            phase: TaskPhase.Completed,
            started: true,
            waits: Target.None,
            mask: 0,
            depth: 0,
            reason: null,
            echo: false,
            polls: 0,
            cost: 0,
            cleanup: 0,
            outcome: OutcomeModule.ok,
            observed: true,
            deadline: Quota.NoDeadline,
            priority: 0,
            previousTask: 0,
            nextTask: 0,
            firstWaiter: 0,
            lastWaiter: 0,
            previousWaiter: 0,
            nextWaiter: 0,
            firstHeld: 0,
            lastHeld: 0
        );
}

/// <summary>The kernel's view of a ledger: a store that writes in place, used linearly, for which the JIT specialises every rule.</summary>
internal readonly struct LedgerStore(Ledger ledger, StepContext context) : IStore<LedgerStore>
{
    public Limits Limits => ledger.Limits;

    public long RegionCount => context.NewRegion == 0 ? ledger.Regions.Count : context.NewRegion - 1;

    public long TaskCount => context.NewTask == 0 ? ledger.Tasks.Count : context.NewTask - 1;

    public long ObligationCount => context.NewObligation == 0 ? ledger.Obligations.Count : context.NewObligation - 1;

    public bool Holds(Premise premise) => true;

    public bool HasRegion(long id) => id >= 1 && id <= ledger.Regions.Count;

    public bool HasTask(long id) => id >= 1 && id <= ledger.Tasks.Count;

    public bool HasObligation(long id) => id >= 1 && id <= ledger.Obligations.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RegionRecord Region(long id) => ledger.Regions[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TaskRecord Task(long id) => ledger.Tasks[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ObligationRecord Obligation(long id) => ledger.Obligations[id];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeRegion<TChange>(long id, TChange change)
        where TChange : struct, IChange<RegionRecord>
    {
        ledger.Regions.Change(id, change);
        return this;
    }

    public LedgerStore PutRegion(long id, RegionRecord record)
    {
        ledger.Regions.Put(id, record, isNew: id > RegionCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeTask<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        ledger.Tasks.Change(id, change);
        return this;
    }

    public LedgerStore PutTask(long id, TaskRecord record)
    {
        ledger.Tasks.Put(id, record, isNew: id > TaskCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeObligation<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        ledger.Obligations.Change(id, change);
        return this;
    }

    public LedgerStore PutObligation(long id, ObligationRecord record)
    {
        ledger.Obligations.Put(id, record, isNew: id > ObligationCount);
        return this;
    }

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
