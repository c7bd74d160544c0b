namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// Actions for the state at hand: some that move it on, some that are merely well formed, some that no honest runtime asks for.
[<Sealed>]
type Proposals(dice: Dice) =

    let strange = [| -1L; 0L; System.Int64.MinValue; System.Int64.MaxValue; -9L; 99_999L |]

    let wild (count: int64) : int64<'u> =
        let id =
            match dice.Below 4 with
            | 0 -> dice.Pick strange
            | 1 -> count + int64 (dice.Between(1, 3))
            | _ -> int64 (dice.Between(1, max 1 (int count)))

        LanguagePrimitives.Int64WithMeasure id

    let known (count: int64) : int64<'u> =
        LanguagePrimitives.Int64WithMeasure(int64 (dice.Between(1, max 1 (int count))))

    let next (count: int64) : int64<'u> =
        LanguagePrimitives.Int64WithMeasure(count + 1L)

    let policy () =
        if dice.Chance 60 then Policy.FailFast else Policy.CollectAll

    let budget () =
        if dice.Chance 50 then
            Budget.unlimited
        else
            { Deadline = (if dice.Chance 30 then int64 (dice.Below 9) else Quota.NoDeadline)
              Polls = (if dice.Chance 50 then dice.Below 6 else Quota.Unlimited)
              Cost = (if dice.Chance 50 then int64 (dice.Below 9) else Quota.UnlimitedCost)
              Priority = dice.Below 256 }

    let badBudget () =
        match dice.Below 5 with
        | 0 -> { Budget.unlimited with Deadline = -1L }
        | 1 -> { Budget.unlimited with Polls = -1 }
        | 2 -> { Budget.unlimited with Cost = System.Int64.MinValue }
        | 3 -> { Budget.unlimited with Priority = 256 }
        | _ -> { Budget.unlimited with Priority = -1 }

    /// A new reason, or one that is about already, or one caused by it.
    let reason (state: State) =
        let bare =
            CancelReason.Create(
                enum<CancelKind>(dice.Below 11),
                int64 (dice.Below 3) * 1L<regionId>,
                int64 (dice.Below 3) * 1L<taskId>,
                int64 (dice.Below 3),
                (if dice.Chance 20 then "stop" else ""),
                null
            )

        let about = (state.Task(known state.TaskCount)).Reason

        if isNull about || about.Depth > 30 then
            bare
        elif dice.Chance 30 then
            about
        elif dice.Chance 20 then
            CancelReason.Create(bare.Kind, bare.Region, bare.Task, bare.At, bare.Message, about)
        else
            bare

    let outcome state =
        match dice.Below 20 with
        | 0 -> Outcome.cancelled (reason state)
        | 1
        | 2 -> Outcome.err
        | 3 -> Outcome.panicked
        | _ -> Outcome.ok

    let kind () = enum<ObligationKind>(dice.Below 4)

    /// Any rule, with arguments from the functions given.
    let any
        (state: State)
        (task: unit -> TaskId)
        (region: unit -> RegionId)
        (obligation: unit -> ObligationId)
        budget
        units
        =
        let target () =
            if dice.Chance 50 then Target.Task(task ()) else Target.Region(region ())

        match dice.Below 25 with
        | 0 -> Spawn(task (), region (), next state.TaskCount, budget ())
        | 1 -> Start(task ())
        | 2 when dice.Chance 40 -> Complete(task (), outcome state)
        | 2 -> MaskEnter(task (), units ())
        | 3 ->
            let by = if dice.Chance 50 then 0L<taskId> else task ()
            CancelRequest(by, target (), reason state)
        | 4 -> Checkpoint(task ())
        | 5 -> CheckpointMasked(task ())
        | 6 -> MaskEnter(task (), units ())
        | 7 -> MaskExit(task ())
        | 8 -> Drain(task ())
        | 9 -> Finalize(task ())
        | 10 -> ChargePoll(task ())
        | 11 -> ChargeCost(task (), int64 (units ()))
        | 12 -> Reserve(task (), next state.ObligationCount, kind ())
        | 13 -> Commit(task (), obligation ())
        | 14 -> Abort(task (), obligation ())
        | 15 -> Transfer(task (), obligation (), task ())
        | 16 -> OpenRegion(task (), next state.RegionCount, next state.TaskCount, policy (), budget ())
        | 17 -> Defer(task ())
        | 18 -> CloseBegin(region ())
        | 19 -> CloseCancelChildren(region ())
        | 20 -> CloseChildrenDone(region ())
        | 21 -> CloseRunFinalizer(region (), next state.TaskCount)
        | 22 -> CloseComplete(region ())
        | 23 -> JoinBlock(task (), task ())
        | _ -> JoinReady(task (), target ())

    let wellFormed (state: State) =
        any
            state
            (fun () -> known state.TaskCount)
            (fun () -> known state.RegionCount)
            (fun () -> known state.ObligationCount)
            budget
            (fun () -> dice.Between(1, 3))

    let hostile (state: State) =
        match dice.Below 6 with
        | 0 -> Spawn(known state.TaskCount, known state.RegionCount, wild state.TaskCount, badBudget ())
        | 1 -> OpenRegion(known state.TaskCount, wild state.RegionCount, wild state.TaskCount, policy (), badBudget ())
        | 2 -> Reserve(known state.TaskCount, wild state.ObligationCount, kind ())
        | 3 -> CloseRunFinalizer(known state.RegionCount, wild state.TaskCount)
        | _ ->
            any
                state
                (fun () -> wild state.TaskCount)
                (fun () -> wild state.RegionCount)
                (fun () -> wild state.ObligationCount)
                (fun () -> if dice.Chance 50 then badBudget () else budget ())
                (fun () -> dice.Pick [| -1; 0; 1; 2; System.Int32.MaxValue; System.Int32.MinValue |])

    /// The next rung of a region.
    let climb (state: State) (id: RegionId) =
        let record = state.Region id

        match record.Phase with
        // Now and then the wrong one of the last two rungs.
        | RegionPhase.Finalizing when dice.Chance 10 ->
            if record.Finalizers > 0 then
                CloseComplete id
            else
                CloseRunFinalizer(id, next state.TaskCount)
        | RegionPhase.Open -> CloseBegin id
        | RegionPhase.Closing -> CloseCancelChildren id
        | RegionPhase.Draining -> CloseChildrenDone id
        | _ when record.Finalizers > 0 -> CloseRunFinalizer(id, next state.TaskCount)
        | _ -> CloseComplete id

    /// What a running task might do.
    let work (state: State) (id: TaskId) =
        let record = state.Task id

        match dice.Below 16 with
        | 0
        | 1 -> Spawn(id, record.Region, next state.TaskCount, budget ())
        | 2
        | 3 -> OpenRegion(id, next state.RegionCount, next state.TaskCount, policy (), budget ())
        | 4 -> Reserve(id, next state.ObligationCount, kind ())
        | 5 when record.FirstHeld <> 0L<obligationId> -> Commit(id, record.FirstHeld)
        | 6 when record.FirstHeld <> 0L<obligationId> -> Abort(id, record.LastHeld)
        | 7 when record.FirstHeld <> 0L<obligationId> -> Transfer(id, record.FirstHeld, known state.TaskCount)
        | 8 -> Defer id
        | 9 -> MaskEnter(id, dice.Between(1, 3))
        | 10 when record.Depth > 0 -> MaskExit id
        | 11 -> ChargePoll id
        | 12 -> ChargeCost(id, int64 (dice.Between(1, 4)))
        | 13 -> JoinBlock(id, known state.TaskCount)
        | 14 -> JoinReady(id, Target.Task(known state.TaskCount))
        | 15 when id > 1L<taskId> || dice.Chance 20 -> Complete(id, outcome state)
        | _ -> Reserve(id, next state.ObligationCount, kind ())

    let moveTask (state: State) (id: TaskId) =
        let record = state.Task id

        if record.Waits.IsRegion then
            if (state.Region record.Waits.RegionId).Phase = RegionPhase.Closed then
                JoinReady(id, record.Waits)
            else
                climb state record.Waits.RegionId
        elif
            record.Waits.IsTask
            && (state.Task record.Waits.TaskId).Phase = TaskPhase.Completed
        then
            JoinReady(id, record.Waits)
        else
            match record.Phase with
            | TaskPhase.Created -> Start id
            // Now and then the wrong one of the two checkpoints.
            | TaskPhase.CancelRequested when dice.Chance 10 ->
                if record.Mask > 0 then Checkpoint id else CheckpointMasked id
            | TaskPhase.CancelRequested when record.Mask > 0 ->
                if dice.Chance 30 then MaskExit id else CheckpointMasked id
            | TaskPhase.CancelRequested -> if dice.Chance 20 then work state id else Checkpoint id
            | TaskPhase.Cancelling -> if dice.Chance 30 then work state id else Drain id
            | TaskPhase.Finalizing -> if dice.Chance 20 then Complete(id, Outcome.panicked) else Finalize id
            | _ -> work state id

    /// Moves something that is not done yet.
    let onwards (state: State) =
        if dice.Chance 70 then
            let ids =
                [| for struct (id, record) in state.Tasks do
                       if record.Phase <> TaskPhase.Completed then
                           id |]

            if ids.Length = 0 then
                climb state 1L<regionId>
            else
                moveTask state (dice.Pick ids)
        else
            let ids =
                [| for struct (id, record) in state.Regions do
                       if record.Phase <> RegionPhase.Closed then
                           id |]

            climb state (if ids.Length = 0 then 1L<regionId> else dice.Pick ids)

    /// An action for a state that may still grow.
    member _.Any(state: State) =
        match dice.Below 20 with
        | 0
        | 1
        | 2 -> hostile state
        | 3
        | 4
        | 5
        | 6 -> wellFormed state
        | _ -> onwards state

    /// An action that brings a state towards its end: nothing new, and running tasks return.
    member _.Ending(state: State) =
        if (state.Region 1L<regionId>).Phase = RegionPhase.Open && dice.Chance 5 then
            CancelRequest(0L<taskId>, Target.Region 1L<regionId>, reason state)
        else
            match onwards state with
            | Spawn(task, _, _, _)
            | OpenRegion(task, _, _, _, _)
            | Reserve(task, _, _)
            | Defer task
            | JoinBlock(task, _)
            | MaskEnter(task, _) -> Complete(task, outcome state)
            | action -> action
