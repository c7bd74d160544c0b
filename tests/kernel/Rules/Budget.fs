/// Chapter 4 of docs/semantics.md: ChargePoll, ChargeCost.
module Asupersync.Kernel.Tests.BudgetTests

open Xunit
open Asupersync.Kernel

let private refused = Expect.refused

/// The body runs and has two polls and five units of cost.
let private limited = begun Policy.FailFast { free with Polls = 2; Cost = 5L } |> after [ Start t1 ]

/// A finalizer runs under limits that give it two polls.
let private finalizer =
    Kernel.initial { Limits.standard with FinalizerPolls = 2 } Policy.FailFast free
    |> after [ Start t1; Defer t1; Complete(t1, Outcome.ok) ]
    |> after
        [ CloseBegin r1
          CloseCancelChildren r1
          CloseChildrenDone r1
          CloseRunFinalizer(r1, t2)
          Start t2 ]

// ---- ChargePoll

[<Fact>]
let ``ChargePoll of an unknown task is refused by KnownTask`` () =
    limited |> refused Premise.KnownTask (ChargePoll t2)

[<Fact>]
let ``ChargePoll of a task that does not run is refused by TaskActive`` () =
    begun Policy.FailFast (polls 2) |> refused Premise.TaskActive (ChargePoll t1)

    limited
    |> after [ Complete(t1, Outcome.ok) ]
    |> refused Premise.TaskActive (ChargePoll t1)

[<Fact>]
let ``ChargePoll without a limit is refused by QuotaLimited`` () =
    running |> refused Premise.QuotaLimited (ChargePoll t1)

    running
    |> after [ cancelTask t1 user ]
    |> refused Premise.QuotaLimited (ChargePoll t1)

[<Fact>]
let ``ChargePoll with the clean-up allowance spent is refused by QuotaLeft`` () =
    running
    |> after [ cancelTask t1 shutdown; Checkpoint t1 ]
    |> after (List.replicate 50 (ChargePoll t1))
    |> refused Premise.QuotaLeft (ChargePoll t1)

[<Fact>]
let ``ChargePoll of a finalizer with its polls spent is refused by QuotaLeft`` () =
    finalizer
    |> after [ ChargePoll t2; ChargePoll t2 ]
    |> refused Premise.QuotaLeft (ChargePoll t2)

[<Fact>]
let ``ChargePoll of a task that was asked already and has no polls left is refused by QuotaLeft`` () =
    limited
    |> after [ ChargePoll t1; ChargePoll t1; ChargePoll t1 ]
    |> refused Premise.QuotaLeft (ChargePoll t1)

[<Fact>]
let ``ChargePoll takes one from the body's quota and says nothing`` () =
    Expect.equal [] (limited |> effects (ChargePoll t1))
    Expect.equal 1 ((limited |> after [ ChargePoll t1 ]).Task t1).Polls

[<Fact>]
let ``ChargePoll is taken of a waiting task too`` () =
    let state = limited |> after [ opens t1 r2 t2; ChargePoll t1 ]
    Expect.equal 1 (state.Task t1).Polls

[<Fact>]
let ``ChargePoll with nothing left is a request of the task to itself, which is news and no echo`` () =
    let spent = limited |> after [ ChargePoll t1; ChargePoll t1 ]
    Expect.equal TaskPhase.Running (spent.Task t1).Phase
    Expect.equal [ "CancelRequest(t1)" ] (spent |> consequences (ChargePoll t1))
    Expect.equal [ "CancelDelivered(t1)" ] (spent |> effects (ChargePoll t1))
    let task = (spent |> after [ ChargePoll t1 ]).Task t1
    Expect.reason (CancelReason.Of(CancelKind.PollQuota, r1, t1)) task.Reason
    Expect.equal (0, false, 300) (task.Polls, task.Echo, task.Cleanup)

[<Fact>]
let ``ChargePoll with nothing left reaches the scope that the task waits for`` () =
    let state = limited |> after [ ChargePoll t1; ChargePoll t1; opens t1 r2 t2; ChargePoll t1 ]

    Expect.equal RegionPhase.Closing (state.Region r2).Phase

[<Fact>]
let ``ChargePoll in clean-up takes from the allowance and leaves the body's quota`` () =
    let state = limited |> after [ cancelTask t1 user; Checkpoint t1; ChargePoll t1 ]
    Expect.equal (2, 999) ((state.Task t1).Polls, (state.Task t1).Cleanup)

// ---- ChargeCost

[<Fact>]
let ``ChargeCost of an unknown task is refused by KnownTask`` () =
    limited |> refused Premise.KnownTask (ChargeCost(t2, 1L))

[<Fact>]
let ``ChargeCost of a task that does not run is refused by TaskActive`` () =
    begun Policy.FailFast { free with Cost = 5L }
    |> refused Premise.TaskActive (ChargeCost(t1, 1L))

[<Fact>]
let ``ChargeCost of less than one unit is refused by CostValid`` () =
    for cost in [ 0L; -1L; System.Int64.MinValue ] do
        limited |> refused Premise.CostValid (ChargeCost(t1, cost))

[<Fact>]
let ``ChargeCost without a limit is refused by QuotaLimited`` () =
    running |> refused Premise.QuotaLimited (ChargeCost(t1, 1L))
    finalizer |> refused Premise.QuotaLimited (ChargeCost(t2, 1L))

[<Fact>]
let ``ChargeCost of exactly what is left asks for nothing`` () =
    Expect.equal [] (limited |> consequences (ChargeCost(t1, 5L)))
    let task = (limited |> after [ ChargeCost(t1, 5L) ]).Task t1
    Expect.equal (0L, TaskPhase.Running) (task.Cost, task.Phase)

[<Fact>]
let ``ChargeCost of more than what is left takes all of it and is a request of the task to itself`` () =
    for cost in [ 6L; System.Int64.MaxValue ] do
        Expect.equal [ "CancelRequest(t1)" ] (limited |> consequences (ChargeCost(t1, cost)))
        Expect.equal [ "CancelDelivered(t1)" ] (limited |> effects (ChargeCost(t1, cost)))
        let task = (limited |> after [ ChargeCost(t1, cost) ]).Task t1
        Expect.reason (CancelReason.Of(CancelKind.CostBudget, r1, t1)) task.Reason
        Expect.equal (0L, false) (task.Cost, task.Echo)

[<Fact>]
let ``ChargeCost of more than what is left asks for nothing once the task is cancelled`` () =
    let asked = limited |> after [ cancelTask t1 user ]

    for state in [ asked; asked |> after [ Checkpoint t1 ] ] do
        Expect.equal [] (state |> consequences (ChargeCost(t1, 9L)))
        Expect.equal 0L ((state |> after [ ChargeCost(t1, 9L) ]).Task t1).Cost
