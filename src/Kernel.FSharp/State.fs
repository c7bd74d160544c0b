namespace Asupersync.Kernel

/// Σ as a value: the persistent store. Stepping a state never changes it; two states with equal records are equal and have
/// equal fingerprints. Effects and consequences are those of the last step, in order.
[<Sealed>]
type State
    internal
    (
        limits: Limits,
        regions: PersistentVector<RegionRecord>,
        tasks: PersistentVector<TaskRecord>,
        obligations: PersistentVector<ObligationRecord>,
        fingerprint: uint64,
        effects: Effect list,
        consequences: Consequence list
    ) =

    /// The limits the rules read.
    member _.Limits = limits

    /// The length of the region sequence.
    member _.RegionCount = regions.Count

    /// The length of the task sequence.
    member _.TaskCount = tasks.Count

    /// The length of the obligation sequence.
    member _.ObligationCount = obligations.Count

    /// True when the region exists.
    member _.HasRegion(id: RegionId) =
        id >= 1L<regionId> && int64 id <= regions.Count

    /// True when the task exists.
    member _.HasTask(id: TaskId) =
        id >= 1L<taskId> && int64 id <= tasks.Count

    /// True when the obligation exists.
    member _.HasObligation(id: ObligationId) =
        id >= 1L<obligationId> && int64 id <= obligations.Count

    /// The record of a region that exists.
    member _.Region(id: RegionId) : inref<RegionRecord> = &regions.Item(int64 id - 1L)

    /// The record of a task that exists.
    member _.Task(id: TaskId) : inref<TaskRecord> = &tasks.Item(int64 id - 1L)

    /// The record of an obligation that exists.
    member _.Obligation(id: ObligationId) : inref<ObligationRecord> = &obligations.Item(int64 id - 1L)

    /// The hash of Σ: equal states have equal fingerprints.
    member _.Fingerprint = fingerprint

    /// What the driver has to do after the last step.
    member _.Effects = List.rev effects

    /// What the last step did beyond its action.
    member _.Consequences = List.rev consequences

    /// Every region with its identifier, in order.
    member this.Regions =
        [ for id in 1L .. regions.Count -> struct (id * 1L<regionId>, this.Region(id * 1L<regionId>)) ]

    /// Every task with its identifier, in order.
    member this.Tasks = [ for id in 1L .. tasks.Count -> struct (id * 1L<taskId>, this.Task(id * 1L<taskId>)) ]

    /// Every obligation with its identifier, in order.
    member this.Obligations =
        [ for id in 1L .. obligations.Count -> struct (id * 1L<obligationId>, this.Obligation(id * 1L<obligationId>)) ]

    member internal _.PutRegion(id: RegionId, record: RegionRecord) =
        let old =
            if int64 id > regions.Count then
                0UL
            else
                Fingerprint.ofRegion id (regions.Item(int64 id - 1L))

        State(
            limits,
            regions.With(int64 id - 1L, record),
            tasks,
            obligations,
            fingerprint - old + Fingerprint.ofRegion id record,
            effects,
            consequences
        )

    member internal _.PutTask(id: TaskId, record: TaskRecord) =
        let old =
            if int64 id > tasks.Count then
                0UL
            else
                Fingerprint.ofTask id (tasks.Item(int64 id - 1L))

        State(
            limits,
            regions,
            tasks.With(int64 id - 1L, record),
            obligations,
            fingerprint - old + Fingerprint.ofTask id record,
            effects,
            consequences
        )

    member internal _.PutObligation(id: ObligationId, record: ObligationRecord) =
        let old =
            if int64 id > obligations.Count then
                0UL
            else
                Fingerprint.ofObligation id (obligations.Item(int64 id - 1L))

        State(
            limits,
            regions,
            tasks,
            obligations.With(int64 id - 1L, record),
            fingerprint - old + Fingerprint.ofObligation id record,
            effects,
            consequences
        )

    member internal _.Emit(effect: Effect) =
        State(limits, regions, tasks, obligations, fingerprint, effect :: effects, consequences)

    member internal _.Entail(consequence: Consequence) =
        State(limits, regions, tasks, obligations, fingerprint, effects, consequence :: consequences)

    member internal this.Forget() =
        if effects.IsEmpty && consequences.IsEmpty then
            this
        else
            State(limits, regions, tasks, obligations, fingerprint, [], [])

    /// A state without any record.
    static member internal Empty(limits: Limits) =
        State(limits, PersistentVector.Empty, PersistentVector.Empty, PersistentVector.Empty, 0UL, [], [])

/// The persistent store, possibly one that lets a premise go (a planted fault).
[<Struct; NoEquality; NoComparison>]
type StateStore =
    { Current: State
      Dropped: Premise }

    interface IStore<StateStore> with
        member this.Limits = this.Current.Limits
        member this.Holds(premise) = premise <> this.Dropped
        member this.IsHonest = this.Dropped = Premise.None
        member this.HasRegion(id) = this.Current.HasRegion id
        member this.HasTask(id) = this.Current.HasTask id
        member this.HasObligation(id) = this.Current.HasObligation id
        member this.RegionCount = this.Current.RegionCount
        member this.TaskCount = this.Current.TaskCount
        member this.ObligationCount = this.Current.ObligationCount
        member this.Region(id) = &this.Current.Region id
        member this.Task(id) = &this.Current.Task id
        member this.Obligation(id) = &this.Current.Obligation id

        member this.ChangeRegion(id, change) =
            let mutable record = this.Current.Region id
            change.Apply &record

            { Current = this.Current.PutRegion(id, record)
              Dropped = this.Dropped }

        member this.ChangeTask(id, change) =
            let mutable record = this.Current.Task id
            change.Apply &record
            { Current = this.Current.PutTask(id, record); Dropped = this.Dropped }

        member this.ChangeObligation(id, change) =
            let mutable record = this.Current.Obligation id
            change.Apply &record

            { Current = this.Current.PutObligation(id, record)
              Dropped = this.Dropped }

        member this.AddRegion(id, birth) =
            let mutable record = Unchecked.defaultof<RegionRecord>
            birth.Apply &record

            { Current = this.Current.PutRegion(id, record)
              Dropped = this.Dropped }

        member this.AddTask(id, birth) =
            let mutable record = Unchecked.defaultof<TaskRecord>
            birth.Apply &record

            { Current = this.Current.PutTask(id, record); Dropped = this.Dropped }

        member this.AddObligation(id, birth) =
            let mutable record = Unchecked.defaultof<ObligationRecord>
            birth.Apply &record

            { Current = this.Current.PutObligation(id, record)
              Dropped = this.Dropped }

        member this.Emit(effect) =
            { Current = this.Current.Emit effect; Dropped = this.Dropped }

        member this.Entail(consequence) =
            { Current = this.Current.Entail consequence; Dropped = this.Dropped }

/// The kernel as a pure function.
[<RequireQualifiedAccess>]
module Kernel =

    /// The initial state: one Open root region with the given policy and budget, its body Created.
    let initial limits policy budget =
        (Step.initial { Current = State.Empty limits; Dropped = Premise.None } policy budget).Current

    /// One step with a premise let go: a planted fault. <c>Premise.None</c> drops nothing.
    let stepDropping dropped (state: State) (action: Action) : Result<State, Refusal> =
        match Step.apply { Current = state.Forget(); Dropped = dropped } action with
        | Ok store -> Ok store.Current
        | Error refusal -> Error refusal

    /// step state action = the next state, whose Effects and Consequences are this step's, or a refusal that names the
    /// first failed guard. The state given is never changed.
    let step (state: State) (action: Action) : Result<State, Refusal> = stepDropping Premise.None state action
