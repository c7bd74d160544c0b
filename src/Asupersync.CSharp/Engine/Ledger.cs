using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Σ in place: the records that the kernel's rules read and write through <see cref="LedgerStore"/>. With several workers the gate of its
/// region guards each record (docs/rationale.md, D42).
/// </summary>
internal sealed class Ledger(Limits limits, bool tracksFingerprint, Quiescence? workers = null)
{
    internal readonly RecordPages<RegionRecord> Regions = new(ClosedRegion(), workers);
    internal readonly RecordPages<TaskRecord> Tasks = new(Tombstone(), workers);
    internal readonly RecordPages<ObligationRecord> Obligations = new(
        new ObligationRecord(ObligationKind.SendPermit, 0, ObligationPhase.Committed, 0, 0),
        workers
    );

    private readonly bool _shared = workers is not null;
    private readonly bool _tracks = tracksFingerprint;
    private ulong _fingerprint;

    internal Limits Limits { get; } = limits;

    internal bool TracksFingerprint => _tracks;

    /// <summary>The kernel's hash of Σ, kept up to date when asked for; with several workers, once they have come to rest.</summary>
    internal ulong Fingerprint => Volatile.Read(ref _fingerprint);

    internal void PutRegion(long id, in RegionRecord record, bool isNew)
    {
        if (TracksFingerprint)
        {
            ulong old = isNew ? 0 : HashOfRegion(id);
            Regions.Put(id, record);
            AddToFingerprint(HashOfRegion(id) - old);
        }
        else
        {
            Regions.Put(id, record);
        }
    }

    internal void PutTask(long id, in TaskRecord record, bool isNew)
    {
        if (TracksFingerprint)
        {
            ulong old = isNew ? 0 : HashOfTask(id);
            Tasks.Put(id, record);
            AddToFingerprint(HashOfTask(id) - old);
        }
        else
        {
            Tasks.Put(id, record);
        }
    }

    internal void PutObligation(long id, in ObligationRecord record, bool isNew)
    {
        if (TracksFingerprint)
        {
            ulong old = isNew ? 0 : HashOfObligation(id);
            Obligations.Put(id, record);
            AddToFingerprint(HashOfObligation(id) - old);
        }
        else
        {
            Obligations.Put(id, record);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ChangeRegion<TChange>(long id, TChange change)
        where TChange : struct, IChange<RegionRecord>
    {
        if (_tracks)
        {
            ChangeRegionTracked(id, change);
        }
        else
        {
            change.Apply(ref Regions.ForChange(id));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ChangeRegionTracked<TChange>(long id, TChange change)
        where TChange : struct, IChange<RegionRecord>
    {
        Regions.Guard(id);
        ulong old = HashOfRegion(id);
        change.Apply(ref Regions.ForChange(id));
        AddToFingerprint(HashOfRegion(id) - old);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ChangeTask<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        if (_tracks)
        {
            ChangeTaskTracked(id, change);
        }
        else
        {
            change.Apply(ref Tasks.ForChange(id));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ChangeTaskTracked<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        Tasks.Guard(id);
        ulong old = HashOfTask(id);
        change.Apply(ref Tasks.ForChange(id));
        AddToFingerprint(HashOfTask(id) - old);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ChangeObligation<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        if (_tracks)
        {
            ChangeObligationTracked(id, change);
        }
        else
        {
            change.Apply(ref Obligations.ForChange(id));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ChangeObligationTracked<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        Obligations.Guard(id);
        ulong old = HashOfObligation(id);
        change.Apply(ref Obligations.ForChange(id));
        AddToFingerprint(HashOfObligation(id) - old);
    }

    /// <summary>The hash is a sum over the records, so that changes of different records may come in any order.</summary>
    private void AddToFingerprint(ulong change)
    {
        if (_shared)
        {
            Interlocked.Add(ref _fingerprint, change);
        }
        else
        {
            _fingerprint += change;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong HashOfRegion(long id) => Asupersync.Kernel.Fingerprint.ofRegion(id, Regions[id]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong HashOfTask(long id) => Asupersync.Kernel.Fingerprint.ofTask(id, Tasks[id]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong HashOfObligation(long id) => Asupersync.Kernel.Fingerprint.ofObligation(id, Obligations[id]);

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
        ledger.ChangeRegion(id, change);
        return this;
    }

    public LedgerStore PutRegion(long id, RegionRecord record)
    {
        ledger.PutRegion(id, record, isNew: id > RegionCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeTask<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        ledger.ChangeTask(id, change);
        return this;
    }

    public LedgerStore PutTask(long id, TaskRecord record)
    {
        ledger.PutTask(id, record, isNew: id > TaskCount);
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LedgerStore ChangeObligation<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        ledger.ChangeObligation(id, change);
        return this;
    }

    public LedgerStore PutObligation(long id, ObligationRecord record)
    {
        ledger.PutObligation(id, record, isNew: id > ObligationCount);
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
