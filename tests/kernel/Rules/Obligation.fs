/// Chapter 4 of docs/semantics.md: Reserve, Commit, Abort, Leak, Transfer.
module Asupersync.Kernel.Tests.ObligationTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

let private reserve by id =
    Reserve(by, id, ObligationKind.SendPermit)

/// The body holds o1; the child t2 runs, the child t3 has not started.
let private holding = withChild |> after [ spawn t1 r1 t3; reserve t1 o1 ]

/// The child t3 holds o1 and has not started.
let private handed = holding |> after [ Transfer(t1, o1, t3) ]

let private phase (state: State) id = (state.Obligation id).Phase

// ---- Reserve

[<Fact>]
let ``Reserve by an unknown task is refused by KnownTask`` () =
    running |> refused Premise.KnownTask (reserve t2 o1)

[<Fact>]
let ``Reserve under a used or skipped identifier is refused by FreshId`` () =
    for id in [ o1; o3; 0L<obligationId>; -1L<obligationId> ] do
        holding |> refused Premise.FreshId (reserve t1 id)

[<Fact>]
let ``Reserve by a task that does not run is refused by TaskActive`` () =
    fresh |> refused Premise.TaskActive (reserve t1 o1)

    running
    |> after [ cancelTask t1 user; Checkpoint t1; Drain t1 ]
    |> refused Premise.TaskActive (reserve t1 o1)

[<Fact>]
let ``Reserve by a waiting task is refused by TaskNotWaiting`` () =
    withScope |> refused Premise.TaskNotWaiting (reserve t1 o1)

[<Fact>]
let ``Reserve is taken in clean-up and by finalizers`` () =
    let cleaning = running |> after [ cancelTask t1 user; Checkpoint t1; reserve t1 o1 ]
    Expect.equal ObligationPhase.Reserved (phase cleaning o1)

    let finalizing =
        running
        |> after
            [ Defer t1
              Complete(t1, Outcome.ok)
              CloseBegin r1
              CloseCancelChildren r1
              CloseChildrenDone r1 ]
        |> after [ CloseRunFinalizer(r1, t2); Start t2; reserve t2 o1 ]

    Expect.equal t2 (finalizing.Obligation o1).Holder

[<Fact>]
let ``Reserve notes kind and holder and has no effects`` () =
    for kind in
        [ ObligationKind.SendPermit
          ObligationKind.Ack
          ObligationKind.Lease
          ObligationKind.IoOp ] do
        Expect.equal [] (running |> effects (Reserve(t1, o1, kind)))
        let one = (running |> after [ Reserve(t1, o1, kind) ]).Obligation o1
        Expect.equal (kind, t1, ObligationPhase.Reserved) (one.Kind, one.Holder, one.Phase)

// ---- Commit

[<Fact>]
let ``Commit by an unknown task is refused by KnownTask`` () =
    holding |> refused Premise.KnownTask (Commit(t6, o1))

[<Fact>]
let ``Commit of an unknown obligation is refused by KnownObligation`` () =
    holding |> refused Premise.KnownObligation (Commit(t1, o2))
    holding |> refused Premise.KnownObligation (Commit(t1, 0L<obligationId>))

[<Fact>]
let ``Commit of what was resolved is refused by IsReserved`` () =
    for resolved in [ Commit(t1, o1); Abort(t1, o1); Complete(t1, Outcome.ok) ] do
        holding |> after [ resolved ] |> refused Premise.IsReserved (Commit(t1, o1))

[<Fact>]
let ``Commit by another than the holder is refused by IsHolder`` () =
    holding |> refused Premise.IsHolder (Commit(t2, o1))

[<Fact>]
let ``Commit by a holder that does not run is refused by TaskActive`` () =
    handed |> refused Premise.TaskActive (Commit(t3, o1))

[<Fact>]
let ``Commit by a waiting holder is refused by TaskNotWaiting`` () =
    holding
    |> after [ JoinBlock(t1, t2) ]
    |> refused Premise.TaskNotWaiting (Commit(t1, o1))

[<Fact>]
let ``Commit resolves for good and leaves nothing to settle`` () =
    Expect.equal [] (holding |> effects (Commit(t1, o1)))
    let state = holding |> after [ Commit(t1, o1) ]
    Expect.equal ObligationPhase.Committed (phase state o1)
    Expect.equal [] (state |> consequences (Complete(t1, Outcome.ok)))

// ---- Abort

[<Fact>]
let ``Abort by an unknown task is refused by KnownTask`` () =
    holding |> refused Premise.KnownTask (Abort(t6, o1))

[<Fact>]
let ``Abort of an unknown obligation is refused by KnownObligation`` () =
    holding |> refused Premise.KnownObligation (Abort(t1, o2))

[<Fact>]
let ``Abort of what was resolved is refused by IsReserved`` () =
    for resolved in [ Commit(t1, o1); Abort(t1, o1); Complete(t1, Outcome.panicked) ] do
        holding |> after [ resolved ] |> refused Premise.IsReserved (Abort(t1, o1))

[<Fact>]
let ``Abort by another than the holder is refused by IsHolder`` () =
    holding |> refused Premise.IsHolder (Abort(t2, o1))

[<Fact>]
let ``Abort by a holder that does not run is refused by TaskActive`` () =
    handed |> refused Premise.TaskActive (Abort(t3, o1))

[<Fact>]
let ``Abort by a waiting holder is refused by TaskNotWaiting`` () =
    holding
    |> after [ JoinBlock(t1, t2) ]
    |> refused Premise.TaskNotWaiting (Abort(t1, o1))

[<Fact>]
let ``Abort resolves for good, also in clean-up`` () =
    Expect.equal [] (holding |> effects (Abort(t1, o1)))
    let state = holding |> after [ cancelTask t1 user; Checkpoint t1; Abort(t1, o1) ]
    Expect.equal ObligationPhase.Aborted (phase state o1)

[<Fact>]
let ``Abort is what the kernel does for a receiver that was cancelled before its start`` () =
    let state = handed |> after [ cancelTask t3 user; Checkpoint t3; Drain t3 ]
    Expect.equal [ "Abort(o1)" ] (state |> consequences (Finalize t3))

// ---- Leak

[<Fact>]
let ``Leak happens to what a task that ended well still held, and is reported`` () =
    for outcome in [ Outcome.ok; Outcome.err ] do
        let ended = Complete(t1, outcome)
        Expect.isTrue "the label says so" (List.contains "Leak(o1)" (holding |> consequences ended))
        Expect.isTrue "the driver hears of it" (List.contains "Leaked(o1)" (holding |> effects ended))
        Expect.equal ObligationPhase.Leaked (phase (holding |> after [ ended ]) o1)

[<Fact>]
let ``Leak lets the region close`` () =
    let state = running |> after (reserve t1 o1 :: Complete(t1, Outcome.ok) :: closes r1)

    Expect.equal Outcome.ok (state.Region r1).Outcome

// ---- Transfer

[<Fact>]
let ``Transfer by or to an unknown task is refused by KnownTask`` () =
    holding |> refused Premise.KnownTask (Transfer(t6, o1, t2))
    holding |> refused Premise.KnownTask (Transfer(t1, o1, t6))

[<Fact>]
let ``Transfer of an unknown obligation is refused by KnownObligation`` () =
    holding |> refused Premise.KnownObligation (Transfer(t1, o2, t2))

[<Fact>]
let ``Transfer of what was resolved is refused by IsReserved`` () =
    holding
    |> after [ Commit(t1, o1) ]
    |> refused Premise.IsReserved (Transfer(t1, o1, t2))

[<Fact>]
let ``Transfer by another than the holder is refused by IsHolder`` () =
    holding |> refused Premise.IsHolder (Transfer(t2, o1, t1))

    holding
    |> after [ Transfer(t1, o1, t2) ]
    |> refused Premise.IsHolder (Transfer(t1, o1, t2))

[<Fact>]
let ``Transfer by a holder that does not run is refused by TaskActive`` () =
    handed |> refused Premise.TaskActive (Transfer(t3, o1, t1))

[<Fact>]
let ``Transfer by a waiting holder is refused by TaskNotWaiting`` () =
    holding
    |> after [ JoinBlock(t1, t2) ]
    |> refused Premise.TaskNotWaiting (Transfer(t1, o1, t2))

[<Fact>]
let ``Transfer to a task that has ended, or is about to, is refused by ReceiverLive`` () =
    holding
    |> after [ Complete(t2, Outcome.ok) ]
    |> refused Premise.ReceiverLive (Transfer(t1, o1, t2))

    holding
    |> after [ cancelTask t2 user; Checkpoint t2; Drain t2 ]
    |> refused Premise.ReceiverLive (Transfer(t1, o1, t2))

[<Fact>]
let ``Transfer to oneself is refused by ReceiverDiffers`` () =
    holding |> refused Premise.ReceiverDiffers (Transfer(t1, o1, t1))

[<Fact>]
let ``Transfer makes the receiver the one that must resolve`` () =
    Expect.equal [] (holding |> effects (Transfer(t1, o1, t2)))
    let state = holding |> after [ Transfer(t1, o1, t2) ]
    Expect.equal (t2, ObligationPhase.Reserved) ((state.Obligation o1).Holder, phase state o1)
    state |> refused Premise.IsHolder (Commit(t1, o1))
    Expect.equal [] (state |> consequences (Complete(t1, Outcome.ok)))
    Expect.equal [ "Leak(o1)" ] (state |> consequences (Complete(t2, Outcome.ok)))

[<Fact>]
let ``Transfer to a task in clean-up is taken, and what it holds is settled by identifier`` () =
    let state =
        holding
        |> after [ cancelTask t2 user; Checkpoint t2; reserve t2 o2; reserve t1 o3 ]
        |> after [ Transfer(t1, o3, t2); Transfer(t1, o1, t2); Drain t2 ]

    Expect.equal [ "Abort(o1)"; "Abort(o2)"; "Abort(o3)" ] (state |> consequences (Finalize t2))
