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
        onTasks "MaskOnlySpent" (fun before after -> not (Queries.isCancelled &before) || after.Mask <= before.Mask)

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

    // Who may do something: a task that is active and waits for nothing.
    let private acts (task: TaskRecord) =
        Queries.isActive &task && task.Waits.IsNone

    let private completes (before: TaskRecord) (after: TaskRecord) =
        Queries.isLive &before && not (Queries.isLive &after)

    let private holderResolves =
        "HolderResolves",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in after.Obligations do
                  let isNew = not (before.HasObligation id)

                  let holder = if isNew then record.Holder else (before.Obligation id).Holder

                  let changes =
                      isNew
                      || ((before.Obligation id).Phase = ObligationPhase.Reserved
                          && (record.Phase <> ObligationPhase.Reserved || record.Holder <> holder))

                  if
                      changes
                      && not (
                          before.HasTask holder
                          && (acts (before.Task holder) || completes (before.Task holder) (after.Task holder))
                      )
                  then
                      { Property = "HolderResolves"; Subject = $"o{id}" } ]

    let private maskDefers =
        onTasks "MaskDefers" (fun before after ->
            before.Phase <> TaskPhase.CancelRequested
            || after.Phase <> TaskPhase.Cancelling
            || before.Mask = 0)

    let private sectionsByActive =
        onTasks "SectionsByActive" (fun before after ->
            let ends = after.Phase <> before.Phase && after.Phase >= TaskPhase.Finalizing
            let still = after.Mask = before.Mask && after.Depth = before.Depth

            still
            || ends
            || (acts before
                && (after.Depth <> before.Depth || before.Phase = TaskPhase.CancelRequested)))

    let private sectionsBeginUnasked =
        onTasks "SectionsBeginUnasked" (fun before after ->
            before.Depth <> 0
            || after.Depth = 0
            || before.Phase <> TaskPhase.CancelRequested)

    let private noLateFinalizer =
        "NoLateFinalizer",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Regions do
                  if
                      (after.Region id).Finalizers > record.Finalizers
                      && (record.Phase >= RegionPhase.Finalizing
                          || before.Tasks
                             |> List.forall (fun (struct (_, task)) -> task.Region <> id || not (acts task)))
                  then
                      { Property = "NoLateFinalizer"; Subject = $"r{id}" } ]

    let private openerRunning =
        "OpenerRunning",
        fun (before: State) (after: State) ->
            let runs (task: TaskRecord) =
                acts task && task.Phase = TaskPhase.Running

            [ for struct (id, record) in after.Regions do
                  if
                      not (before.HasRegion id)
                      && not (before.HasTask record.Owner && runs (before.Task record.Owner))
                  then
                      { Property = "OpenerRunning"; Subject = $"r{id}" }
              for struct (id, record) in after.Tasks do
                  if
                      not (before.HasTask id)
                      && record.Role = Role.Child
                      && before.Tasks |> List.forall (fun (struct (_, task)) -> not (runs task))
                  then
                      { Property = "OpenerRunning"; Subject = $"t{id}" } ]

    let private unlimitedStays =
        onTasks "UnlimitedStays" (fun before after ->
            (before.Polls <> Quota.Unlimited || after.Polls = before.Polls)
            && (before.Cost <> Quota.UnlimitedCost || after.Cost = before.Cost)
            && (before.Cleanup <> Quota.Unlimited
                || after.Cleanup = before.Cleanup
                || CancelReason.Strength(after.Reason, before.Reason) <> 0))

    let private askedFromInside =
        "AskedFromInside",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Regions do
                  let later = after.Region id

                  if
                      CancelReason.Strength(later.Reason, record.Reason) <> 0
                      && not later.External
                      && not (record.Phase = RegionPhase.Closing && later.Phase = RegionPhase.Draining)
                      && before.Tasks
                         |> List.forall (fun (struct (task, inside)) ->
                             not (acts inside && Invariants.standsInside before inside id)
                             && not (inside.Region = id && completes inside (after.Task task)))
                  then
                      { Property = "AskedFromInside"; Subject = $"r{id}" } ]

    let private waitsForOutcome =
        "WaitsForOutcome",
        fun (before: State) (after: State) ->
            [ for struct (id, record) in before.Tasks do
                  let later = after.Task id
                  let changed = later.Waits.Raw <> record.Waits.Raw

                  let begins =
                      not (changed && later.Waits.IsTask)
                      || (acts record && Queries.isLive &(before.Task later.Waits.TaskId))

                  let ends =
                      not (changed && record.Waits.IsTask)
                      || (later.Phase = TaskPhase.Cancelling && record.Phase = TaskPhase.CancelRequested)
                      || (let awaited = after.Task record.Waits.TaskId
                          not (Queries.isLive &awaited) && awaited.Observed)

                  if not (begins && ends) then
                      { Property = "WaitsForOutcome"; Subject = $"t{id}" } ]

    let private outcomeEarned =
        "OutcomeEarned",
        fun (before: State) (after: State) ->
            let earned id (record: RegionRecord) =
                let severity = (after.Region id).Outcome.Severity
                let body = (before.Task record.Body).Outcome.Severity
                let isTriggered = record.Trigger <> 0L<taskId>

                let trigger =
                    if isTriggered then
                        (before.Task record.Trigger).Outcome.Severity
                    else
                        Severity.None

                let isExcused = isTriggered && body = Severity.Cancelled

                // Not an echo of what the region itself asked for.
                let isNews (task: TaskRecord) =
                    task.Region = id
                    && task.Outcome.Severity = severity
                    && not task.Observed
                    && not (severity = Severity.Cancelled && task.Echo)

                trigger <= severity
                && (isExcused || body <= severity)
                && (severity = Severity.Ok
                    || (severity = Severity.Cancelled && record.External)
                    || (isTriggered && trigger = severity)
                    || (not isExcused && body = severity)
                    || before.Tasks |> List.exists (fun (struct (_, task)) -> isNews task))

            [ for struct (id, record) in before.Regions do
                  if
                      record.Phase <> RegionPhase.Closed
                      && (after.Region id).Phase = RegionPhase.Closed
                      && not (earned id record)
                  then
                      { Property = "OutcomeEarned"; Subject = $"r{id}" } ]

    let private bornInPhase =
        "BornInPhase",
        fun (before: State) (after: State) ->
            let stands (region: RegionId) phase =
                before.HasRegion region && (before.Region region).Phase = phase

            [ for struct (id, record) in after.Tasks do
                  if
                      not (before.HasTask id)
                      && ((record.Role = Role.Child && not (stands record.Region RegionPhase.Open))
                          || (record.Role = Role.Finalizer
                              && not (stands record.Region RegionPhase.Finalizing)))
                  then
                      { Property = "BornInPhase"; Subject = $"t{id}" }
              for struct (id, record) in after.Regions do
                  if
                      not (before.HasRegion id)
                      && not (
                          before.HasTask record.Owner
                          && stands (before.Task record.Owner).Region RegionPhase.Open
                      )
                  then
                      { Property = "BornInPhase"; Subject = $"r{id}" } ]

    let private triggerStays =
        onRegions "TriggerStays" (fun before after -> before.Trigger = 0L<taskId> || after.Trigger = before.Trigger)

    let private acknowledgedIsFree =
        onTasks "AcknowledgedIsFree" (fun before after ->
            before.Phase = TaskPhase.Cancelling
            || after.Phase <> TaskPhase.Cancelling
            || after.Waits.IsNone)

    let private drainedUnmasked =
        onTasks "DrainedUnmasked" (fun _ after ->
            after.Phase < TaskPhase.Finalizing || (after.Mask = 0 && after.Depth = 0))

    /// Every step property: its name and the check.
    let all: (string * (State -> State -> Violation list)) list =
        [ closingMonotone
          taskPhaseGraph
          resolvedOnce
          reasonNeverWeakens
          quotaNeverGrows
          maskOnlySpent
          finalIsFinal
          acknowledgedEndsCancelled
          holderResolves
          maskDefers
          sectionsByActive
          sectionsBeginUnasked
          noLateFinalizer
          openerRunning
          unlimitedStays
          askedFromInside
          waitsForOutcome
          outcomeEarned
          bornInPhase
          triggerStays
          acknowledgedIsFree
          drainedUnmasked ]

    /// What a step breaks; empty when all is well.
    let violations before after =
        all |> List.collect (fun (_, check) -> check before after)
