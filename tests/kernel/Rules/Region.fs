/// Chapter 5 of docs/semantics.md: OpenRegion, Defer, and the rungs CloseBegin to CloseRunFinalizer. CloseComplete has a file of
/// its own.
module Asupersync.Kernel.Tests.RegionTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// The root's body ended with an outcome while the child t2 runs.
let private left policy outcome =
    begun policy free
    |> after [ Start t1; spawn t1 r1 t2; Start t2; Complete(t1, outcome) ]

/// The root drains while the child t2 runs.
let private draining =
    left Policy.FailFast Outcome.ok
    |> after [ CloseBegin r1; CloseCancelChildren r1 ]

/// Two finalizers are registered, and no task of the root is alive.
let private deserted =
    running
    |> after
        [ Defer t1
          Defer t1
          Complete(t1, Outcome.ok)
          CloseBegin r1
          CloseCancelChildren r1 ]

let private finalizing = deserted |> after [ CloseChildrenDone r1 ]

// ---- OpenRegion

[<Fact>]
let ``OpenRegion by an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (opens t6 r2 t2)

[<Fact>]
let ``OpenRegion under used or skipped identifiers is refused by FreshId`` () =
    running |> refused Premise.FreshId (opens t1 r1 t2)
    running |> refused Premise.FreshId (opens t1 r3 t2)
    running |> refused Premise.FreshId (opens t1 r2 t1)
    running |> refused Premise.FreshId (opens t1 r2 t3)

[<Fact>]
let ``OpenRegion with a negative quota or a priority beyond 255 is refused by BudgetValid`` () =
    for budget in [ polls -1; { free with Cost = -1L }; { free with Priority = 256 } ] do
        running
        |> refused Premise.BudgetValid (OpenRegion(t1, r2, t2, Policy.FailFast, budget))

[<Fact>]
let ``OpenRegion by a task that has not started is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (opens t1 r2 t2)

[<Fact>]
let ``OpenRegion by a task that waits is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (opens t1 r3 t3)

[<Fact>]
let ``OpenRegion by a cancelled task is refused by SpawnerRunning`` () =
    running
    |> after [ cancelTask t1 user ]
    |> refused Premise.SpawnerRunning (opens t1 r2 t2)

[<Fact>]
let ``OpenRegion inside a region that closes is refused by RegionOpen`` () =
    left Policy.FailFast Outcome.ok
    |> after [ CloseBegin r1 ]
    |> refused Premise.RegionOpen (opens t2 r2 t3)

[<Fact>]
let ``OpenRegion makes the opener wait and schedules the body`` () =
    Expect.equal [ "Schedule(t2)" ] (running |> effects (opens t1 r2 t2))
    let state = running |> after [ opens t1 r2 t2 ]
    let region = state.Region r2
    Expect.equal (t1, t2, RegionPhase.Open, Policy.FailFast) (region.Owner, region.Body, region.Phase, region.Policy)
    Expect.equal (Target.Region r2) (state.Task t1).Waits

    Expect.equal
        (r2, Role.Body, TaskPhase.Created)
        ((state.Task t2).Region, (state.Task t2).Role, (state.Task t2).Phase)

[<Fact>]
let ``OpenRegion gives region and body the meet of what its opener has left and its own`` () =
    let budget = { Deadline = 90L; Polls = 5; Cost = 9L; Priority = 1 }
    let own = { Deadline = 70L; Polls = 8; Cost = 9L; Priority = 4 }

    let state =
        begun Policy.FailFast budget
        |> after
            [ Start t1
              ChargePoll t1
              ChargeCost(t1, 3L)
              OpenRegion(t1, r2, t2, Policy.CollectAll, own) ]

    Expect.equal { Deadline = 70L; Polls = 4; Cost = 6L; Priority = 4 } (state.Region r2).Budget
    let body = state.Task t2
    Expect.equal (70L, 4, 6L, 4) (body.Deadline, body.Polls, body.Cost, body.Priority)

// ---- Defer

[<Fact>]
let ``Defer by an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Defer t2)

[<Fact>]
let ``Defer by a task that has not started is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (Defer t1)

[<Fact>]
let ``Defer by a waiting task is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (Defer t1)

[<Fact>]
let ``Defer by a finalizer is refused by AcceptsFinalizers`` () =
    finalizing
    |> after [ CloseRunFinalizer(r1, t2); Start t2 ]
    |> refused Premise.AcceptsFinalizers (Defer t2)

[<Fact>]
let ``Defer counts for the task's own region up to Draining, also in clean-up`` () =
    let closing = left Policy.FailFast Outcome.ok |> after [ CloseBegin r1 ]

    for state in
        [ withChild
          closing
          draining
          draining |> after [ cancelTask t2 user; Checkpoint t2 ] ] do
        Expect.equal [] (state |> effects (Defer t2))
        Expect.equal 1 ((state |> after [ Defer t2 ]).Region r1).Finalizers

// ---- CloseBegin

[<Fact>]
let ``CloseBegin of an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (CloseBegin r2)

[<Fact>]
let ``CloseBegin of a region that closes already is refused by RegionOpen`` () =
    draining |> refused Premise.RegionOpen (CloseBegin r1)

    running
    |> after [ cancelRegion r1 user ]
    |> refused Premise.RegionOpen (CloseBegin r1)

[<Fact>]
let ``CloseBegin while the body is alive is refused by BodyCompleted`` () =
    running |> refused Premise.BodyCompleted (CloseBegin r1)

[<Fact>]
let ``CloseBegin steps onto the ladder while children still run`` () =
    let state = left Policy.FailFast Outcome.ok
    Expect.equal [ "Advance(r1)" ] (state |> effects (CloseBegin r1))
    Expect.equal RegionPhase.Closing ((state |> after [ CloseBegin r1 ]).Region r1).Phase

// ---- CloseCancelChildren

[<Fact>]
let ``CloseCancelChildren of an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (CloseCancelChildren r2)

[<Fact>]
let ``CloseCancelChildren on another rung is refused by RegionClosing`` () =
    running |> refused Premise.RegionClosing (CloseCancelChildren r1)
    draining |> refused Premise.RegionClosing (CloseCancelChildren r1)

[<Fact>]
let ``CloseCancelChildren after a good body cancels nobody`` () =
    let closing = left Policy.FailFast Outcome.ok |> after [ CloseBegin r1 ]
    Expect.equal [] (closing |> consequences (CloseCancelChildren r1))
    Expect.equal [ "Advance(r1)" ] (closing |> effects (CloseCancelChildren r1))
    Expect.equal TaskPhase.Running (draining.Task t2).Phase

[<Fact>]
let ``CloseCancelChildren after a failed body cancels what is left, and then advances`` () =
    for outcome in [ Outcome.err; Outcome.panicked ] do
        let closing = left Policy.CollectAll outcome |> after [ CloseBegin r1 ]
        Expect.equal [ "CancelRequest(r1)" ] (closing |> consequences (CloseCancelChildren r1))

        Expect.equal
            [ "CancelledRegion(r1)"; "CancelDelivered(t2)"; "Advance(r1)" ]
            (closing |> effects (CloseCancelChildren r1))

        let region = (closing |> after [ CloseCancelChildren r1 ]).Region r1
        Expect.reason (CancelReason.Of(CancelKind.FailFast, r1, t1)) region.Reason
        Expect.equal (RegionPhase.Draining, false, 0L<taskId>) (region.Phase, region.External, region.Trigger)

[<Fact>]
let ``CloseCancelChildren after a cancelled body cancels for the body's own reason`` () =
    let gone = because CancelKind.ResourceUnavailable

    let state =
        left Policy.FailFast (Outcome.cancelled gone)
        |> after [ CloseBegin r1; CloseCancelChildren r1 ]

    Expect.reason gone (state.Region r1).Reason
    Expect.reason gone (state.Task t2).Reason

[<Fact>]
let ``CloseCancelChildren of a region with a reason leaves it at that`` () =
    let closing = withChild |> after [ Complete(t2, Outcome.err) ]
    Expect.equal [] (closing |> consequences (CloseCancelChildren r1))

// ---- CloseChildrenDone

[<Fact>]
let ``CloseChildrenDone of an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (CloseChildrenDone r2)

[<Fact>]
let ``CloseChildrenDone on another rung is refused by RegionDraining`` () =
    running |> refused Premise.RegionDraining (CloseChildrenDone r1)
    finalizing |> refused Premise.RegionDraining (CloseChildrenDone r1)

[<Fact>]
let ``CloseChildrenDone while a child is alive is refused by ChildrenCompleted`` () =
    draining |> refused Premise.ChildrenCompleted (CloseChildrenDone r1)

[<Fact>]
let ``CloseChildrenDone goes on to the finalizers`` () =
    Expect.equal [ "Advance(r1)" ] (deserted |> effects (CloseChildrenDone r1))
    Expect.equal RegionPhase.Finalizing (finalizing.Region r1).Phase

// ---- CloseRunFinalizer

[<Fact>]
let ``CloseRunFinalizer of an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (CloseRunFinalizer(r2, t2))

[<Fact>]
let ``CloseRunFinalizer under a used or skipped identifier is refused by FreshId`` () =
    finalizing |> refused Premise.FreshId (CloseRunFinalizer(r1, t1))
    finalizing |> refused Premise.FreshId (CloseRunFinalizer(r1, t3))

[<Fact>]
let ``CloseRunFinalizer on another rung is refused by RegionFinalizing`` () =
    deserted |> refused Premise.RegionFinalizing (CloseRunFinalizer(r1, t2))

[<Fact>]
let ``CloseRunFinalizer while another finalizer is alive is refused by ChildrenCompleted`` () =
    let first = finalizing |> after [ CloseRunFinalizer(r1, t2) ]
    first |> refused Premise.ChildrenCompleted (CloseRunFinalizer(r1, t3))

    first
    |> after [ Start t2 ]
    |> refused Premise.ChildrenCompleted (CloseRunFinalizer(r1, t3))

[<Fact>]
let ``CloseRunFinalizer with none left is refused by FinalizersLeft`` () =
    running
    |> after
        [ Complete(t1, Outcome.ok)
          CloseBegin r1
          CloseCancelChildren r1
          CloseChildrenDone r1 ]
    |> refused Premise.FinalizersLeft (CloseRunFinalizer(r1, t2))

[<Fact>]
let ``CloseRunFinalizer runs the newest first, each once, also after one failed`` () =
    Expect.equal [ "RunFinalizer(r1,t2,2)"; "Schedule(t2)" ] (finalizing |> effects (CloseRunFinalizer(r1, t2)))

    let second =
        finalizing
        |> after [ CloseRunFinalizer(r1, t2); Start t2; Complete(t2, Outcome.panicked) ]

    Expect.equal [ "RunFinalizer(r1,t3,1)"; "Schedule(t3)" ] (second |> effects (CloseRunFinalizer(r1, t3)))

    second
    |> after [ CloseRunFinalizer(r1, t3); Start t3; Complete(t3, Outcome.ok) ]
    |> refused Premise.FinalizersLeft (CloseRunFinalizer(r1, t4))

[<Fact>]
let ``CloseRunFinalizer gives a finalizer polls of its own and no other limit`` () =
    let state =
        begun Policy.FailFast { Deadline = 5L; Polls = 3; Cost = 2L; Priority = 9 }
        |> after [ Start t1; Defer t1; Complete(t1, Outcome.ok) ]
        |> after
            [ CloseBegin r1
              CloseCancelChildren r1
              CloseChildrenDone r1
              CloseRunFinalizer(r1, t2) ]

    let task = state.Task t2
    Expect.equal (Role.Finalizer, TaskPhase.Created, r1) (task.Role, task.Phase, task.Region)
    Expect.equal (100, Quota.UnlimitedCost, Quota.NoDeadline) (task.Polls, task.Cost, task.Deadline)
