/// A recorded run that was changed is not accepted, and the error names the step and the reason.
module Asupersync.Kernel.Tests.ChangeTests

open Xunit
open Asupersync.Kernel

let private trace = Stories.record Stories.header Stories.small
let private steps = trace.Steps

/// The state before the step at an index from 0.
let private before index =
    Trace.initial trace.Header
    |> after (steps |> List.take index |> List.map _.Action)

/// The code that the first changed step must be rejected with, as the kernel itself judges it.
let private codeOf index (changed: TraceStep) =
    match Kernel.step (before index) changed.Action with
    | Error refusal -> refusal.Code
    | Ok next when next.Consequences <> changed.Consequences -> "ASUP1206"
    | Ok _ -> "ASUP1207"

/// Replay must stop at the step at that index, the first that is not what was recorded.
let private rejectedAt index what (changed: TraceStep list) =
    match Trace.replay { trace with Steps = Stories.renumbered changed } with
    | Ok _ -> failwith $"{what} at step {index + 1} was accepted"
    | Error error ->
        let expected = int64 index + 1L, codeOf index changed[index]

        if (error.Line, error.Code) <> expected then
            failwith $"{what} at step {index + 1}: expected {expected}, but got {error}"

/// And without numbering anew, reading must stop at that line.
let private unreadableAt line (changed: TraceStep list) =
    match TraceJson.readText (TraceJson.writeText { trace with Steps = changed }) with
    | Error error -> Expect.equal (int64 line, "ASUP1212") (error.Line, error.Code)
    | Ok _ -> failwith $"line {line} was read out of order"

[<Fact>]
let ``A step left out is rejected where it is missing`` () =
    for index in 0 .. steps.Length - 2 do
        let changed = List.removeAt index steps
        rejectedAt index "a step left out" changed
        // The header is line 1, so the step at index i stands in line i + 2.
        unreadableAt (index + 2) changed

[<Fact>]
let ``A step repeated is rejected where it is repeated, unless it asks again for a cancel`` () =
    for index in 0 .. steps.Length - 1 do
        let changed = List.insertAt (index + 1) steps[index] steps
        unreadableAt (index + 3) changed

        match steps[index].Action with
        | CancelRequest _ ->
            // Asking twice is asking once: this is another run, and a sound one.
            Expect.isTrue "it replays" (Trace.replay { trace with Steps = Stories.renumbered changed }).IsOk

            Expect.isTrue
                "it hashes otherwise"
                (TraceJson.hash trace
                 <> TraceJson.hash { trace with Steps = Stories.renumbered changed })
        | action ->
            match Trace.replay { trace with Steps = Stories.renumbered changed } with
            | Error error -> Expect.equal (int64 index + 2L) error.Line
            | Ok _ -> failwith $"{action} was accepted twice"

/// Other rules that take the same arguments.
let private relabelled action =
    match action with
    | Start t
    | Checkpoint t
    | CheckpointMasked t
    | MaskExit t
    | Drain t
    | Finalize t
    | ChargePoll t
    | Defer t ->
        [ Start t
          Checkpoint t
          CheckpointMasked t
          MaskExit t
          Drain t
          Finalize t
          ChargePoll t
          Defer t ]
        |> List.except [ action ]
    | CloseBegin r
    | CloseCancelChildren r
    | CloseChildrenDone r
    | CloseComplete r ->
        [ CloseBegin r; CloseCancelChildren r; CloseChildrenDone r; CloseComplete r ]
        |> List.except [ action ]
    | Commit(t, o) -> [ Abort(t, o) ]
    | Abort(t, o) -> [ Commit(t, o) ]
    | _ -> []

/// The action with one argument changed.
let private altered action =
    let others reason =
        [ CancelReason.Strengthen(reason, shutdown)
          CancelReason.Create(reason.Kind, reason.Region, reason.Task, reason.At + 1L, reason.Message, reason.Cause)
          CancelReason.Create(reason.Kind, reason.Region, reason.Task, reason.At, reason.Message + "!", reason.Cause)
          CancelReason.Create(
              reason.Kind,
              reason.Region,
              reason.Task + 1L<taskId>,
              reason.At,
              reason.Message,
              reason.Cause
          )
          CancelReason.Create(reason.Kind, reason.Region, reason.Task, reason.At, reason.Message, user) ]

    let tasks = Renumber.action (fun id -> id + 1L<taskId>) id id action
    let regions = Renumber.action id (fun id -> id + 1L<regionId>) id action
    let obligations = Renumber.action id id (fun id -> id + 1L<obligationId>) action

    let values =
        match action with
        | Spawn(t, r, c, budget) ->
            [ Spawn(t, r, c, { budget with Polls = 1 })
              Spawn(t, r, c, { budget with Cost = 1L }) ]
        | OpenRegion(t, r, b, policy, budget) ->
            [ OpenRegion(t, r, b, policy, { budget with Polls = 1 })
              OpenRegion(t, r, b, policy, { budget with Cost = 1L })
              OpenRegion(t, r, b, (if policy = Policy.FailFast then Policy.CollectAll else Policy.FailFast), budget) ]
        | Complete(t, outcome) ->
            [ Outcome.ok; Outcome.err; Outcome.panicked; Outcome.cancelled user ]
            |> List.except [ outcome ]
            |> List.map (fun other -> Complete(t, other))
        | CancelRequest(by, x, reason) -> others reason |> List.map (fun other -> CancelRequest(by, x, other))
        | MaskEnter(t, units) -> [ MaskEnter(t, units + 1); MaskEnter(t, 0) ]
        | ChargeCost(t, cost) -> [ ChargeCost(t, cost + 1L); ChargeCost(t, 0L) ]
        | Reserve(t, o, kind) -> [ Reserve(t, o, enum<ObligationKind>((int kind + 1) % 4)) ]
        | _ -> []

    tasks :: regions :: obligations :: values
    |> List.except [ action ]
    |> List.distinct

let private eachChanged what (others: Action -> Action list) =
    let mutable changes = 0

    for index in 0 .. steps.Length - 1 do
        for action in others steps[index].Action do
            changes <- changes + 1

            steps
            |> List.updateAt index { steps[index] with Action = action }
            |> rejectedAt index what

    Expect.isTrue $"there are many, not {changes}" (changes > 30)

[<Fact>]
let ``A step under another rule is rejected there`` () = eachChanged "another rule" relabelled

[<Fact>]
let ``A step with one argument changed is rejected there`` () = eachChanged "another argument" altered

[<Fact>]
let ``A consequence added, left out or changed is rejected there`` () =
    let leak = { Rule = RuleName.Leak; Subject = 1L; OnRegion = false }

    for index in 0 .. steps.Length - 1 do
        let was = steps[index].Consequences

        for others in
            [ was @ [ leak ]
              List.truncate (was.Length - 1) was
              List.map (fun one -> { one with Subject = 9L }) was ] do
            if others <> was then
                steps
                |> List.updateAt index { steps[index] with Consequences = others }
                |> rejectedAt index "other consequences"

[<Fact>]
let ``A changed hash of the state is rejected there`` () =
    for index in 0 .. steps.Length - 1 do
        let changed = steps[index].Fingerprint |> ValueOption.map (fun hash -> hash ^^^ 1UL)

        steps
        |> List.updateAt index { steps[index] with Fingerprint = changed }
        |> rejectedAt index "another hash"

let private swapped index =
    steps
    |> List.updateAt index steps[index + 1]
    |> List.updateAt (index + 1) steps[index]

[<Fact>]
let ``Neighbours that depend on each other are rejected when swapped`` () =
    let mutable dependent = 0

    for index in 0 .. steps.Length - 2 do
        if not (Independence.independent (before index) steps[index].Action steps[index + 1].Action) then
            dependent <- dependent + 1
            rejectedAt index "a swap" (swapped index)

    Expect.isTrue $"most depend, not {dependent}" (dependent > 20)

[<Fact>]
let ``Neighbours that are independent may be swapped, and the run ends the same`` () =
    let mutable swaps = 0

    for salt in 0UL .. 9UL do
        let random = Stories.random (int (salt % 3UL)) (Seed.number + salt) 150
        let mutable state = Trace.initial random.Header

        for first, second in List.pairwise random.Steps do
            if Independence.independent state first.Action second.Action then
                swaps <- swaps + 1
                let there = state |> after [ first.Action; second.Action ]
                let other = state |> after [ second.Action; first.Action ]
                Expect.equal there.Fingerprint other.Fingerprint

            state <- take state first.Action

    Expect.isTrue $"there are some, not {swaps}" (swaps > 5)

[<Fact>]
let ``The root's policy or limits changed are rejected where they begin to matter`` () =
    let wrong header =
        Trace.replay { trace with Header = header }

    Expect.isTrue "policy" (wrong { trace.Header with Policy = Policy.CollectAll }).IsError
    Expect.isTrue "budget" (wrong { trace.Header with Budget = polls 3 }).IsError

    Expect.isTrue
        "limits"
        (wrong
            { trace.Header with
                Limits = { Limits.standard with FinalizerPolls = 1 } })
            .IsError
