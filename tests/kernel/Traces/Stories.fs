namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// Recorded runs for the tests of traces.
[<RequireQualifiedAccess>]
module Stories =

    /// A header with the standard limits.
    let header =
        { Limits = Limits.standard
          Policy = Policy.FailFast
          Budget = Budget.unlimited }

    /// A small run in which every rule but CloseBegin is taken, a failure cancels, and obligations leak. No step of it could be
    /// left out without a trace in the state.
    let small: Action list =
        let deadline =
            CancelReason.Create(CancelKind.Deadline, 0L<regionId>, 0L<taskId>, 70L, "too \"late\"", null)

        [ Start t1
          Defer t1
          Spawn(t1, r1, t2, { free with Polls = 2; Cost = 5L })
          Start t2
          Reserve(t2, o1, ObligationKind.SendPermit)
          Reserve(t2, o2, ObligationKind.Lease)
          Transfer(t2, o2, t1)
          Commit(t1, o2)
          ChargePoll t2
          ChargeCost(t2, 3L)
          OpenRegion(t1, r2, t3, Policy.CollectAll, { free with Polls = 40; Priority = 7 })
          Start t3
          MaskEnter(t3, 1)
          spawn t3 r2 t4
          Start t4
          Reserve(t4, o3, ObligationKind.Ack)
          Reserve(t4, 4L<obligationId>, ObligationKind.IoOp)
          Abort(t4, 4L<obligationId>)
          JoinBlock(t3, t4)
          Complete(t4, Outcome.ok)
          JoinReady(t3, Target.Task t4)
          CancelRequest(environment, Target.Region r2, deadline)
          CheckpointMasked t3
          Checkpoint t3
          MaskExit t3
          Complete(t2, Outcome.err)
          Drain t3
          Finalize t3
          CloseCancelChildren r2
          CloseChildrenDone r2
          CloseComplete r2
          JoinReady(t1, Target.Region r2)
          Complete(t1, Outcome.cancelled deadline)
          CloseCancelChildren r1
          CloseChildrenDone r1
          CloseRunFinalizer(r1, 5L<taskId>)
          Start 5L<taskId>
          Complete(5L<taskId>, Outcome.ok)
          CloseComplete r1 ]

    /// A run without a cancel, which is where CloseBegin is taken.
    let closing: Action list = [ Start t1; Complete(t1, Outcome.ok) ] @ closes r1

    /// Records actions that all have to be taken.
    let record header actions =
        match Trace.record header actions with
        | Ok trace -> trace
        | Error error -> failwith $"{error}"

    /// A random run of so many steps, with times, and with a hash on most of the steps.
    let random index (seed: uint64) steps =
        let header = Walk.headers[index]
        let dice = Dice seed
        let proposals = Proposals dice
        let mutable state = Trace.initial header
        let mutable taken = []
        let mutable at = 0L
        let mutable patience = 300

        while List.length taken < steps && patience > 0 do
            let action = proposals.Any state

            match Kernel.step state action with
            | Error _ -> patience <- patience - 1
            | Ok next ->
                patience <- 300
                at <- at + int64 (dice.Below 1000)

                let step =
                    { Sequence = int64 taken.Length + 1L
                      At = at
                      Action = action
                      Consequences = next.Consequences
                      Fingerprint = if dice.Chance 90 then ValueSome next.Fingerprint else ValueNone }

                taken <- step :: taken
                state <- next

        { Header = header; Steps = List.rev taken }

    /// The steps numbered anew from 1.
    let renumbered (steps: TraceStep list) =
        steps |> List.mapi (fun index step -> { step with Sequence = int64 index + 1L })
