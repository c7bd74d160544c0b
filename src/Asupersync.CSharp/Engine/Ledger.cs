using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>Σ in place: the records that the kernel's rules read and write through <see cref="LedgerStore"/>. Scheduler thread only.</summary>
internal sealed class Ledger(Limits limits, bool tracksFingerprint)
{
    internal readonly RecordPages<RegionRecord> Regions = new(ClosedRegion());
    internal readonly RecordPages<TaskRecord> Tasks = new(Tombstone());
    internal readonly RecordPages<ObligationRecord> Obligations = new(
        new ObligationRecord(ObligationKind.SendPermit, 0, ObligationPhase.Committed, 0, 0)
    );

    internal Limits Limits { get; } = limits;

    /// <summary>Effects not yet carried out, oldest first.</summary>
    internal Queue<Effect> Effects { get; } = new();

    /// <summary>What the last step entailed.</summary>
    internal List<Consequence> Consequences { get; } = [];

    internal bool TracksFingerprint { get; } = tracksFingerprint;

    /// <summary>The kernel's hash of Σ, kept up to date when asked for.</summary>
    internal ulong Fingerprint { get; private set; }

    internal void PutRegion(long id, in RegionRecord record)
    {
        if (TracksFingerprint)
        {
            ulong old = id <= Regions.Count ? HashOfRegion(id) : 0;
            Regions.Put(id, record);
            Fingerprint += HashOfRegion(id) - old;
        }
        else
        {
            Regions.Put(id, record);
        }
    }

    internal void PutTask(long id, in TaskRecord record)
    {
        if (TracksFingerprint)
        {
            ulong old = id <= Tasks.Count ? HashOfTask(id) : 0;
            Tasks.Put(id, record);
            Fingerprint += HashOfTask(id) - old;
        }
        else
        {
            Tasks.Put(id, record);
        }
    }

    internal void PutObligation(long id, in ObligationRecord record)
    {
        if (TracksFingerprint)
        {
            ulong old = id <= Obligations.Count ? HashOfObligation(id) : 0;
            Obligations.Put(id, record);
            Fingerprint += HashOfObligation(id) - old;
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
        ulong old = TracksFingerprint ? HashOfRegion(id) : 0;
        change.Apply(ref Regions.ForChange(id));
        if (TracksFingerprint)
        {
            Fingerprint += HashOfRegion(id) - old;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ChangeTask<TChange>(long id, TChange change)
        where TChange : struct, IChange<TaskRecord>
    {
        ulong old = TracksFingerprint ? HashOfTask(id) : 0;
        change.Apply(ref Tasks.ForChange(id));
        if (TracksFingerprint)
        {
            Fingerprint += HashOfTask(id) - old;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ChangeObligation<TChange>(long id, TChange change)
        where TChange : struct, IChange<ObligationRecord>
    {
        ulong old = TracksFingerprint ? HashOfObligation(id) : 0;
        change.Apply(ref Obligations.ForChange(id));
        if (TracksFingerprint)
        {
            Fingerprint += HashOfObligation(id) - old;
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
internal readonly struct LedgerStore(Ledger ledger) : IStore<LedgerStore>
{
    public Limits Limits => ledger.Limits;

    public long RegionCount => ledger.Regions.Count;

    public long TaskCount => ledger.Tasks.Count;

    public long ObligationCount => ledger.Obligations.Count;

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
        ledger.PutRegion(id, record);
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
        ledger.PutTask(id, record);
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
        ledger.PutObligation(id, record);
        return this;
    }

    public LedgerStore Emit(Effect effect)
    {
        ledger.Effects.Enqueue(effect);
        return this;
    }

    public LedgerStore Entail(Consequence consequence)
    {
        ledger.Consequences.Add(consequence);
        return this;
    }
}
