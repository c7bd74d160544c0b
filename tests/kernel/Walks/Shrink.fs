namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// Actions under other identifiers.
[<RequireQualifiedAccess>]
module Renumber =

    /// The action with every identifier replaced.
    let action (task: TaskId -> TaskId) (region: RegionId -> RegionId) (held: ObligationId -> ObligationId) action =
        let target (aim: Target) =
            if aim.IsRegion then
                Target.Region(region aim.RegionId)
            else
                Target.Task(task aim.TaskId)

        match action with
        | Spawn(t, r, c, budget) -> Spawn(task t, region r, task c, budget)
        | Start t -> Start(task t)
        | Complete(t, outcome) -> Complete(task t, outcome)
        | CancelRequest(by, x, reason) -> CancelRequest(task by, target x, reason)
        | Checkpoint t -> Checkpoint(task t)
        | CheckpointMasked t -> CheckpointMasked(task t)
        | MaskEnter(t, units) -> MaskEnter(task t, units)
        | MaskExit t -> MaskExit(task t)
        | Drain t -> Drain(task t)
        | Finalize t -> Finalize(task t)
        | ChargePoll t -> ChargePoll(task t)
        | ChargeCost(t, cost) -> ChargeCost(task t, cost)
        | Reserve(t, o, kind) -> Reserve(task t, held o, kind)
        | Commit(t, o) -> Commit(task t, held o)
        | Abort(t, o) -> Abort(task t, held o)
        | Transfer(t, o, u) -> Transfer(task t, held o, task u)
        | OpenRegion(t, r, b, policy, budget) -> OpenRegion(task t, region r, task b, policy, budget)
        | Defer t -> Defer(task t)
        | CloseBegin r -> CloseBegin(region r)
        | CloseCancelChildren r -> CloseCancelChildren(region r)
        | CloseChildrenDone r -> CloseChildrenDone(region r)
        | CloseRunFinalizer(r, f) -> CloseRunFinalizer(region r, task f)
        | CloseComplete r -> CloseComplete(region r)
        | JoinBlock(w, t) -> JoinBlock(task w, task t)
        | JoinReady(w, x) -> JoinReady(task w, target x)

    /// The list without the action at an index, what that created being taken for the one before it.
    let without index (actions: Action list) =
        let down (from: int64<'u>) (id: int64<'u>) =
            if id >= from then id - LanguagePrimitives.Int64WithMeasure 1L else id

        let renumber =
            match actions[index] with
            | Spawn(_, _, task, _)
            | CloseRunFinalizer(_, task) -> action (down task) id id
            | OpenRegion(_, region, task, _, _) -> action (down task) (down region) id
            | Reserve(_, obligation, _) -> action id id (down obligation)
            | _ -> id

        List.take index actions @ List.map renumber (List.skip (index + 1) actions)

/// Making failures small.
[<RequireQualifiedAccess>]
module Shrink =

    /// What breaks first when the actions are asked for in order, with all that were taken up to there; None when nothing does.
    let firstBreak header dropped (actions: Action list) =
        let oracle = Oracle(header, dropped)

        let rec go taken actions =
            match actions with
            | [] -> None
            | action :: rest ->
                match oracle.Ask action with
                | Taken -> go (action :: taken) rest
                | Refused _ -> go taken rest
                | Broken why -> Some(List.rev (action :: taken), why)

        go [] actions

    /// Without so many actions from an index on, renumbered or as they are.
    let private cuts index size (current: Action list) =
        [ Seq.fold (fun rest _ -> Renumber.without index rest) current (seq { 1..size })
          List.removeManyAt index size current ]

    /// The shortest list that can be reached by cutting out pieces, first long ones, then shorter ones, with what it breaks.
    let rec actions header dropped (failing: Action list) (why: string) =
        let length = failing.Length

        let sizes =
            if length <= 40 then
                seq { length - 1 .. -1 .. 1 }
            else
                Seq.unfold (fun size -> if size = 0 then None else Some(size, size / 2)) (length / 2)

        let smaller =
            seq {
                for size in sizes do
                    for index in length - size .. -1 .. 0 do
                        yield! cuts index size failing
            }
            |> Seq.tryPick (firstBreak header dropped)

        match smaller with
        | Some(shorter, reason) -> actions header dropped shorter reason
        | None -> failing, why

    /// The actions as lines of a trace, whether or not the kernel takes them.
    let lines header (actions: Action list) =
        TraceJson.writeHeader header
        :: (actions
            |> List.mapi (fun index action ->
                TraceJson.writeStep
                    { Sequence = int64 index + 1L
                      At = 0L
                      Action = action
                      Consequences = []
                      Fingerprint = ValueNone }))
        |> String.concat "\n"
