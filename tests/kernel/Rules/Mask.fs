/// Chapter 3 of docs/semantics.md: CheckpointMasked, MaskEnter, MaskExit.
module Asupersync.Kernel.Tests.MaskTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// The body is in a section of two units.
let private masked = running |> after [ MaskEnter(t1, 2) ]

/// And a request is pending.
let private pending = masked |> after [ cancelTask t1 user ]

let private mask (state: State) =
    (state.Task t1).Mask, (state.Task t1).Depth

// ---- CheckpointMasked

[<Fact>]
let ``CheckpointMasked of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (CheckpointMasked t2)

[<Fact>]
let ``CheckpointMasked of a task that never started is refused by TaskActive`` () =
    fresh
    |> after [ cancelTask t1 user ]
    |> refused Premise.TaskActive (CheckpointMasked t1)

[<Fact>]
let ``CheckpointMasked of a waiting task is refused by TaskNotWaiting`` () =
    masked
    |> after [ opens t1 r2 t2; cancelTask t1 user ]
    |> refused Premise.TaskNotWaiting (CheckpointMasked t1)

[<Fact>]
let ``CheckpointMasked without a request is refused by CancelPending`` () =
    masked |> refused Premise.CancelPending (CheckpointMasked t1)

[<Fact>]
let ``CheckpointMasked with no unit left is refused by MaskLeft, and the next checkpoint acknowledges`` () =
    let spent = pending |> after [ CheckpointMasked t1; CheckpointMasked t1 ]
    spent |> refused Premise.MaskLeft (CheckpointMasked t1)
    Expect.equal TaskPhase.Cancelling ((spent |> after [ Checkpoint t1 ]).Task t1).Phase

    running
    |> after [ cancelTask t1 user ]
    |> refused Premise.MaskLeft (CheckpointMasked t1)

[<Fact>]
let ``CheckpointMasked spends one unit, and passes also with the last one`` () =
    Expect.equal [] (pending |> effects (CheckpointMasked t1))
    Expect.equal (1, 1) (pending |> after [ CheckpointMasked t1 ] |> mask)
    let last = pending |> after [ CheckpointMasked t1; CheckpointMasked t1 ]
    Expect.equal (0, 1) (mask last)
    Expect.equal TaskPhase.CancelRequested (last.Task t1).Phase

// ---- MaskEnter

[<Fact>]
let ``MaskEnter of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (MaskEnter(t2, 1))

[<Fact>]
let ``MaskEnter of a task that has not started is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (MaskEnter(t1, 1))

[<Fact>]
let ``MaskEnter of a waiting task is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (MaskEnter(t1, 1))

[<Fact>]
let ``MaskEnter with no unit or more than MaskUnits is refused by MaskUnitsInRange`` () =
    for units in [ 0; -1; 1001; System.Int32.MaxValue; System.Int32.MinValue ] do
        running |> refused Premise.MaskUnitsInRange (MaskEnter(t1, units))

    Expect.equal (1000, 1) (running |> after [ MaskEnter(t1, 1000) ] |> mask)

[<Fact>]
let ``MaskEnter at 64 sections deep is refused by MaskDepthLeft`` () =
    let deep = running |> after (List.replicate 64 (MaskEnter(t1, 1)))
    Expect.equal (1, 64) (mask deep)
    deep |> refused Premise.MaskDepthLeft (MaskEnter(t1, 1))
    Expect.equal (1, 63) (deep |> after [ MaskExit t1 ] |> mask)

[<Fact>]
let ``MaskEnter under a request outside all sections is refused by NoPendingCancel`` () =
    running
    |> after [ cancelTask t1 user ]
    |> refused Premise.NoPendingCancel (MaskEnter(t1, 1))

[<Fact>]
let ``MaskEnter inside a section adds depth and no units`` () =
    Expect.equal (2, 2) (masked |> after [ MaskEnter(t1, 900) ] |> mask)

[<Fact>]
let ``MaskEnter inside a section under a request is taken and stretches nothing`` () =
    Expect.equal (1, 2) (pending |> after [ CheckpointMasked t1; MaskEnter(t1, 900) ] |> mask)

[<Fact>]
let ``MaskEnter in clean-up is taken and grants no units`` () =
    let cleaning = running |> after [ cancelTask t1 user; Checkpoint t1 ]
    Expect.equal [] (cleaning |> effects (MaskEnter(t1, 5)))
    Expect.equal (0, 1) (cleaning |> after [ MaskEnter(t1, 5) ] |> mask)

// ---- MaskExit

[<Fact>]
let ``MaskExit of an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (MaskExit t2)

[<Fact>]
let ``MaskExit of an ended task is refused by TaskActive`` () =
    masked
    |> after [ Complete(t1, Outcome.ok) ]
    |> refused Premise.TaskActive (MaskExit t1)

[<Fact>]
let ``MaskExit of a waiting task is refused by TaskNotWaiting`` () =
    masked
    |> after [ opens t1 r2 t2 ]
    |> refused Premise.TaskNotWaiting (MaskExit t1)

[<Fact>]
let ``MaskExit outside all sections is refused by InsideMask`` () =
    running |> refused Premise.InsideMask (MaskExit t1)

    masked |> after [ MaskExit t1 ] |> refused Premise.InsideMask (MaskExit t1)

[<Fact>]
let ``MaskExit clears the units only when it leaves the outermost section`` () =
    let nested = masked |> after [ MaskEnter(t1, 1) ]
    Expect.equal [] (nested |> effects (MaskExit t1))
    Expect.equal (2, 1) (nested |> after [ MaskExit t1 ] |> mask)
    Expect.equal (0, 0) (nested |> after [ MaskExit t1; MaskExit t1 ] |> mask)

[<Fact>]
let ``MaskExit under a request lets the next checkpoint acknowledge`` () =
    let state = pending |> after [ MaskExit t1; Checkpoint t1 ]
    Expect.equal TaskPhase.Cancelling (state.Task t1).Phase
