namespace Asupersync.Kernel.Tests

open System.Collections.Generic
open Asupersync.Kernel

/// What a run met.
type WalkReport =
    {
        /// Steps taken.
        Steps: int
        /// Actions refused.
        Refusals: int
        /// Times the run began anew.
        Lives: int
        /// How often each rule was taken.
        Rules: Dictionary<RuleName, int>
        /// How often each guard refused.
        Guards: Dictionary<Premise, int>
    }

/// What broke, the shortest run found that breaks it, and both with the seed as text.
exception WalkFailure of why: string * actions: Action list * text: string with
    override this.Message = this.text

/// Long random runs of the kernel. A run that has grown to its bound is brought to its end and a new one begins, so that the
/// costly checks stay small while the count of steps goes on.
[<RequireQualifiedAccess>]
module Walk =

    /// Limits that are met all the time.
    let tight =
        { MaskUnits = 3
          MaskDepth = 2
          FinalizerPolls = 2
          Allowance = fun kind -> 6 - CancelKinds.tier kind }

    /// Where a run may begin: the limits, the policy and the budget of the root.
    let headers =
        [| { Limits = Limits.standard
             Policy = Policy.FailFast
             Budget = Budget.unlimited }
           { Limits = tight
             Policy = Policy.CollectAll
             Budget = Budget.unlimited }
           { Limits = tight
             Policy = Policy.FailFast
             Budget = { Deadline = 1_000L; Polls = 12; Cost = 20L; Priority = 7 } } |]

    let private count (table: Dictionary<'K, int>) key =
        table[key] <- 1 + table.GetValueOrDefault key

    let private records (state: State) =
        state.RegionCount + state.TaskCount + state.ObligationCount

    let private fail header dropped why (taken: Action list) seed =
        let actions, why = Shrink.actions header dropped taken why

        let text =
            $"{why}\n{Seed.replay} (this walk: {seed})\nThe last of these {actions.Length} actions breaks it:\n"
            + Shrink.lines header actions

        raise (WalkFailure(why, actions, text))

    /// Runs until so many steps are taken; <paramref name="watch"/> sees every state with what is asked of it.
    let run header dropped (seed: uint64) bound steps (watch: State -> Action -> unit) =
        let dice = Dice seed
        let proposals = Proposals dice
        let rules = Dictionary()
        let guards = Dictionary()
        let mutable oracle = Oracle(header, dropped)
        let mutable taken = []
        let mutable counted = 0
        let mutable refusals = 0
        let mutable lives = 1
        let mutable patience = 0

        while counted < steps do
            let state = oracle.State
            let over = (state.Region 1L<regionId>).Phase = RegionPhase.Closed

            // A closed root takes no more steps, but a few questions are worth asking of it all the same.
            if (over && patience > 20) || patience > 400 then
                oracle <- Oracle(header, dropped)
                taken <- []
                lives <- lives + 1
                patience <- 0
            else
                let action =
                    if not over && records state >= int64 bound then
                        proposals.Ending state
                    else
                        proposals.Any state

                watch state action

                match oracle.Ask action with
                | Taken ->
                    taken <- action :: taken
                    counted <- counted + 1
                    patience <- 0
                    count rules action.Rule
                | Refused refusal ->
                    refusals <- refusals + 1
                    patience <- patience + 1
                    count guards refusal.Premise
                | Broken why -> fail header dropped why (List.rev (action :: taken)) seed

        { Steps = counted
          Refusals = refusals
          Lives = lives
          Rules = rules
          Guards = guards }
