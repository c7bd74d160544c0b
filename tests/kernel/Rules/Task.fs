/// Chapter 2 of docs/semantics.md: Spawn, Start, Complete.
module Asupersync.Kernel.Tests.TaskTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// Two children run beside the body; the first of them holds two obligations.
let private busy =
    withChild
    |> after
        [ spawn t1 r1 t3
          Start t3
          Reserve(t2, o1, ObligationKind.Lease)
          Reserve(t2, o2, ObligationKind.Ack) ]

// ---- Spawn

[<Fact>]
let ``Spawn by an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (spawn t6 r1 t2)
    running |> refused Premise.KnownTask (spawn 0L<taskId> r1 t2)
    running |> refused Premise.KnownTask (spawn -1L<taskId> r1 t2)

[<Fact>]
let ``Spawn into an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (spawn t1 r4 t2)
    running |> refused Premise.KnownRegion (spawn t1 0L<regionId> t2)

[<Fact>]
let ``Spawn under a used or skipped identifier is refused by FreshId`` () =
    running |> refused Premise.FreshId (spawn t1 r1 t1)
    running |> refused Premise.FreshId (spawn t1 r1 t3)

[<Fact>]
let ``Spawn with a negative quota or a priority beyond 255 is refused by BudgetValid`` () =
    for budget in
        [ polls -1
          { free with Cost = -1L }
          { free with Deadline = -1L }
          { free with Priority = -1 }
          { free with Priority = 256 } ] do
        running |> refused Premise.BudgetValid (Spawn(t1, r1, t2, budget))

[<Fact>]
let ``Spawn by a task that has not started or has ended is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (spawn t1 r1 t2)

    withChild
    |> after [ Complete(t2, Outcome.ok) ]
    |> refused Premise.TaskActive (spawn t2 r1 t3)

[<Fact>]
let ``Spawn by a task that waits for its scope is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (spawn t1 r1 t3)

[<Fact>]
let ``Spawn by a cancelled task into an open region is refused by SpawnerRunning`` () =
    let asked = withChild |> after [ cancelTask t2 user ]
    asked |> refused Premise.SpawnerRunning (spawn t2 r1 t3)

    asked
    |> after [ Checkpoint t2 ]
    |> refused Premise.SpawnerRunning (spawn t2 r1 t3)

[<Fact>]
let ``Spawn into a closing region is refused by RegionOpen`` () =
    withChild
    |> after [ Complete(t1, Outcome.ok); CloseBegin r1 ]
    |> refused Premise.RegionOpen (spawn t2 r1 t3)

[<Fact>]
let ``Spawn from outside into a cancelled region is refused by RegionOpen`` () =
    withChild
    |> after [ opens t2 r2 t3; cancelRegion r2 user ]
    |> refused Premise.RegionOpen (spawn t1 r2 t4)

[<Fact>]
let ``Spawn adds a Created child that nobody has cancelled and schedules it`` () =
    Expect.equal [ "Schedule(t2)" ] (running |> effects (spawn t1 r1 t2))
    let child = (running |> after [ spawn t1 r1 t2 ]).Task t2
    Expect.equal (r1, Role.Child, TaskPhase.Created) (child.Region, child.Role, child.Phase)
    Expect.isTrue "not started, not cancelled, clean-up unlimited" (not child.Started && isNull child.Reason)
    Expect.equal Quota.Unlimited child.Cleanup

[<Fact>]
let ``Spawn gives the meet of the region's budget and its own`` () =
    let region = { Deadline = 100L; Polls = 10; Cost = 50L; Priority = 3 }
    let own = { Deadline = 500L; Polls = 4; Cost = 70L; Priority = 2 }

    let child = (begun Policy.FailFast region |> after [ Start t1; Spawn(t1, r1, t2, own) ]).Task t2

    Expect.equal (100L, 4, 50L, 3) (child.Deadline, child.Polls, child.Cost, child.Priority)

[<Fact>]
let ``Spawn reaches any open region, also one further down`` () =
    let state = withChild |> after [ opens t2 r2 t3; spawn t1 r2 t4 ]
    Expect.equal r2 (state.Task t4).Region

// ---- Start

[<Fact>]
let ``Start of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Start t2)

[<Fact>]
let ``Start of a task that was started is refused by TaskCreated`` () =
    running |> refused Premise.TaskCreated (Start t1)

[<Fact>]
let ``Start of a task cancelled before it began is refused by TaskCreated`` () =
    fresh |> after [ cancelTask t1 user ] |> refused Premise.TaskCreated (Start t1)

[<Fact>]
let ``Start enters the body and has no effects`` () =
    Expect.equal [] (fresh |> effects (Start t1))
    Expect.isTrue "it runs" ((running.Task t1).Started && (running.Task t1).Phase = TaskPhase.Running)

// ---- Complete

[<Fact>]
let ``Complete of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Complete(t2, Outcome.ok))

[<Fact>]
let ``Complete of a task that has not started or has ended is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (Complete(t1, Outcome.ok))

    withChild
    |> after [ Complete(t2, Outcome.ok) ]
    |> refused Premise.TaskActive (Complete(t2, Outcome.ok))

[<Fact>]
let ``Complete with a value after the clean-up is refused by TaskActive`` () =
    withChild
    |> after [ cancelTask t2 user; Checkpoint t2; Drain t2 ]
    |> refused Premise.TaskActive (Complete(t2, Outcome.ok))

[<Fact>]
let ``Complete with a panic of a task that never ran is refused by TaskActive`` () =
    fresh
    |> after [ cancelTask t1 user; Checkpoint t1; Drain t1 ]
    |> refused Premise.TaskActive (Complete(t1, Outcome.panicked))

[<Fact>]
let ``Complete of a task whose scope is not closed is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (Complete(t1, Outcome.ok))

    withScope |> refused Premise.TaskNotWaiting (Complete(t1, Outcome.panicked))

[<Fact>]
let ``Complete with a value or an error after acknowledgement is refused by OutcomeFitsPhase`` () =
    let acknowledged = withChild |> after [ cancelTask t2 user; Checkpoint t2 ]

    for outcome in [ Outcome.ok; Outcome.err; Outcome.cancelled user ] do
        acknowledged |> refused Premise.OutcomeFitsPhase (Complete(t2, outcome))

[<Fact>]
let ``Complete under a request that was not acknowledged keeps the value`` () =
    let state = withChild |> after [ cancelTask t2 user; Complete(t2, Outcome.ok) ]
    Expect.equal Outcome.ok (state.Task t2).Outcome

[<Fact>]
let ``Complete with a panic is taken in clean-up and after it`` () =
    let cleaning = withChild |> after [ cancelTask t2 user; Checkpoint t2 ]

    for state in [ cleaning; cleaning |> after [ Drain t2 ] ] do
        Expect.equal Outcome.panicked ((state |> after [ Complete(t2, Outcome.panicked) ]).Task t2).Outcome

[<Fact>]
let ``Complete publishes, wakes waiters by identifier, advances the region, and then settles what was held`` () =
    let state =
        busy
        |> after
            [ spawn t1 r1 t4
              Start t4
              JoinBlock(t4, t2)
              JoinBlock(t3, t2)
              JoinBlock(t1, t2) ]

    Expect.equal
        [ "TaskCompleted(t2)"
          "Schedule(t1)"
          "Schedule(t3)"
          "Schedule(t4)"
          "Advance(r1)"
          "Leaked(o1)"
          "Leaked(o2)" ]
        (state |> effects (Complete(t2, Outcome.ok)))

[<Fact>]
let ``Complete with a value leaks what the task still holds, in order of identifier`` () =
    Expect.equal [ "Leak(o1)"; "Leak(o2)" ] (busy |> consequences (Complete(t2, Outcome.ok)))
    let state = busy |> after [ Complete(t2, Outcome.ok) ]
    Expect.equal ObligationPhase.Leaked (state.Obligation o1).Phase

[<Fact>]
let ``Complete with a panic aborts what the task still holds, and then cancels its region`` () =
    let panic = Complete(t2, Outcome.panicked)
    Expect.equal [ "Abort(o1)"; "Abort(o2)"; "CancelRequest(r1)" ] (busy |> consequences panic)

    Expect.equal
        [ "TaskCompleted(t2)"
          "Advance(r1)"
          "KernelAborted(o1)"
          "KernelAborted(o2)"
          "CancelledRegion(r1)"
          "Advance(r1)"
          "CancelDelivered(t1)"
          "CancelDelivered(t3)" ]
        (busy |> effects panic)

[<Fact>]
let ``Complete with another's cancellation aborts what is held and cancels nobody`` () =
    let ended = Complete(t2, Outcome.cancelled user)
    Expect.equal [ "Abort(o1)"; "Abort(o2)" ] (busy |> consequences ended)
    Expect.isTrue "the region goes on" (isNull ((busy |> after [ ended ]).Region r1).Reason)

[<Fact>]
let ``Complete with an error under FailFast cancels the region for it, from inside`` () =
    let state = busy |> after [ Complete(t2, Outcome.err) ]
    let region = state.Region r1
    Expect.reason (CancelReason.Of(CancelKind.FailFast, r1, t2)) region.Reason
    Expect.equal (RegionPhase.Closing, t2, false) (region.Phase, region.Trigger, region.External)

    for sibling in [ t1; t3 ] do
        Expect.equal (TaskPhase.CancelRequested, true) ((state.Task sibling).Phase, (state.Task sibling).Echo)

[<Fact>]
let ``Complete with a second error keeps the first trigger`` () =
    let state = busy |> after [ Complete(t3, Outcome.err); Complete(t2, Outcome.err) ]
    Expect.equal t3 (state.Region r1).Trigger
    // Of two equal reasons the one with the smaller task is the stronger.
    Expect.reason (CancelReason.Of(CancelKind.FailFast, r1, t2)) (state.Region r1).Reason

[<Fact>]
let ``Complete with an error under CollectAll cancels nobody`` () =
    let state =
        begun Policy.CollectAll free
        |> after [ Start t1; spawn t1 r1 t2; Start t2; Complete(t2, Outcome.err) ]

    Expect.isTrue "the region goes on" (isNull (state.Region r1).Reason)
    Expect.equal (TaskPhase.Running, 0L<taskId>) ((state.Task t1).Phase, (state.Region r1).Trigger)

[<Fact>]
let ``Complete with an error cancels the scopes of siblings, which is news from outside for them`` () =
    let state = busy |> after [ opens t3 r2 t4; Complete(t2, Outcome.err) ]
    Expect.isTrue "external" (state.Region r2).External

    Expect.reason (CancelReason.Below(CancelReason.Of(CancelKind.FailFast, r1, t2), r1, t3)) (state.Task t4).Reason

[<Fact>]
let ``Complete of a finalizer with an error cancels nobody`` () =
    let state =
        running
        |> after
            [ Defer t1
              Complete(t1, Outcome.ok)
              CloseBegin r1
              CloseCancelChildren r1
              CloseChildrenDone r1 ]
        |> after [ CloseRunFinalizer(r1, t2); Start t2 ]

    Expect.equal [] (state |> consequences (Complete(t2, Outcome.err)))

[<Fact>]
let ``Complete inside masked sections leaves no mask behind`` () =
    let state =
        withChild
        |> after [ MaskEnter(t2, 3); MaskEnter(t2, 3); Complete(t2, Outcome.ok) ]

    Expect.equal (0, 0) ((state.Task t2).Mask, (state.Task t2).Depth)
