namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel

/// Enqueue and Dispatch, and why they refuse.
type SchedulerTests() =

    let limits: SchedulerLimits =
        { CancelLimit = 2
          TimedLimit = 2
          Deadline = fun task -> if task = 3L<taskId> then 1L else 2L }

    let refusal state action =
        match Scheduler.step limits state action with
        | Ok _ -> SchedulerPremise.None
        | Error refused -> refused.Premise

    let after actions =
        (Scheduler.initial, actions)
        ||> List.fold (fun state action ->
            match Scheduler.step limits state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}")

    // Serves what the policy chooses, and wakes it again in the lane it came from.
    let rec served turns state taken =
        if turns = 0 then
            List.rev taken
        else
            let struct (lane, _) = Scheduler.chosen limits state

            let task =
                match lane with
                | Lane.Cancel -> state.Cancel.Head
                | Lane.Timed -> state.Timed |> Seq.minBy (fun task -> struct (limits.Deadline task, task))
                | _ -> state.Ready.Head

            match Scheduler.step limits state (Dispatch task) with
            | Ok next ->
                match Scheduler.step limits next (Enqueue(task, lane)) with
                | Ok again -> served (turns - 1) again (lane :: taken)
                | Error refused -> failwith $"{refused}"
            | Error refused -> failwith $"{refused}"

    [<Fact>]
    member _.``Enqueue refuses a second wake and a less urgent lane``() =
        let state = after [ Enqueue(1L<taskId>, Lane.Timed) ]
        Assert.Equal(SchedulerPremise.MoreUrgent, refusal state (Enqueue(1L<taskId>, Lane.Timed)))
        Assert.Equal(SchedulerPremise.MoreUrgent, refusal state (Enqueue(1L<taskId>, Lane.Ready)))
        Assert.Equal(SchedulerPremise.LaneKnown, refusal state (Enqueue(2L<taskId>, Lane.None)))

    [<Fact>]
    member _.``Enqueue promotes to a more urgent lane and leaves the old place``() =
        let state = after [ Enqueue(1L<taskId>, Lane.Ready); Enqueue(1L<taskId>, Lane.Cancel) ]
        Assert.Equal<int64<taskId> list>([ 1L<taskId> ], state.Cancel)
        Assert.Empty state.Ready

    [<Fact>]
    member _.``Dispatch serves the chosen lane, in its order``() =
        let state =
            after
                [ Enqueue(1L<taskId>, Lane.Cancel)
                  Enqueue(2L<taskId>, Lane.Cancel)
                  Enqueue(4L<taskId>, Lane.Ready) ]

        Assert.Equal(SchedulerPremise.Queued, refusal state (Dispatch 9L<taskId>))
        Assert.Equal(SchedulerPremise.LaneChosen, refusal state (Dispatch 4L<taskId>))
        Assert.Equal(SchedulerPremise.FirstInLane, refusal state (Dispatch 2L<taskId>))
        Assert.Equal(SchedulerPremise.None, refusal state (Dispatch 1L<taskId>))

    [<Fact>]
    member _.``Dispatch serves the earliest deadline, then the smallest identifier``() =
        let state =
            after
                [ Enqueue(1L<taskId>, Lane.Timed)
                  Enqueue(2L<taskId>, Lane.Timed)
                  Enqueue(3L<taskId>, Lane.Timed) ]

        Assert.Equal(SchedulerPremise.EarliestDeadline, refusal state (Dispatch 1L<taskId>))

        Assert.Equal(
            SchedulerPremise.EarliestDeadline,
            refusal (after [ Enqueue(1L<taskId>, Lane.Timed); Enqueue(2L<taskId>, Lane.Timed) ]) (Dispatch 2L<taskId>)
        )

        Assert.Equal(SchedulerPremise.None, refusal state (Dispatch 3L<taskId>))

    [<Fact>]
    member _.``Dispatch gives three busy lanes two, two and one turn a cycle``() =
        let state =
            after
                [ Enqueue(1L<taskId>, Lane.Cancel)
                  Enqueue(2L<taskId>, Lane.Timed)
                  Enqueue(4L<taskId>, Lane.Ready) ]

        let cycle = [ Lane.Cancel; Lane.Cancel; Lane.Timed; Lane.Timed; Lane.Ready ]
        Assert.Equal<Lane list>(cycle @ cycle, served 10 state [])

    [<Fact>]
    member _.``Dispatch restarts a spent cycle with timed work, so that cancels in a row stay within their limit``() =
        // Two timed turns spend that quota while nothing is cancelled.
        let state =
            after
                [ Enqueue(2L<taskId>, Lane.Timed)
                  Dispatch 2L<taskId>
                  Enqueue(2L<taskId>, Lane.Timed)
                  Dispatch 2L<taskId>
                  Enqueue(2L<taskId>, Lane.Timed)
                  Enqueue(1L<taskId>, Lane.Cancel) ]

        Assert.Equal<Lane list>([ Lane.Cancel; Lane.Cancel; Lane.Timed ], served 3 state [])
