/// Chapter 6 of docs/semantics.md: JoinBlock, JoinReady.
module Asupersync.Kernel.Tests.JoinTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused
let private ready waiter task = JoinReady(waiter, Target.Task task)

/// The child t2 has ended.
let private ended = withChild |> after [ Complete(t2, Outcome.ok) ]

/// The root's body waits for region 2, whose body waits for region 3, whose body is t3.
let private nested = withScope |> after [ opens t2 r3 t3; Start t3 ]

// ---- JoinBlock

[<Fact>]
let ``JoinBlock by or on an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (JoinBlock(t2, t1))
    running |> refused Premise.KnownTask (JoinBlock(t1, t2))

[<Fact>]
let ``JoinBlock by a task that does not run is refused by TaskActive`` () =
    ended |> refused Premise.TaskActive (JoinBlock(t2, t1))

    running
    |> after [ spawn t1 r1 t2 ]
    |> refused Premise.TaskActive (JoinBlock(t2, t1))

[<Fact>]
let ``JoinBlock by a waiting task is refused by TaskNotWaiting`` () =
    withChild
    |> after [ JoinBlock(t1, t2) ]
    |> refused Premise.TaskNotWaiting (JoinBlock(t1, t2))

[<Fact>]
let ``JoinBlock on an ended task is refused by TargetNotFinished`` () =
    ended |> refused Premise.TargetNotFinished (JoinBlock(t1, t2))

[<Fact>]
let ``JoinBlock on oneself is refused by NotAncestor`` () =
    running |> refused Premise.NotAncestor (JoinBlock(t1, t1))

[<Fact>]
let ``JoinBlock on a task that waits for a region around oneself is refused by NotAncestor`` () =
    withScope |> refused Premise.NotAncestor (JoinBlock(t2, t1))
    nested |> refused Premise.NotAncestor (JoinBlock(t3, t1))
    nested |> refused Premise.NotAncestor (JoinBlock(t3, t2))

[<Fact>]
let ``JoinBlock on a task that waits for some other region is taken`` () =
    let state = withChild |> after [ opens t2 r2 t3; JoinBlock(t1, t2) ]
    Expect.equal (Target.Task t2) (state.Task t1).Waits

[<Fact>]
let ``JoinBlock waits, has no effects, and is open to clean-up`` () =
    Expect.equal [] (withChild |> effects (JoinBlock(t1, t2)))
    let state = withChild |> after [ cancelTask t1 user; Checkpoint t1; JoinBlock(t1, t2) ]
    Expect.equal (Target.Task t2) (state.Task t1).Waits

// ---- JoinReady

[<Fact>]
let ``JoinReady by or on an unknown task is refused by KnownTask`` () =
    ended |> refused Premise.KnownTask (ready t6 t2)
    ended |> refused Premise.KnownTask (ready t1 t6)
    ended |> refused Premise.KnownTask (JoinReady(t1, Target.None))

[<Fact>]
let ``JoinReady on an unknown region is refused by KnownRegion`` () =
    ended |> refused Premise.KnownRegion (JoinReady(t1, Target.Region r4))

[<Fact>]
let ``JoinReady before the end is refused by TargetFinished`` () =
    withChild |> refused Premise.TargetFinished (ready t1 t2)
    withScope |> refused Premise.TargetFinished (JoinReady(t1, Target.Region r2))

[<Fact>]
let ``JoinReady on an outcome already taken is refused by WaitingForIt`` () =
    ended |> after [ ready t1 t2 ] |> refused Premise.WaitingForIt (ready t1 t2)

[<Fact>]
let ``JoinReady on a region that one did not open is refused by WaitingForIt`` () =
    withScope
    |> after [ spawn t2 r1 t3; Start t3; Complete(t2, Outcome.ok) ]
    |> after (closes r2)
    |> refused Premise.WaitingForIt (JoinReady(t3, Target.Region r2))

[<Fact>]
let ``JoinReady by a task that waits for something else is refused by WaitingForIt`` () =
    withChild
    |> after [ spawn t1 r1 t3; Start t3; JoinBlock(t1, t3); Complete(t2, Outcome.ok) ]
    |> refused Premise.WaitingForIt (ready t1 t2)

[<Fact>]
let ``JoinReady takes the outcome of a task without a wait before it`` () =
    Expect.equal [] (ended |> effects (ready t1 t2))
    let state = ended |> after [ ready t1 t2 ]
    Expect.isTrue "observed, and nobody waits" ((state.Task t2).Observed && (state.Task t1).Waits.IsNone)

[<Fact>]
let ``JoinReady lets everyone go on that waited, each in its own step`` () =
    let state =
        withChild
        |> after
            [ spawn t1 r1 t3
              Start t3
              JoinBlock(t3, t2)
              JoinBlock(t1, t2)
              Complete(t2, Outcome.err) ]
        |> after [ ready t3 t2 ]

    Expect.equal (Target.Task t2) (state.Task t1).Waits
    let both = state |> after [ ready t1 t2 ]
    Expect.isTrue "none waits" ((both.Task t1).Waits.IsNone && (both.Task t3).Waits.IsNone)

[<Fact>]
let ``JoinReady is taken under a pending request, and the request is seen at the next checkpoint`` () =
    let state =
        withChild
        |> after
            [ JoinBlock(t1, t2)
              Complete(t2, Outcome.ok)
              cancelTask t1 user
              ready t1 t2
              Checkpoint t1 ]

    Expect.equal TaskPhase.Cancelling (state.Task t1).Phase

[<Fact>]
let ``JoinReady on the closed region releases the task that opened it`` () =
    let closed = withScope |> after (Complete(t2, Outcome.ok) :: closes r2)
    Expect.equal (Target.Region r2) (closed.Task t1).Waits
    let state = closed |> after [ JoinReady(t1, Target.Region r2); opens t1 r3 t3 ]
    Expect.equal (Target.Region r3) (state.Task t1).Waits
