namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// Runs made from recorded ones by one change. All but a swap of independent steps must be rejected, by the kernel and by a
/// checker of the specification; a checker that accepts one of them checks nothing.
[<RequireQualifiedAccess>]
module TraceControls =

    /// The kinds of changes that must be rejected.
    let kinds = [ "drop"; "duplicate"; "relabel"; "swap"; "argument"; "field" ]

    /// The change that must be accepted.
    [<Literal>]
    let Harmless = "swap of independent steps"

    type private Line = { Action: Action; Step: BatchStep }

    /// How many steps are taken until the kernel refuses one, or one changes something else than is recorded.
    let private taken header lines =
        let rec go count state (fields: Map<string, TlaValue list>) lines =
            match lines with
            | [] -> count
            | line :: rest ->
                match Kernel.step state line.Action with
                | Error _ -> count
                | Ok next ->
                    let after = TraceBatch.projected next

                    if
                        TraceBatch.changes fields["regions"] after["regions"] = line.Step.Regions
                        && TraceBatch.changes fields["tasks"] after["tasks"] = line.Step.Tasks
                        && TraceBatch.changes fields["obligations"] after["obligations"] = line.Step.Obligations
                    then
                        go (count + 1) next after rest
                    else
                        count

        let start: State = Trace.initial header
        go 0 start (TraceBatch.projected start) lines

    let private renamed (action: Action) =
        match action with
        | Commit(task, obligation) -> Some(Abort(task, obligation))
        | Abort(task, obligation) -> Some(Commit(task, obligation))
        | Start task -> Some(Checkpoint task)
        | Checkpoint task -> Some(Drain task)
        | CheckpointMasked task -> Some(MaskExit task)
        | MaskExit task -> Some(CheckpointMasked task)
        | Drain task -> Some(Finalize task)
        | Finalize task -> Some(Drain task)
        | ChargePoll task -> Some(Defer task)
        | Defer task -> Some(ChargePoll task)
        | CloseBegin region -> Some(CloseCancelChildren region)
        | CloseCancelChildren region -> Some(CloseChildrenDone region)
        | CloseChildrenDone region -> Some(CloseComplete region)
        | CloseComplete region -> Some(CloseChildrenDone region)
        | _ -> None

    let private altered (action: Action) =
        let other (task: TaskId) =
            if task = 1L<taskId> then 2L<taskId> else 1L<taskId>

        match action with
        | Complete(task, outcome) when outcome.Severity = Severity.Ok -> Some(Complete(task, Outcome.err))
        | Complete(task, _) -> Some(Complete(task, Outcome.ok))
        | MaskEnter(task, units) -> Some(MaskEnter(task, units + 1))
        | ChargeCost(task, amount) -> Some(ChargeCost(task, amount + 1L))
        | Spawn(task, region, child, budget) -> Some(Spawn(task, region, child + 1L<taskId>, budget))
        | CancelRequest(by, aim, reason) when aim.IsTask ->
            Some(CancelRequest(by, Target.Task(other aim.TaskId), reason))
        | Reserve(task, obligation, kind) -> Some(Reserve(other task, obligation, kind))
        | Transfer(task, obligation, receiver) -> Some(Transfer(task, obligation, other receiver))
        | JoinBlock(waiter, awaited) -> Some(JoinBlock(other waiter, awaited))
        | Start task -> Some(Start(other task))
        | Checkpoint task -> Some(Checkpoint(other task))
        | Drain task -> Some(Drain(other task))
        | _ -> None

    // A number, truth or word that is another one.
    let rec private otherValue value =
        match value with
        | TlaNumber number -> TlaNumber(if number = 0L then 1L else number - 1L)
        | TlaTruth truth -> TlaTruth(not truth)
        | TlaText word -> TlaText(if word = "Created" then "Running" else "Created")
        | TlaSequence [] -> TlaSequence [ TlaText "t"; TlaNumber 1L ]
        | TlaSequence items -> TlaSequence(List.tail items)
        | TlaRecord fields ->
            TlaRecord(
                fields
                |> List.map (fun (name, field) -> if name = "sev" then name, otherValue field else name, field)
            )
        | TlaSet _ -> value

    let private withOtherField (step: BatchStep) =
        let inFirst (records: ChangedRecord list) =
            match records with
            | (number, (name, value) :: fields) :: rest -> Some((number, (name, otherValue value) :: fields) :: rest)
            | _ -> None

        match inFirst step.Tasks, inFirst step.Regions, inFirst step.Obligations with
        | Some tasks, _, _ -> Some { step with Tasks = tasks }
        | _, Some regions, _ -> Some { step with Regions = regions }
        | _, _, Some obligations -> Some { step with Obligations = obligations }
        | _ -> None

    let private replace index items rest =
        List.truncate index rest @ items @ List.skip (index + 1) rest

    /// The lines with one change at a position, if that kind of change is possible there.
    let private changed relabelled kind (lines: Line list) index : Line list option =
        let line = List.item index lines
        let next = List.tryItem (index + 1) lines
        let relabel action = [ relabelled line action ]

        match kind, next with
        | "drop", _ -> Some(replace index [] lines)
        | "duplicate", _ -> Some(replace index [ line; line ] lines)
        | "relabel", _ ->
            renamed line.Action
            |> Option.map (fun action -> replace index (relabel action) lines)
        | "argument", _ ->
            altered line.Action
            |> Option.map (fun action -> replace index (relabel action) lines)
        | "field", _ ->
            withOtherField line.Step
            |> Option.map (fun step -> replace index [ { line with Step = step } ] lines)
        | _, Some next -> Some(List.truncate index lines @ [ next; line ] @ List.skip (index + 2) lines)
        | _ -> None

    /// For each position, whether the step there and the next one are independent.
    let private independence (trace: Trace) : bool list =
        let rec go state (steps: TraceStep list) =
            match steps with
            | one :: (two :: _ as rest) ->
                let here = Independence.independent state one.Action two.Action

                match Kernel.step state one.Action with
                | Ok next -> here :: go next rest
                | Error _ -> [ here ]
            | _ -> []

        go (Trace.initial trace.Header) trace.Steps

    /// The controls of a trace whose run is given: of each kind at most one, at the first position, counted from a given one,
    /// where it is not also a run of the kernel by chance (a step that nothing later depends on can be left out, for example).
    let ofRun (start: int) (trace: Trace) (run: BatchRun) : BatchRun list =
        let known = TraceBatch.places trace

        let relabelled line action =
            { Action = action
              Step =
                { line.Step with
                    Rule = string action.Rule
                    Arguments = TraceBatch.arguments known action } }

        let lines =
            List.map2
                (fun (step: TraceStep) recorded -> { Action = step.Action; Step = recorded })
                trace.Steps
                run.Steps

        let independent = Array.ofList (independence trace)
        let count = lines.Length
        let positions = [ for offset in 0 .. count - 1 -> (start + offset) % count ]

        let control kind index isControl count (found: Line list) =
            { run with
                Name = $"{run.Name}: {kind} at step {index + 1}"
                Control = isControl
                Taken = count
                Steps = List.map _.Step found }

        let rejected kind =
            positions
            |> List.tryPick (fun index ->
                if kind = "swap" && (index + 1 >= count || independent[index]) then
                    None
                else
                    match changed relabelled kind lines index with
                    | Some found ->
                        let count = taken trace.Header found

                        if count < found.Length then Some(control kind index true count found) else None
                    | None -> None)

        let harmless =
            positions
            |> List.tryPick (fun index ->
                if index + 1 < count && independent[index] then
                    changed relabelled "swap" lines index
                    |> Option.map (control Harmless index false count)
                else
                    None)

        List.choose rejected kinds @ Option.toList harmless
