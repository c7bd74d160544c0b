namespace Asupersync.Kernel

/// The step properties of docs/semantics.md, section 8: what must hold between a state and the next.
[<RequireQualifiedAccess>]
module StepProperties =

    let private onTasks property (holds: TaskRecord -> TaskRecord -> bool) =
        property,
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Tasks do
                  if not (holds record (after.Task id)) then
                      { Property = property; Subject = $"t{id}" } ]

    let private onRegions property (holds: RegionRecord -> RegionRecord -> bool) =
        property,
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Regions do
                  if not (holds record (after.Region id)) then
                      { Property = property; Subject = $"r{id}" } ]

    let private closingMonotone =
        onRegions "ClosingMonotone" (fun before after ->
            after.Phase = before.Phase || int after.Phase = int before.Phase + 1)

    let private taskPhaseGraph =
        onTasks "TaskPhaseGraph" (fun before after ->
            before.Phase = after.Phase
            || (match before.Phase, after.Phase with
                | TaskPhase.Created, TaskPhase.Running
                | TaskPhase.Created, TaskPhase.CancelRequested
                | TaskPhase.Running, TaskPhase.CancelRequested
                | TaskPhase.Running, TaskPhase.Completed
                | TaskPhase.CancelRequested, TaskPhase.Cancelling
                | TaskPhase.CancelRequested, TaskPhase.Completed
                | TaskPhase.Cancelling, TaskPhase.Finalizing
                | TaskPhase.Cancelling, TaskPhase.Completed
                | TaskPhase.Finalizing, TaskPhase.Completed -> true
                | _ -> false))

    let private resolvedOnce =
        "ResolvedOnce",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Obligations do
                  if
                      record.Phase <> ObligationPhase.Reserved
                      && (after.Obligation id).Phase <> record.Phase
                  then
                      { Property = "ResolvedOnce"; Subject = $"o{id}" } ]

    let private grows (before: CancelReason) (after: CancelReason) =
        isNull before || CancelReason.Strength(after, before) >= 0

    let private reasonNeverWeakens =
        "ReasonNeverWeakens",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Tasks do
                  if not (grows record.Reason (after.Task id).Reason) then
                      { Property = "ReasonNeverWeakens"; Subject = $"t{id}" }
              for struct (id, record) in before.Regions do
                  if not (grows record.Reason (after.Region id).Reason) then
                      { Property = "ReasonNeverWeakens"; Subject = $"r{id}" } ]

    let private quotaNeverGrows =
        onTasks "QuotaNeverGrows" (fun before after ->
            after.Polls <= before.Polls
            && after.Cost <= before.Cost
            && after.Cleanup <= before.Cleanup
            && after.Deadline = before.Deadline
            && after.Priority = before.Priority)

    let private maskOnlySpent =
        onTasks "MaskOnlySpent" (fun before after -> not (Queries.isCancelled before) || after.Mask <= before.Mask)

    let private sameButObserved (before: TaskRecord) (after: TaskRecord) =
        after.Phase = before.Phase
        && after.Waits.Raw = before.Waits.Raw
        && after.Outcome.Equals before.Outcome
        && CancelReason.Strength(after.Reason, before.Reason) = 0
        && after.Started = before.Started
        && after.Echo = before.Echo
        && after.Mask = before.Mask
        && after.Depth = before.Depth
        && after.Polls = before.Polls
        && after.Cost = before.Cost
        && after.Cleanup = before.Cleanup
        && (after.Observed || not before.Observed)

    let private finalIsFinal =
        "FinalIsFinal",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Tasks do
                  if
                      record.Phase = TaskPhase.Completed
                      && not (sameButObserved record (after.Task id))
                  then
                      { Property = "FinalIsFinal"; Subject = $"t{id}" }
              for struct (id, record) in before.Regions do
                  if
                      record.Phase = RegionPhase.Closed
                      && Fingerprint.ofRegion id record <> Fingerprint.ofRegion id (after.Region id)
                  then
                      { Property = "FinalIsFinal"; Subject = $"r{id}" } ]

    let private acknowledgedEndsCancelled =
        onTasks "AcknowledgedEndsCancelled" (fun before after ->
            (before.Phase <> TaskPhase.Cancelling && before.Phase <> TaskPhase.Finalizing)
            || after.Phase <> TaskPhase.Completed
            || after.Outcome.Severity >= Severity.Cancelled)

    /// Every step property: its name and the check.
    let all: (string * (State -> State -> Violation list)) list =
        [ closingMonotone
          taskPhaseGraph
          resolvedOnce
          reasonNeverWeakens
          quotaNeverGrows
          maskOnlySpent
          finalIsFinal
          acknowledgedEndsCancelled ]

    /// What a step breaks; empty when all is well.
    let violations before after =
        all |> List.collect (fun (_, check) -> check before after)
