namespace Asupersync.Kernel.Tests

open System.Runtime.InteropServices
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

/// Records in which every field holds something that no new record has there.
[<RequireQualifiedAccess>]
module private Junk =

    let private reason = CancelReason.Of(CancelKind.Shutdown, 77L<regionId>, 77L<taskId>)

    let region =
        { Owner = 77L<taskId>
          Body = 77L<taskId>
          Phase = RegionPhase.Draining
          Reason = reason
          External = true
          Trigger = 77L<taskId>
          Policy = enum 77
          Finalizers = 77
          Outcome = Outcome.cancelled reason
          Budget = { Deadline = 77L; Polls = 77; Cost = 77L; Priority = 77 }
          Live = 77
          FirstTask = 77L<taskId>
          LastTask = 77L<taskId> }

    let task =
        { Region = 77L<regionId>
          Role = enum 77
          Phase = TaskPhase.Cancelling
          Started = true
          Waits = Target.Task 77L<taskId>
          Mask = 77
          Depth = 77
          Reason = reason
          Echo = true
          Polls = 77
          Cost = 77L
          Cleanup = 77
          Outcome = Outcome.cancelled reason
          Observed = true
          Deadline = 77L
          Priority = 77
          PreviousTask = 77L<taskId>
          NextTask = 77L<taskId>
          FirstWaiter = 77L<taskId>
          LastWaiter = 77L<taskId>
          PreviousWaiter = 77L<taskId>
          NextWaiter = 77L<taskId>
          FirstHeld = 77L<obligationId>
          LastHeld = 77L<obligationId> }

    let obligation =
        { Kind = enum 77
          Holder = 77L<taskId>
          Phase = ObligationPhase.Leaked
          PreviousHeld = 77L<obligationId>
          NextHeld = 77L<obligationId> }

/// Σ in arrays that are written in place: a second store, as plain as can be. The same rules must give the same records on it.
[<Sealed; AllowNullLiteral>]
type ArraySigma(limits: Limits) =
    let regions = ResizeArray<RegionRecord>()
    let tasks = ResizeArray<TaskRecord>()
    let obligations = ResizeArray<ObligationRecord>()

    // A place in an array may hold what was there before.
    static let addIfNew (records: ResizeArray<'R>) (id: int64) (junk: 'R) =
        if id = int64 records.Count + 1L then
            records.Add junk

    member _.Limits = limits
    member _.Regions = regions
    member _.Tasks = tasks
    member _.Obligations = obligations
    member val Effects = ResizeArray<Effect>()
    member val Consequences = ResizeArray<Consequence>()

    member _.Region(id: RegionId) : byref<RegionRecord> =
        &CollectionsMarshal.AsSpan(regions)[int id - 1]

    member _.Task(id: TaskId) : byref<TaskRecord> =
        &CollectionsMarshal.AsSpan(tasks)[int id - 1]

    member _.Obligation(id: ObligationId) : byref<ObligationRecord> =
        &CollectionsMarshal.AsSpan(obligations)[int id - 1]

    member this.AddRegion(id: RegionId) : byref<RegionRecord> =
        addIfNew regions (int64 id) Junk.region
        &this.Region id

    member this.AddTask(id: TaskId) : byref<TaskRecord> =
        addIfNew tasks (int64 id) Junk.task
        &this.Task id

    member this.AddObligation(id: ObligationId) : byref<ObligationRecord> =
        addIfNew obligations (int64 id) Junk.obligation
        &this.Obligation id

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

        // It relies on nothing, so that a rule that leaves out a walk because of what must hold is compared with one that walks.
        member _.IsHonest = false

        member this.HasRegion(id) =
            id >= 1L<regionId> && int64 id <= int64 this.Sigma.Regions.Count

        member this.HasTask(id) =
            id >= 1L<taskId> && int64 id <= int64 this.Sigma.Tasks.Count

        member this.HasObligation(id) =
            id >= 1L<obligationId> && int64 id <= int64 this.Sigma.Obligations.Count

        member this.RegionCount = int64 this.Sigma.Regions.Count
        member this.TaskCount = int64 this.Sigma.Tasks.Count
        member this.ObligationCount = int64 this.Sigma.Obligations.Count
        member this.Region(id) = &this.Sigma.Region id
        member this.Task(id) = &this.Sigma.Task id
        member this.Obligation(id) = &this.Sigma.Obligation id

        member this.ChangeRegion(id, change) =
            change.Apply(&this.Sigma.Region id)
            this

        member this.AddRegion(id, birth) =
            birth.Apply(&this.Sigma.AddRegion id)
            this

        member this.ChangeTask(id, change) =
            change.Apply(&this.Sigma.Task id)
            this

        member this.AddTask(id, birth) =
            birth.Apply(&this.Sigma.AddTask id)
            this

        member this.ChangeObligation(id, change) =
            change.Apply(&this.Sigma.Obligation id)
            this

        member this.AddObligation(id, birth) =
            birth.Apply(&this.Sigma.AddObligation id)
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

        match Step.enact { Sigma = sigma } action with
        | Premise.None -> ValueNone
        | failed -> ValueSome { Rule = action.Rule; Premise = failed }
