namespace Asupersync.Kernel

/// A property that does not hold, and where.
[<Struct>]
type Violation =
    {
        /// The name of the property in docs/semantics.md, section 8.
        Property: string
        /// The record it fails on: r2, t3, o1.
        Subject: string
    }

    /// Quiescence violated at r2.
    override this.ToString() =
        $"{this.Property} violated at {this.Subject}"

/// The state invariants of docs/semantics.md, section 8, as total predicates that name what is violated. They are written
/// over the records alone, never over the links, so that they cannot share a mistake with the rules' index.
[<RequireQualifiedAccess>]
module Invariants =

    let private onRegions property (holds: State -> RegionId -> RegionRecord -> bool) =
        property,
        fun (state: State) ->
            [ for struct (id, record) in state.Regions do
                  if not (holds state id record) then
                      { Property = property; Subject = $"r{id}" } ]

    let private onTasks property (holds: State -> TaskId -> TaskRecord -> bool) =
        property,
        fun (state: State) ->
            [ for struct (id, record) in state.Tasks do
                  if not (holds state id record) then
                      { Property = property; Subject = $"t{id}" } ]

    let private onObligations property (holds: State -> ObligationId -> ObligationRecord -> bool) =
        property,
        fun (state: State) ->
            [ for struct (id, record) in state.Obligations do
                  if not (holds state id record) then
                      { Property = property; Subject = $"o{id}" } ]

    let private tasksOf (state: State) region =
        [ for struct (id, task) in state.Tasks do
              if task.Region = region then
                  struct (id, task) ]

    let private typeOK =
        "TypeOK",
        fun (state: State) ->
            [ for struct (id, record) in state.Regions do
                  if record.Finalizers < 0 || record.Budget.Polls < 0 || record.Budget.Cost < 0L then
                      { Property = "TypeOK"; Subject = $"r{id}" }
              for struct (id, record) in state.Tasks do
                  if record.Polls < 0 || record.Cost < 0L || record.Cleanup < 0 then
                      { Property = "TypeOK"; Subject = $"t{id}" } ]

    let private ownershipTree =
        onRegions "OwnershipTree" (fun state id record ->
            if id = 1L<regionId> then
                record.Owner = 0L<taskId>
            else
                state.HasTask record.Owner
                && (let owner = state.Task record.Owner

                    owner.Region < id
                    && (record.Phase = RegionPhase.Closed
                        || (Queries.isLive &owner && owner.Waits.RegionId = id))))

    let private singleOwner =
        "SingleOwner",
        fun (state: State) ->
            [ for struct (id, task) in state.Tasks do
                  if not (state.HasRegion task.Region) then
                      { Property = "SingleOwner"; Subject = $"t{id}" }
              for struct (id, region) in state.Regions do
                  let bodies =
                      tasksOf state id
                      |> List.filter (fun (struct (_, task)) -> task.Role = Role.Body)
                      |> List.map (fun (struct (body, _)) -> body)

                  if bodies <> [ region.Body ] then
                      { Property = "SingleOwner"; Subject = $"r{id}" } ]

    let private quiescence =
        onRegions "Quiescence" (fun state id record ->
            record.Phase <> RegionPhase.Closed
            || (record.Finalizers = 0
                && tasksOf state id
                   |> List.forall (fun (struct (task, taskRecord)) ->
                       not (Queries.isLive &taskRecord)
                       && state.Regions
                          |> List.forall (fun (struct (_, below)) ->
                              below.Owner <> task || below.Phase = RegionPhase.Closed)
                       && state.Obligations
                          |> List.forall (fun (struct (_, held)) ->
                              held.Holder <> task || held.Phase <> ObligationPhase.Reserved))))

    let private cancelReaches =
        onRegions "CancelReaches" (fun state id record ->
            let tasksReached =
                isNull record.Reason
                || record.Phase = RegionPhase.Closed
                || tasksOf state id
                   |> List.forall (fun (struct (_, task)) ->
                       task.Role = Role.Finalizer
                       || not (Queries.isLive &task)
                       || Queries.isCancelled &task)

            let reachedByOwner =
                id = 1L<regionId>
                || record.Phase = RegionPhase.Closed
                || not (isNull record.Reason)
                || not (state.HasTask record.Owner)
                || (let owner = state.Task record.Owner in
                    not (Queries.isCancelled &owner && owner.Waits.RegionId = id))

            tasksReached && reachedByOwner)

    let private cancelledRegionNotOpen =
        onRegions "CancelledRegionNotOpen" (fun _ _ record -> isNull record.Reason || record.Phase <> RegionPhase.Open)

    let private reservedHasLiveHolder =
        onObligations "ReservedHasLiveHolder" (fun state _ record ->
            record.Phase <> ObligationPhase.Reserved
            || (state.HasTask record.Holder && Queries.isLive &(state.Task record.Holder)))

    let private leakMeansBug =
        onObligations "LeakMeansBug" (fun state _ record ->
            record.Phase <> ObligationPhase.Leaked
            || (let holder = state.Task record.Holder

                not (Queries.isLive &holder)
                && (holder.Outcome.Severity = Severity.Ok || holder.Outcome.Severity = Severity.Err)))

    let private maskBounded =
        onTasks "MaskBounded" (fun state _ record ->
            record.Mask >= 0
            && record.Mask <= state.Limits.MaskUnits
            && record.Depth >= 0
            && record.Depth <= state.Limits.MaskDepth
            && (record.Depth > 0 || record.Mask = 0))

    let private neverStarted =
        onTasks "NeverStarted" (fun _ _ record ->
            if record.Started then
                record.Phase <> TaskPhase.Created
                && (record.Phase <> TaskPhase.Running || isNull record.Reason)
            else
                record.Phase <> TaskPhase.Running
                && (record.Outcome.Severity = Severity.None
                    || record.Outcome.Severity = Severity.Cancelled))

    let private outcomeIffCompleted =
        "OutcomeIffCompleted",
        fun (state: State) ->
            [ for struct (id, record) in state.Tasks do
                  if
                      (record.Outcome.Severity <> Severity.None)
                      <> (record.Phase = TaskPhase.Completed)
                  then
                      { Property = "OutcomeIffCompleted"; Subject = $"t{id}" }
              for struct (id, record) in state.Regions do
                  if
                      (record.Outcome.Severity <> Severity.None)
                      <> (record.Phase = RegionPhase.Closed)
                  then
                      { Property = "OutcomeIffCompleted"; Subject = $"r{id}" } ]

    let private externalNeverOk =
        onRegions "ExternalNeverOk" (fun _ _ record ->
            record.Phase <> RegionPhase.Closed
            || not record.External
            || record.Outcome.Severity >= Severity.Cancelled)

    let private cleanupTight =
        onTasks "CleanupTight" (fun state _ record ->
            isNull record.Reason
            || record.Cleanup <= state.Limits.Allowance record.Reason.RootKind)

    // Climbs by owners alone: a planted fault may have a region stand below a later one.
    let internal standsInside (state: State) (task: TaskRecord) region =
        let rec climb current left =
            current = region
            || (left > 0L
                && (let owner = (state.Region current).Owner

                    state.HasTask owner && climb (state.Task owner).Region (left - 1L)))

        climb task.Region state.RegionCount

    let private noWaitOnFinished =
        onTasks "NoWaitOnFinished" (fun state id record ->
            record.Waits.IsNone
            || (Queries.isLive &record
                && record.Started
                && record.Waits.TaskId <> id
                && (record.Waits.IsRegion
                    || (let awaited = (state.Task record.Waits.TaskId).Waits

                        not (awaited.IsRegion && standsInside state record awaited.RegionId)))))

    let private budgetNested =
        "BudgetNested",
        fun (state: State) ->
            [ for struct (id, record) in state.Tasks do
                  let region = (state.Region record.Region).Budget

                  if
                      record.Role <> Role.Finalizer
                      && (record.Deadline > region.Deadline
                          || record.Polls > region.Polls
                          || record.Cost > region.Cost)
                  then
                      { Property = "BudgetNested"; Subject = $"t{id}" }
              for struct (id, record) in state.Regions do
                  if id > 1L<regionId> then
                      let parent = (state.Region (state.Task record.Owner).Region).Budget

                      if
                          record.Budget.Deadline > parent.Deadline
                          || record.Budget.Polls > parent.Polls
                          || record.Budget.Cost > parent.Cost
                      then
                          { Property = "BudgetNested"; Subject = $"r{id}" } ]

    let private bodyEndsFirst =
        onRegions "BodyEndsFirst" (fun state _ record ->
            record.Phase = RegionPhase.Open
            || not (isNull record.Reason)
            || not (Queries.isLive &(state.Task record.Body)))

    let private finalizingAlone =
        onRegions "FinalizingAlone" (fun state id record ->
            record.Phase <> RegionPhase.Finalizing
            || (let live = tasksOf state id |> List.filter (fun (struct (_, task)) -> Queries.isLive &task)

                live.Length <= 1
                && live |> List.forall (fun (struct (_, task)) -> task.Role = Role.Finalizer)))

    let private failureCancels =
        onRegions "FailureCancels" (fun state id record ->
            let failures =
                tasksOf state id
                |> List.filter (fun (struct (_, task)) ->
                    task.Role <> Role.Finalizer
                    && (task.Outcome.Severity = Severity.Err
                        || task.Outcome.Severity = Severity.Panicked))

            let failsFast =
                record.Policy <> Policy.FailFast
                || failures.IsEmpty
                || (not (isNull record.Reason) && record.Trigger <> 0L<taskId>)

            let failsWithBody =
                record.Phase <= RegionPhase.Closing
                || not (isNull record.Reason)
                || (state.Task record.Body).Outcome.Severity <= Severity.Ok

            failsFast && failsWithBody)

    let private outcomeCounts =
        onRegions "OutcomeCounts" (fun state id record ->
            record.Phase <> RegionPhase.Closed
            || record.Outcome.Severity = Severity.None
            || tasksOf state id
               |> List.forall (fun (struct (_, task)) ->
                   task.Observed
                   || (task.Outcome.Severity = Severity.Cancelled && task.Echo)
                   || record.Outcome.Severity >= task.Outcome.Severity))

    let private observedIsCompleted =
        onTasks "ObservedIsCompleted" (fun _ _ record -> not record.Observed || not (Queries.isLive &record))

    let private triggerIsFailure =
        onRegions "TriggerIsFailure" (fun state id record ->
            record.Trigger = 0L<taskId>
            || (let trigger = state.Task record.Trigger

                record.Policy = Policy.FailFast
                && trigger.Region = id
                && trigger.Role <> Role.Finalizer
                && (trigger.Outcome.Severity = Severity.Err
                    || trigger.Outcome.Severity = Severity.Panicked)))

    // That they have a reason at all is CancelReaches.
    let private reasonReaches =
        onTasks "ReasonReaches" (fun state id record ->
            let isAtMost (weaker: CancelReason) stronger =
                isNull weaker || CancelReason.Strength(weaker, stronger) <= 0

            not (Queries.isLive &record)
            || record.Role = Role.Finalizer
            || isNull record.Reason
            || (isAtMost (state.Region record.Region).Reason record.Reason
                && (not record.Waits.IsRegion
                    || (let below = state.Region record.Waits.RegionId

                        below.Phase = RegionPhase.Closed
                        || isNull below.Reason
                        || isAtMost (CancelReason.Below(record.Reason, record.Region, id)) below.Reason))))

    /// Every state invariant: its name and the check.
    let all: (string * (State -> Violation list)) list =
        [ typeOK
          ownershipTree
          singleOwner
          quiescence
          cancelReaches
          cancelledRegionNotOpen
          reservedHasLiveHolder
          leakMeansBug
          maskBounded
          neverStarted
          outcomeIffCompleted
          externalNeverOk
          cleanupTight
          noWaitOnFinished
          budgetNested
          bodyEndsFirst
          finalizingAlone
          failureCancels
          outcomeCounts
          observedIsCompleted
          triggerIsFailure
          reasonReaches
          "LinksAgree",
          LinksAgree.check
          >> List.map (fun subject -> { Property = "LinksAgree"; Subject = subject }) ]

    /// What does not hold in a state; empty when all is well.
    let violations state =
        all |> List.collect (fun (_, check) -> check state)
