namespace Asupersync.Kernel.Explore

open System
open Asupersync.Kernel

/// Runs of the kernel by chance: the same seed and number give the same run on every machine.
[<RequireQualifiedAccess>]
module TraceSample =

    // One walk differs from another in its limits, too.
    let private bounds (random: Random) : Bounds =
        let one (choices: 'T list) = choices[random.Next choices.Length]
        let policies = [ Policy.FailFast; Policy.CollectAll ]

        { Bounds.smallest with
            MaxTasks = 2 + random.Next 6
            MaxRegions = 1 + random.Next 4
            MaxObligations = random.Next 4
            MaxFinalizers = random.Next 3
            MaskUnits = 1 + random.Next 3
            MaskDepth = 1 + random.Next 2
            Units = [ 1; 2; 3 ]
            Kinds = CancelKinds.all
            Askers = [ 0..8 ]
            CancelTasks = [ 1..8 ]
            CancelRegions = [ 1..4 ]
            Policies = policies
            RootPolicy = one policies
            Outcomes = [ Severity.Ok; Severity.Err; Severity.Cancelled; Severity.Panicked ]
            ObligationKinds =
                [ ObligationKind.SendPermit
                  ObligationKind.Ack
                  ObligationKind.Lease
                  ObligationKind.IoOp ]
            Reservers = [ 1..8 ]
            Maskers = [ 1..8 ]
            RootPolls = one [ Quota.Unlimited; 2; 5 ]
            RootCost = one [ Quota.Unlimited; 7 ]
            FinalizerPolls = 1 + random.Next 3
            Costs = [ 1; 3 ] }

    // What the models fix, and recorded runs do not: times, messages and causes of reasons, and budgets of single tasks.
    let private decorate (random: Random) step (action: Action) =
        let reason (own: CancelReason) =
            match random.Next 4 with
            | 0 -> own
            | 1 -> CancelReason.Create(own.Kind, own.Region, own.Task, int64 step, "", null)
            | 2 -> CancelReason.Create(own.Kind, own.Region, own.Task, int64 (step / 4), $"word {random.Next 3}", null)
            | _ ->
                let cause =
                    CancelReason.Create(enum (random.Next 11), 1L<_>, 1L<_>, int64 (random.Next 3), "cause", null)

                CancelReason.Create(own.Kind, own.Region, own.Task, int64 step, "", cause)

        let budget () =
            { Budget.unlimited with
                Polls = (if random.Next 3 = 0 then random.Next 4 else Quota.Unlimited)
                Cost = (if random.Next 3 = 0 then int64 (random.Next 6) else Quota.UnlimitedCost) }

        match action with
        | Complete(task, outcome) when outcome.Severity = Severity.Cancelled ->
            Complete(task, Outcome.cancelled (reason outcome.Reason))
        | CancelRequest(by, aim, own) -> CancelRequest(by, aim, reason own)
        | Spawn(task, region, child, _) -> Spawn(task, region, child, budget ())
        | OpenRegion(task, region, body, policy, _) -> OpenRegion(task, region, body, policy, budget ())
        | _ -> action

    // A rule first, then its arguments, so that rules with many arguments do not crowd out the others.
    let private choose (random: Random) (candidates: Candidates) step state =
        let byRule = candidates.Of state |> Array.ofSeq |> Array.groupBy _.Rule

        random.Shuffle byRule

        // Ends and requests leave less to happen after them, so they mostly come last.
        let late, soon =
            byRule
            |> Array.partition (fun (rule, _) ->
                (rule = RuleName.Complete || rule = RuleName.CancelRequest) && random.Next 4 > 0)

        Array.append soon late
        |> Array.tryPick (fun (_, actions) ->
            random.Shuffle actions

            actions
            |> Array.tryPick (fun action ->
                let action = decorate random step action

                match Kernel.step state action with
                | Ok next -> Some(action, next)
                | Error _ -> None))

    let private length = 60

    /// The run with this number.
    let run (seed: int) (number: int) : Trace =
        let random = Random(seed * 1_000_003 + number)
        let bounds = bounds random
        let candidates = Candidates bounds

        let header =
            { Limits =
                { MaskUnits = bounds.MaskUnits
                  MaskDepth = bounds.MaskDepth
                  FinalizerPolls = bounds.FinalizerPolls
                  Allowance =
                    if random.Next 2 = 0 then
                        CancelKinds.defaultAllowance
                    else
                        fun kind -> CancelKinds.tier kind }
              Policy = bounds.RootPolicy
              Budget =
                { Budget.unlimited with
                    Polls = bounds.RootPolls
                    Cost =
                        (if bounds.RootCost = Quota.Unlimited then
                             Quota.UnlimitedCost
                         else
                             int64 bounds.RootCost) } }

        let rec go state step taken =
            if step > length then
                List.rev taken
            else
                match choose random candidates step state with
                | None -> List.rev taken
                | Some(action, next) ->
                    let one =
                        { Sequence = int64 step
                          At = int64 step
                          Action = action
                          Consequences = next.Consequences
                          Fingerprint = ValueSome next.Fingerprint }

                    go next (step + 1) (one :: taken)

        { Header = header; Steps = go (Trace.initial header) 1 [] }
