namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// CheckpointMasked(t): a checkpoint inside a masked section spends one unit of mask.
[<RequireQualifiedAccess>]
module CheckpointMasked =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        match actor store task with
        | Premise.None ->
            let record = &store.Task task

            if Queries.lacks store Premise.CancelPending (record.Phase = TaskPhase.CancelRequested) then
                Premise.CancelPending
            elif Queries.lacks store Premise.MaskLeft (record.Mask > 0) then
                Premise.MaskLeft
            else
                Premise.None
        | failed -> failed

    /// One unit less.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let record = &store.Task task
        let mask = if store.Holds Premise.SpendMask then record.Mask - 1 else record.Mask
        store.ChangeTask(task, TaskMasks(mask, record.Depth))

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.CheckpointMasked (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)

/// MaskEnter(t, n): t enters a masked section.
[<RequireQualifiedAccess>]
module MaskEnter =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) units =
        match actor store task with
        | Premise.None ->
            let record = &store.Task task
            let pending = record.Phase = TaskPhase.CancelRequested && record.Depth = 0

            if Queries.lacks store Premise.MaskUnitsInRange (units >= 1 && units <= store.Limits.MaskUnits) then
                Premise.MaskUnitsInRange
            elif Queries.lacks store Premise.MaskDepthLeft (record.Depth < store.Limits.MaskDepth) then
                Premise.MaskDepthLeft
            elif Queries.lacks store Premise.NoPendingCancel (not pending) then
                Premise.NoPendingCancel
            else
                Premise.None
        | failed -> failed

    /// One section deeper; only the outermost one, entered before a request, brings units.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) units : 'S =
        let record = &store.Task task

        let grants =
            (record.Depth = 0 && record.Phase = TaskPhase.Running)
            || not (store.Holds Premise.MaskOnlyOutermost)

        store.ChangeTask(task, TaskMasks((if grants then units else record.Mask), record.Depth + 1))

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task units =
        decide RuleName.MaskEnter (guard store task units) (fun () -> next store task units)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task units =
        perform (guard store task units) (fun () -> next store task units)

/// MaskExit(t): t leaves a masked section.
[<RequireQualifiedAccess>]
module MaskExit =

    /// The first guard that fails.
    let guard<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) =
        match actor store task with
        | Premise.None ->
            if Queries.lacks store Premise.InsideMask ((store.Task task).Depth > 0) then
                Premise.InsideMask
            else
                Premise.None
        | failed -> failed

    /// One section less deep; outside all of them no mask is left.
    let next<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : 'S =
        let record = &store.Task task
        let depth = record.Depth - 1

        let mask = if depth = 0 && store.Holds Premise.ClearMask then 0 else record.Mask
        store.ChangeTask(task, TaskMasks(mask, depth))

    /// Takes the step or refuses it.
    let step<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        decide RuleName.MaskExit (guard store task) (fun () -> next store task)

    /// Takes the step in a store that works in place, or says which guard failed.
    let enact<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) task =
        perform (guard store task) (fun () -> next store task)
