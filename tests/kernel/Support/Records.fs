namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// Equality of whole records, the links included. The kernel needs none, and so defines none.
[<RequireQualifiedAccess>]
module Same =

    let reason (a: CancelReason) (b: CancelReason) =
        obj.ReferenceEquals(a, b) || CancelReason.Strength(a, b) = 0

    let outcome (a: Outcome) (b: Outcome) =
        a.Severity = b.Severity && reason a.Reason b.Reason

    let region (a: RegionRecord) (b: RegionRecord) =
        a.Owner = b.Owner
        && a.Body = b.Body
        && a.Phase = b.Phase
        && reason a.Reason b.Reason
        && a.External = b.External
        && a.Trigger = b.Trigger
        && a.Policy = b.Policy
        && a.Finalizers = b.Finalizers
        && outcome a.Outcome b.Outcome
        && a.Budget = b.Budget
        && a.Live = b.Live
        && a.FirstTask = b.FirstTask
        && a.LastTask = b.LastTask

    /// Equal but for the clean-up quota.
    let taskButCleanup (a: TaskRecord) (b: TaskRecord) =
        a.Region = b.Region
        && a.Role = b.Role
        && a.Phase = b.Phase
        && a.Started = b.Started
        && a.Waits.Raw = b.Waits.Raw
        && a.Mask = b.Mask
        && a.Depth = b.Depth
        && reason a.Reason b.Reason
        && a.Echo = b.Echo
        && a.Polls = b.Polls
        && a.Cost = b.Cost
        && outcome a.Outcome b.Outcome
        && a.Observed = b.Observed
        && a.Deadline = b.Deadline
        && a.Priority = b.Priority
        && a.PreviousTask = b.PreviousTask
        && a.NextTask = b.NextTask
        && a.FirstWaiter = b.FirstWaiter
        && a.LastWaiter = b.LastWaiter
        && a.PreviousWaiter = b.PreviousWaiter
        && a.NextWaiter = b.NextWaiter
        && a.FirstHeld = b.FirstHeld
        && a.LastHeld = b.LastHeld

    let task (a: TaskRecord) (b: TaskRecord) =
        a.Cleanup = b.Cleanup && taskButCleanup a b

    let obligation (a: ObligationRecord) (b: ObligationRecord) =
        a.Kind = b.Kind
        && a.Holder = b.Holder
        && a.Phase = b.Phase
        && a.PreviousHeld = b.PreviousHeld
        && a.NextHeld = b.NextHeld

/// Σ in arrays that are written in place: a second store, as plain as can be. The same rules must give the same records on it.
[<Sealed; AllowNullLiteral>]
type ArraySigma(limits: Limits) =
    let regions = ResizeArray<RegionRecord>()
    let tasks = ResizeArray<TaskRecord>()
    let obligations = ResizeArray<ObligationRecord>()

    static let put (records: ResizeArray<'R>) (id: int64) (record: 'R) =
        if id = int64 records.Count + 1L then
            records.Add record
        else
            records[int id - 1] <- record

    member _.Limits = limits
    member _.Regions = regions
    member _.Tasks = tasks
    member _.Obligations = obligations
    member val Effects = ResizeArray<Effect>()
    member val Consequences = ResizeArray<Consequence>()
    member _.Put(id: RegionId, record) = put regions (int64 id) record
    member _.Put(id: TaskId, record) = put tasks (int64 id) record
    member _.Put(id: ObligationId, record) = put obligations (int64 id) record

    /// True when the state has the same records, links included.
    member _.Agrees(state: State) =
        let all count (same: int -> bool) =
            Seq.forall same (seq { 0 .. count - 1 })

        state.RegionCount = int64 regions.Count
        && state.TaskCount = int64 tasks.Count
        && state.ObligationCount = int64 obligations.Count
        && all regions.Count (fun i -> Same.region regions[i] (state.Region(int64 (i + 1) * 1L<regionId>)))
        && all tasks.Count (fun i -> Same.task tasks[i] (state.Task(int64 (i + 1) * 1L<taskId>)))
        && all obligations.Count (fun i ->
            Same.obligation obligations[i] (state.Obligation(int64 (i + 1) * 1L<obligationId>)))

/// The store over <see cref="T:Asupersync.Kernel.Tests.ArraySigma"/>.
[<Struct; NoEquality; NoComparison>]
type ArrayStore =
    { Sigma: ArraySigma }

    interface IStore<ArrayStore> with
        member this.Limits = this.Sigma.Limits
        member _.Holds(_) = true

        member this.HasRegion(id) =
            id >= 1L<regionId> && int64 id <= int64 this.Sigma.Regions.Count

        member this.HasTask(id) =
            id >= 1L<taskId> && int64 id <= int64 this.Sigma.Tasks.Count

        member this.HasObligation(id) =
            id >= 1L<obligationId> && int64 id <= int64 this.Sigma.Obligations.Count

        member this.RegionCount = int64 this.Sigma.Regions.Count
        member this.TaskCount = int64 this.Sigma.Tasks.Count
        member this.ObligationCount = int64 this.Sigma.Obligations.Count
        member this.Region(id) = this.Sigma.Regions[int id - 1]
        member this.Task(id) = this.Sigma.Tasks[int id - 1]
        member this.Obligation(id) = this.Sigma.Obligations[int id - 1]

        member this.ChangeRegion(id, change) =
            let mutable record = this.Sigma.Regions[int id - 1]
            change.Apply &record
            this.Sigma.Put(id, record)
            this

        member this.PutRegion(id, record) =
            this.Sigma.Put(id, record)
            this

        member this.ChangeTask(id, change) =
            let mutable record = this.Sigma.Tasks[int id - 1]
            change.Apply &record
            this.Sigma.Put(id, record)
            this

        member this.PutTask(id, record) =
            this.Sigma.Put(id, record)
            this

        member this.ChangeObligation(id, change) =
            let mutable record = this.Sigma.Obligations[int id - 1]
            change.Apply &record
            this.Sigma.Put(id, record)
            this

        member this.PutObligation(id, record) =
            this.Sigma.Put(id, record)
            this

        member this.Emit(effect) =
            this.Sigma.Effects.Add effect
            this

        member this.Entail(consequence) =
            this.Sigma.Consequences.Add consequence
            this

/// Runs on the array store.
[<RequireQualifiedAccess>]
module ArraySigma =

    /// The initial state.
    let initial limits policy budget =
        let sigma = ArraySigma limits
        Step.initial { Sigma = sigma } policy budget |> ignore
        sigma

    /// One step, in place; the refusal when there is none.
    let step (sigma: ArraySigma) action : Refusal voption =
        sigma.Effects.Clear()
        sigma.Consequences.Clear()

        match Step.apply { Sigma = sigma } action with
        | Ok _ -> ValueNone
        | Error refusal -> ValueSome refusal
