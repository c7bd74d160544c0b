/// Chapter 3 of docs/semantics.md: CancelRequest, Checkpoint, Drain, Finalize. Masks and charges have files of their own.
module Asupersync.Kernel.Tests.CancelTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// Region 1 has its body, the child t2 that opened region 2 with body t3, and the child t4.
let private tree = withChild |> after [ opens t2 r2 t3; Start t3; spawn t1 r1 t4; Start t4 ]

let private reasonOf (state: State) id = (state.Task id).Reason

/// A finalizer of the root runs.
let private finalizing =
    running
    |> after
        [ Defer t1
          Complete(t1, Outcome.ok)
          CloseBegin r1
          CloseCancelChildren r1
          CloseChildrenDone r1 ]
    |> after [ CloseRunFinalizer(r1, t2); Start t2 ]

// ---- CancelRequest

[<Fact>]
let ``CancelRequest of an unknown task is refused by KnownTask`` () =
    for target in [ Target.Task t6; Target.Task -2L<taskId>; Target.None ] do
        tree |> refused Premise.KnownTask (CancelRequest(environment, target, user))

[<Fact>]
let ``CancelRequest of an unknown region is refused by KnownRegion`` () =
    for target in [ Target.Region r4; Target.Region -2L<regionId>; Target.Region 0L<regionId> ] do
        tree |> refused Premise.KnownRegion (CancelRequest(environment, target, user))

[<Fact>]
let ``CancelRequest by a task that does not run is refused by AskerActive`` () =
    let ask by =
        CancelRequest(by, Target.Region r1, user)

    tree |> refused Premise.AskerActive (ask t6)
    tree |> refused Premise.AskerActive (ask -1L<taskId>)
    // t2 waits for its scope.
    tree |> refused Premise.AskerActive (ask t2)
    fresh |> refused Premise.AskerActive (ask t1)

    withChild
    |> after [ Complete(t2, Outcome.ok) ]
    |> refused Premise.AskerActive (ask t2)

[<Fact>]
let ``CancelRequest of an ended task, a closed region or a finalizer is refused by TargetNotFinished`` () =
    withChild
    |> after [ Complete(t2, Outcome.ok) ]
    |> refused Premise.TargetNotFinished (cancelTask t2 user)

    withScope
    |> after (Complete(t2, Outcome.ok) :: closes r2)
    |> refused Premise.TargetNotFinished (cancelRegion r2 user)

    finalizing |> refused Premise.TargetNotFinished (cancelTask t2 user)

[<Fact>]
let ``CancelRequest of a region covers its subtree in one step, parents first, siblings by identifier`` () =
    Expect.equal
        [ "CancelledRegion(r1)"
          "Advance(r1)"
          "CancelDelivered(t1)"
          "CancelDelivered(t2)"
          "CancelledRegion(r2)"
          "Advance(r2)"
          "CancelDelivered(t3)"
          "CancelDelivered(t4)" ]
        (tree |> effects (cancelRegion r1 user))

    let state = tree |> after [ cancelRegion r1 user ]

    for id in [ t1; t2; t3; t4 ] do
        Expect.equal (TaskPhase.CancelRequested, true) ((state.Task id).Phase, (state.Task id).Echo)

    for id in [ r1; r2 ] do
        Expect.equal RegionPhase.Closing (state.Region id).Phase

[<Fact>]
let ``CancelRequest goes down as ParentCancelled, with the owner it passed through and its time`` () =
    let asked = CancelReason.Create(CancelKind.User, 0L<regionId>, 0L<taskId>, 42L, "stop", null)
    let state = tree |> after [ cancelRegion r1 asked ]
    Expect.reason asked (reasonOf state t4)
    let below = CancelReason.Below(asked, r1, t2)
    Expect.equal (CancelKind.ParentCancelled, 42L) (below.Kind, below.At)
    Expect.reason below (state.Region r2).Reason
    Expect.reason below (reasonOf state t3)

[<Fact>]
let ``CancelRequest of a region is external unless it comes from inside that region`` () =
    let externals by target =
        let state = tree |> after [ CancelRequest(by, Target.Region target, user) ]
        (state.Region r1).External, (state.Region r2).External

    Expect.equal (true, true) (externals environment r1)
    Expect.equal (false, true) (externals t4 r1)
    Expect.equal (false, true) (externals t3 r1)
    Expect.equal (false, true) (externals t4 r2)
    Expect.equal (false, false) (externals t3 r2)

[<Fact>]
let ``CancelRequest from outside after one from inside raises external and wakes nobody`` () =
    let inside = tree |> after [ CancelRequest(t4, Target.Region r1, user) ]
    Expect.equal [] (inside |> effects (cancelRegion r1 user))
    Expect.isTrue "external" ((inside |> after [ cancelRegion r1 user ]).Region r1).External

[<Fact>]
let ``CancelRequest of a task is an echo only when a task asked for it`` () =
    let echo by =
        ((tree |> after [ CancelRequest(by, Target.Task t4, user) ]).Task t4).Echo

    Expect.equal (false, true) (echo environment, echo t1)

[<Fact>]
let ``CancelRequest of a task: the first request decides whether it is an echo`` () =
    let state =
        tree
        |> after [ cancelTask t4 user; CancelRequest(t1, Target.Task t4, shutdown) ]

    Expect.equal false (state.Task t4).Echo

[<Fact>]
let ``CancelRequest of a task reaches the region that it waits for and leaves its own region alone`` () =
    let state = withScope |> after [ cancelTask t1 user ]
    Expect.equal RegionPhase.Open (state.Region r1).Phase
    Expect.equal (RegionPhase.Closing, true) ((state.Region r2).Phase, (state.Region r2).External)
    Expect.reason (CancelReason.Below(user, r1, t1)) (reasonOf state t2)

[<Fact>]
let ``CancelRequest passes through a masked owner into the region that it waits for`` () =
    let state = running |> after [ MaskEnter(t1, 3); opens t1 r2 t2; cancelTask t1 user ]
    Expect.equal TaskPhase.CancelRequested (state.Task t2).Phase

[<Fact>]
let ``CancelRequest passes by what is done: ended tasks, closed regions, finalizers`` () =
    Expect.equal [ "CancelledRegion(r1)" ] (finalizing |> effects (cancelRegion r1 user))

    let state =
        withScope
        |> after (Complete(t2, Outcome.ok) :: closes r2)
        |> after [ cancelRegion r1 user ]

    Expect.isTrue "no reason" (isNull (state.Region r2).Reason && isNull (reasonOf state t2))

[<Fact>]
let ``CancelRequest without a reason is taken and changes nothing`` () =
    for target in [ Target.Region r1; Target.Region r2; Target.Task t2 ] do
        let nothing = CancelRequest(environment, target, null)
        Expect.equal [] (tree |> effects nothing)
        Expect.equal tree.Fingerprint (tree |> after [ nothing ]).Fingerprint

[<Fact>]
let ``CancelRequest with a stronger reason strengthens, with a weaker one changes nothing`` () =
    let asked = tree |> after [ cancelRegion r1 (because CancelKind.Timeout) ]
    Expect.equal [] (asked |> effects (cancelRegion r1 user))
    Expect.equal asked.Fingerprint (asked |> after [ cancelRegion r1 user ]).Fingerprint
    let stronger = asked |> after [ cancelRegion r1 shutdown ]
    Expect.reason shutdown (reasonOf stronger t1)
    Expect.reason (CancelReason.Below(shutdown, r1, t2)) (reasonOf stronger t3)

[<Fact>]
let ``CancelRequest goes through a region once, and again when it is stronger`` () =
    let children = [ for number in 2L .. 41L -> number * 1L<taskId> ]

    let many =
        running
        |> after [ for child in children -> spawn t1 r1 child ]
        |> after [ for child in children -> Start child ]

    // How many of the tasks the step reads.
    let reads action state =
        match Independence.footprint state action with
        | Ok footprint ->
            [ for place in footprint.Reads do
                  if place.IsOfTask then
                      place ]
                .Length
        | Error refusal -> failwith $"{refusal}"

    let fails child = Complete(child, Outcome.err)
    Assert.InRange(reads (fails t2) many, 40, 41)
    Assert.InRange(reads (fails t3) (many |> after [ fails t2 ]), 1, 4)
    Assert.InRange(reads (cancelRegion r1 shutdown) (many |> after [ fails t2 ]), 40, 41)
    Assert.InRange(reads (cancelRegion r1 user) (many |> after [ cancelRegion r1 user ]), 0, 1)
    Assert.InRange(reads (fails t2) (many |> after [ fails t3 ]), 40, 41)

[<Fact>]
let ``CancelRequest with a stronger reason does not advance a region that closes already`` () =
    let asked = tree |> after [ cancelRegion r2 user ]

    Expect.equal [ "CancelledRegion(r2)"; "CancelDelivered(t3)" ] (asked |> effects (cancelRegion r2 shutdown))

[<Fact>]
let ``CancelRequest allows clean-up by the root cause, however deep`` () =
    for kind in CancelKinds.all do
        let state = tree |> after [ cancelRegion r1 (because kind) ]
        let allowance = CancelKinds.defaultAllowance kind
        Expect.equal (allowance, allowance) ((state.Task t1).Cleanup, (state.Task t3).Cleanup)

[<Fact>]
let ``CancelRequest after acknowledgement tightens the clean-up and never loosens it`` () =
    let cleaning = tree |> after [ cancelTask t4 user; Checkpoint t4 ]
    let tighter = cleaning |> after [ cancelTask t4 shutdown ]
    Expect.equal (TaskPhase.Cancelling, 50) ((tighter.Task t4).Phase, (tighter.Task t4).Cleanup)

[<Fact>]
let ``CancelRequest leaves the smallest allowance ever given, also under a stronger reason that allows more`` () =
    let caused = CancelReason.Below(shutdown, r1, t1)
    let lacking = because CancelKind.ResourceUnavailable
    Expect.isTrue "the second is the stronger" (CancelReason.Strength(lacking, caused) > 0)
    let state = tree |> after [ cancelTask t4 caused; cancelTask t4 lacking ]
    Expect.reason lacking (reasonOf state t4)
    Expect.equal 50 (state.Task t4).Cleanup

// ---- Checkpoint

[<Fact>]
let ``Checkpoint of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Checkpoint t2)

[<Fact>]
let ``Checkpoint without a request, or after acknowledgement, is refused by CancelPending`` () =
    running |> refused Premise.CancelPending (Checkpoint t1)

    running
    |> after [ cancelTask t1 user; Checkpoint t1 ]
    |> refused Premise.CancelPending (Checkpoint t1)

[<Fact>]
let ``Checkpoint in a masked section with units left is refused by NotMasked`` () =
    running
    |> after [ MaskEnter(t1, 1); cancelTask t1 user ]
    |> refused Premise.NotMasked (Checkpoint t1)

[<Fact>]
let ``Checkpoint while waiting for a scope is refused by WaitInterruptible until it closed`` () =
    let asked = withScope |> after [ cancelTask t1 user ]
    asked |> refused Premise.WaitInterruptible (Checkpoint t1)

    let back =
        asked
        |> after (ends t2)
        |> after [ CloseCancelChildren r2; CloseChildrenDone r2; CloseComplete r2 ]

    back |> refused Premise.WaitInterruptible (Checkpoint t1)
    let state = back |> after [ JoinReady(t1, Target.Region r2); Checkpoint t1 ]
    Expect.equal TaskPhase.Cancelling (state.Task t1).Phase

[<Fact>]
let ``Checkpoint acknowledges once and says so`` () =
    let asked = running |> after [ cancelTask t1 user ]
    Expect.equal [ "Acknowledged(t1)" ] (asked |> effects (Checkpoint t1))
    Expect.equal TaskPhase.Cancelling ((asked |> after [ Checkpoint t1 ]).Task t1).Phase

[<Fact>]
let ``Checkpoint ends the wait for a task and leaves that task alone`` () =
    let state = withChild |> after [ JoinBlock(t1, t2); cancelTask t1 user; Checkpoint t1 ]
    Expect.isTrue "no wait" (state.Task t1).Waits.IsNone
    Expect.equal TaskPhase.Running (state.Task t2).Phase
    // Nobody is left to be woken.
    Expect.equal [ "TaskCompleted(t2)"; "Advance(r1)" ] (state |> effects (Complete(t2, Outcome.ok)))

[<Fact>]
let ``Checkpoint is passed by a task that never started, and its body never runs`` () =
    let state = fresh |> after (cancelTask t1 user :: ends t1)
    Expect.isTrue "never started" (not (state.Task t1).Started)
    Expect.equal (Outcome.cancelled user) (state.Task t1).Outcome

// ---- Drain

[<Fact>]
let ``Drain of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Drain t2)

[<Fact>]
let ``Drain before acknowledgement is refused by Acknowledged`` () =
    running |> refused Premise.Acknowledged (Drain t1)

    running
    |> after [ cancelTask t1 user ]
    |> refused Premise.Acknowledged (Drain t1)

[<Fact>]
let ``Drain while clean-up waits for a task is refused by TaskNotWaiting`` () =
    withChild
    |> after [ cancelTask t1 user; Checkpoint t1; JoinBlock(t1, t2) ]
    |> refused Premise.TaskNotWaiting (Drain t1)

[<Fact>]
let ``Drain ends the clean-up and every masked section in it`` () =
    let cleaning = running |> after [ cancelTask t1 user; Checkpoint t1; MaskEnter(t1, 3) ]
    Expect.equal [] (cleaning |> effects (Drain t1))
    let state = cleaning |> after [ Drain t1 ]
    Expect.equal (TaskPhase.Finalizing, 0, 0) ((state.Task t1).Phase, (state.Task t1).Mask, (state.Task t1).Depth)

// ---- Finalize

[<Fact>]
let ``Finalize of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (Finalize t2)

[<Fact>]
let ``Finalize before the clean-up ended is refused by Drained`` () =
    running |> refused Premise.Drained (Finalize t1)

    running
    |> after [ cancelTask t1 user; Checkpoint t1 ]
    |> refused Premise.Drained (Finalize t1)

[<Fact>]
let ``Finalize completes Cancelled with the reason, aborts what is held and cancels nobody`` () =
    let state =
        withChild
        |> after [ Reserve(t2, o1, ObligationKind.Lease); JoinBlock(t1, t2) ]
        |> after [ cancelTask t2 user; Checkpoint t2; Drain t2 ]

    Expect.equal [ "Abort(o1)" ] (state |> consequences (Finalize t2))

    Expect.equal
        [ "TaskCompleted(t2)"; "Schedule(t1)"; "Advance(r1)"; "KernelAborted(o1)" ]
        (state |> effects (Finalize t2))

    let ended = state |> after [ Finalize t2 ]
    Expect.equal (Outcome.cancelled user) (ended.Task t2).Outcome
    Expect.equal RegionPhase.Open (ended.Region r1).Phase
