namespace Asupersync.Kernel

/// Where the records of Σ live. Every update returns the store: with a persistent store the rules are a pure function, with
/// one that writes in place, used linearly, the same text runs at the speed of arrays, since the JIT specialises a rule for
/// each struct store. Rules only ask for identifiers they know to exist.
type IStore<'S when 'S: struct and 'S :> IStore<'S>> =

    /// The limits in force.
    abstract Limits: Limits

    /// False when this store lets the premise go. Honest stores answer true.
    abstract Holds: premise: Premise -> bool

    /// True when this store lets no premise go, so that what follows from all of them may be relied on.
    abstract IsHonest: bool

    /// True when the region exists. Existence never ends, so asking for it is no dependency on the length.
    abstract HasRegion: id: RegionId -> bool

    /// True when the task exists.
    abstract HasTask: id: TaskId -> bool

    /// True when the obligation exists.
    abstract HasObligation: id: ObligationId -> bool

    /// The length of the region sequence.
    abstract RegionCount: int64

    /// The length of the task sequence.
    abstract TaskCount: int64

    /// The length of the obligation sequence.
    abstract ObligationCount: int64

    /// The record of a region, where it stands: read it before the store changes.
    abstract Region: id: RegionId -> inref<RegionRecord>

    /// The record of a task, where it stands: read it before the store changes.
    abstract Task: id: TaskId -> inref<TaskRecord>

    /// The record of an obligation, where it stands: read it before the store changes.
    abstract Obligation: id: ObligationId -> inref<ObligationRecord>

    /// Changes the record of a region that exists.
    abstract ChangeRegion<'C when 'C: struct and 'C :> IChange<RegionRecord>> : id: RegionId * change: 'C -> 'S

    /// Changes the record of a task that exists.
    abstract ChangeTask<'C when 'C: struct and 'C :> IChange<TaskRecord>> : id: TaskId * change: 'C -> 'S

    /// Changes the record of an obligation that exists.
    abstract ChangeObligation<'C when 'C: struct and 'C :> IChange<ObligationRecord>> :
        id: ObligationId * change: 'C -> 'S

    /// Adds a region when the identifier is the next one, or overwrites the record. The change writes every field, since the place may hold
    /// what was there before.
    abstract AddRegion<'C when 'C: struct and 'C :> IChange<RegionRecord>> : id: RegionId * birth: 'C -> 'S

    /// Adds a task when the identifier is the next one, or overwrites the record. The change writes every field, since the place may hold
    /// what was there before.
    abstract AddTask<'C when 'C: struct and 'C :> IChange<TaskRecord>> : id: TaskId * birth: 'C -> 'S

    /// Adds an obligation when the identifier is the next one, or overwrites the record. The change writes every field, since the place may hold
    /// what was there before.
    abstract AddObligation<'C when 'C: struct and 'C :> IChange<ObligationRecord>> : id: ObligationId * birth: 'C -> 'S

    /// Notes an effect for the driver.
    abstract Emit: effect: Effect -> 'S

    /// Notes a consequence for the label.
    abstract Entail: consequence: Consequence -> 'S
