/// Chapter 5 of docs/semantics.md: CloseComplete, and with it the outcome of a region.
module Asupersync.Kernel.Tests.CloseTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// From Open to Closed, finalizers aside, whatever rung the region is on.
let private close id (state: State) =
    closes id
    |> List.skip (int (state.Region id).Phase)
    |> fun rungs -> after rungs state

let private outcome policy actions =
    ((begun policy free |> after (Start t1 :: actions) |> close r1).Region r1).Outcome

let private child = [ spawn t1 r1 t2; Start t2 ]
let private ok id = Complete(id, Outcome.ok)
let private err id = Complete(id, Outcome.err)

/// A finalizer is registered, and the root is at the rung Finalizing.
let private finalizing =
    running
    |> after [ Defer t1; ok t1; CloseBegin r1; CloseCancelChildren r1; CloseChildrenDone r1 ]

[<Fact>]
let ``CloseComplete of an unknown region is refused by KnownRegion`` () =
    running |> refused Premise.KnownRegion (CloseComplete r2)

[<Fact>]
let ``CloseComplete on another rung is refused by RegionFinalizing`` () =
    running |> refused Premise.RegionFinalizing (CloseComplete r1)

    running
    |> after (ok t1 :: closes r1)
    |> refused Premise.RegionFinalizing (CloseComplete r1)

[<Fact>]
let ``CloseComplete while a finalizer is alive is refused by ChildrenCompleted`` () =
    finalizing
    |> after [ CloseRunFinalizer(r1, t2) ]
    |> refused Premise.ChildrenCompleted (CloseComplete r1)

[<Fact>]
let ``CloseComplete with a finalizer left is refused by FinalizersRun`` () =
    finalizing |> refused Premise.FinalizersRun (CloseComplete r1)

[<Fact>]
let ``CloseComplete publishes and wakes the owner`` () =
    let scope =
        withScope
        |> after [ ok t2; CloseBegin r2; CloseCancelChildren r2; CloseChildrenDone r2 ]

    Expect.equal [ "RegionClosed(r2)"; "Schedule(t1)" ] (scope |> effects (CloseComplete r2))

    let root =
        running
        |> after [ ok t1; CloseBegin r1; CloseCancelChildren r1; CloseChildrenDone r1 ]

    Expect.equal [ "RegionClosed(r1)" ] (root |> effects (CloseComplete r1))

[<Fact>]
let ``CloseComplete of a region where all went well is Ok`` () =
    Expect.equal Outcome.ok (outcome Policy.FailFast (child @ [ ok t2; ok t1 ]))

[<Fact>]
let ``CloseComplete counts a failure that nobody took`` () =
    Expect.equal Outcome.err (outcome Policy.CollectAll (child @ [ err t2; ok t1 ]))

[<Fact>]
let ``CloseComplete does not count a failure that somebody took`` () =
    Expect.equal Outcome.ok (outcome Policy.CollectAll (child @ [ err t2; JoinReady(t1, Target.Task t2); ok t1 ]))

[<Fact>]
let ``CloseComplete counts the trigger even when somebody took it`` () =
    Expect.equal Outcome.err (outcome Policy.FailFast (child @ [ err t2; JoinReady(t1, Target.Task t2); ok t1 ]))

[<Fact>]
let ``CloseComplete reports the trigger and not the echo of its cancel`` () =
    let actions =
        child
        @ [ spawn t1 r1 t3; Start t3; err t2 ]
        @ ends t3
        @ [ Checkpoint t1; Drain t1; Finalize t1 ]

    Expect.equal Outcome.err (outcome Policy.FailFast actions)

[<Fact>]
let ``CloseComplete lets worse news outrank the trigger`` () =
    let panic = child @ [ spawn t1 r1 t3; Start t3; err t2; Complete(t3, Outcome.panicked) ]
    Expect.equal Outcome.panicked (outcome Policy.FailFast (panic @ [ ok t1 ]))

    Expect.equal
        (Outcome.cancelled shutdown)
        (outcome Policy.FailFast (child @ [ err t2; cancelRegion r1 shutdown ] @ ends t1))

[<Fact>]
let ``CloseComplete counts a child that the environment stopped, since nobody inside asked for the gap`` () =
    let late = because CancelKind.Deadline

    Expect.equal
        (Outcome.cancelled late)
        (outcome Policy.FailFast (child @ [ cancelTask t2 late ] @ ends t2 @ [ ok t1 ]))

[<Fact>]
let ``CloseComplete does not count a child that another task stopped`` () =
    let lost = because CancelKind.RaceLost

    Expect.equal
        Outcome.ok
        (outcome Policy.FailFast (child @ [ CancelRequest(t1, Target.Task t2, lost) ] @ ends t2 @ [ ok t1 ]))

[<Fact>]
let ``CloseComplete counts a child that let another's cancellation through`` () =
    Expect.equal
        (Outcome.cancelled user)
        (outcome Policy.FailFast (child @ [ Complete(t2, Outcome.cancelled user); ok t1 ]))

[<Fact>]
let ``CloseComplete of a region cancelled from outside is Cancelled although all its tasks returned`` () =
    Expect.equal (Outcome.cancelled user) (outcome Policy.FailFast (child @ [ cancelRegion r1 user; ok t2; ok t1 ]))

[<Fact>]
let ``CloseComplete of a region that cancelled itself is what its tasks made of it`` () =
    Expect.equal
        Outcome.ok
        (outcome Policy.FailFast (child @ [ CancelRequest(t1, Target.Region r1, user); ok t2; ok t1 ]))

[<Fact>]
let ``CloseComplete of a region whose body was cancelled from inside is Cancelled, for there is no value`` () =
    let actions = child @ [ CancelRequest(t2, Target.Task t1, user); ok t2 ] @ ends t1
    Expect.equal (Outcome.cancelled user) (outcome Policy.FailFast actions)

[<Fact>]
let ``CloseComplete counts the body's failure even when somebody took it`` () =
    let actions = child @ [ JoinBlock(t2, t1); err t1; JoinReady(t2, Target.Task t1); ok t2 ]
    Expect.equal Outcome.err (outcome Policy.CollectAll actions)

[<Fact>]
let ``CloseComplete joins what finalizers ended with`` () =
    let state =
        finalizing
        |> after
            [ CloseRunFinalizer(r1, t2)
              Start t2
              Complete(t2, Outcome.panicked)
              CloseComplete r1 ]

    Expect.equal Outcome.panicked (state.Region r1).Outcome

[<Fact>]
let ``CloseComplete keeps the strongest of several reasons`` () =
    let late, spent = because CancelKind.Deadline, because CancelKind.PollQuota

    let actions =
        child
        @ [ spawn t1 r1 t3; Start t3; cancelTask t2 late; cancelTask t3 spent ]
        @ ends t2
        @ ends t3
        @ [ ok t1 ]

    Expect.equal (Outcome.cancelled spent) (outcome Policy.FailFast actions)

[<Fact>]
let ``CloseComplete leaves the owner its outcome and no failure of its own`` () =
    let state =
        withScope
        |> after [ err t2 ]
        |> close r2
        |> after [ JoinReady(t1, Target.Region r2); ok t1 ]
        |> close r1

    Expect.equal (Outcome.err, Outcome.ok) ((state.Region r2).Outcome, (state.Region r1).Outcome)
