/// Chains of regions as deep as memory allows: every walk over them is a loop, so none can exhaust the stack.
module Asupersync.Kernel.Tests.DepthTests

open Xunit
open Asupersync.Kernel

/// Opens regions one inside the other, cancels the root, and brings all of them to their end from the innermost outwards.
/// Checks as it goes that the actions are taken and that everything was cancelled.
let private story (depth: int) (take: Action -> unit) (phase: TaskId -> TaskPhase) =
    let task n = int64 n * 1L<taskId>
    let region n = int64 n * 1L<regionId>
    take (Start t1)

    for n in 2..depth do
        take (opens (task (n - 1)) (region n) (task n))
        take (Start(task n))

    take (cancelRegion r1 user)
    Expect.equal TaskPhase.CancelRequested (phase (task depth))

    for n in depth .. -1 .. 1 do
        List.iter take (ends (task n))
        take (CloseCancelChildren(region n))
        take (CloseChildrenDone(region n))
        take (CloseComplete(region n))

        if n > 1 then
            take (JoinReady(task (n - 1), Target.Region(region n)))

/// How deep the ordinary run goes; ASUPERSYNC_DEPTH=1000000 takes a gigabyte and a few seconds more.
let private depth =
    match System.Int32.TryParse(System.Environment.GetEnvironmentVariable "ASUPERSYNC_DEPTH") with
    | true, given -> given
    | _ -> 200_000

[<Fact>]
let ``A chain of 200,000 regions in arrays is cancelled in one step and closes`` () =
    let sigma = ArraySigma.initial Limits.standard Policy.FailFast free

    let take action =
        match ArraySigma.step sigma action with
        | ValueNone -> ()
        | ValueSome refusal -> failwith $"{refusal}"

    story depth take (fun id -> sigma.Tasks[int id - 1].Phase)
    Expect.equal depth sigma.Regions.Count

    for region in sigma.Regions do
        if
            region.Phase <> RegionPhase.Closed
            || region.Outcome.Severity <> Severity.Cancelled
        then
            failwith "a region is not closed as Cancelled"

    Expect.equal depth sigma.Regions[depth - 1].Reason.Depth
    Expect.equal CancelKind.User sigma.Regions[depth - 1].Reason.RootKind

[<Fact>]
let ``A chain of ten thousand regions as a value is cancelled in one step and closes`` () =
    let mutable state = fresh
    story 10_000 (fun action -> state <- take state action) (fun id -> (state.Task id).Phase)
    Expect.equal (Outcome.cancelled user) (state.Region r1).Outcome
    Expect.equal 10_000L state.RegionCount

[<Fact>]
let ``A task deep down finds that it is inside the root, and may not wait for what waits for it`` () =
    let mutable state = running

    for n in 2L .. 3_000L do
        state <-
            state
            |> after
                [ opens ((n - 1L) * 1L<taskId>) (n * 1L<regionId>) (n * 1L<taskId>)
                  Start(n * 1L<taskId>) ]

    let deepest = 3_000L<taskId>
    state |> Expect.refused Premise.NotAncestor (JoinBlock(deepest, t1))
    let asked = state |> after [ CancelRequest(deepest, Target.Region r1, user) ]
    Expect.equal false (asked.Region r1).External
