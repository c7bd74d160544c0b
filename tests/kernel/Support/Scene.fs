namespace Asupersync.Kernel.Tests

open System
open System.Collections.Generic
open Asupersync.Kernel

/// Short names for identifiers, reasons and states, so that a test reads like the story it tells.
[<AutoOpen>]
module Scene =

    let t1, t2, t3, t4, t5, t6 = 1L<taskId>, 2L<taskId>, 3L<taskId>, 4L<taskId>, 5L<taskId>, 6L<taskId>
    let r1, r2, r3, r4 = 1L<regionId>, 2L<regionId>, 3L<regionId>, 4L<regionId>
    let o1, o2, o3 = 1L<obligationId>, 2L<obligationId>, 3L<obligationId>

    /// Asks for a cancel from outside.
    let environment = 0L<taskId>

    /// A reason of a kind, without time, place or cause.
    let because kind =
        CancelReason.Of(kind, 0L<regionId>, 0L<taskId>)

    let user = because CancelKind.User
    let shutdown = because CancelKind.Shutdown
    let free = Budget.unlimited

    /// A budget of so many polls.
    let polls count = { free with Polls = count }

    /// Spawn of a child with no budget of its own.
    let spawn by region child = Spawn(by, region, child, free)

    /// A fail-fast region with no budget of its own.
    let opens by region body =
        OpenRegion(by, region, body, Policy.FailFast, free)

    /// The environment asks that a task be cancelled.
    let cancelTask id reason =
        CancelRequest(environment, Target.Task id, reason)

    /// The environment asks that a region be cancelled.
    let cancelRegion id reason =
        CancelRequest(environment, Target.Region id, reason)

    /// The initial state under a policy and a budget.
    let begun policy budget =
        Kernel.initial Limits.standard policy budget

    /// The initial state: fail fast, no budget.
    let fresh = begun Policy.FailFast free

    /// The state after an action that has to be taken.
    let take (state: State) action =
        match Kernel.step state action with
        | Ok next -> next
        | Error refusal -> failwith $"{action} was to be taken, but: {refusal}"

    /// The state after actions that all have to be taken.
    let after actions state = List.fold take state actions

    /// The root's body runs.
    let running = fresh |> after [ Start t1 ]

    /// The root's body and one child run.
    let withChild = running |> after [ spawn t1 r1 t2; Start t2 ]

    /// The root's body waits for region 2, whose body (task 2) runs.
    let withScope = running |> after [ opens t1 r2 t2; Start t2 ]

    /// Takes a task with a pending request to its end.
    let ends id =
        [ Checkpoint id; Drain id; Finalize id ]

    /// Takes a region without finalizers from Open to Closed.
    let closes id =
        [ CloseBegin id
          CloseCancelChildren id
          CloseChildrenDone id
          CloseComplete id ]

    /// The effects of taking an action, in order, as text: "Schedule(t2)".
    let effects action state =
        [ for effect in (take state action).Effects do
              match effect.Kind with
              | EffectKind.Leaked
              | EffectKind.KernelAborted -> $"{effect.Kind}(o{effect.Number})"
              | EffectKind.RunFinalizer -> $"{effect.Kind}(r{effect.Region},t{effect.Task},{effect.Number})"
              | EffectKind.CancelledRegion
              | EffectKind.Advance
              | EffectKind.RegionClosed -> $"{effect.Kind}(r{effect.Region})"
              | _ -> $"{effect.Kind}(t{effect.Task})" ]

    /// The consequences of taking an action, in order, as text: "Leak(o1)".
    let consequences action state =
        [ for one in (take state action).Consequences -> string one ]

/// What tests expect; each throws with both sides when it does not hold.
[<RequireQualifiedAccess>]
module Expect =

    /// Which refusals the tests on this thread have produced, when somebody keeps count.
    let private produced = new Threading.ThreadLocal<HashSet<struct (RuleName * Premise)>>()

    /// Runs something and tells which refusals it checked.
    let recording (run: unit -> unit) =
        let found = HashSet()
        produced.Value <- found

        try
            run ()
        finally
            produced.Value <- null

        found

    /// Something must be so.
    let isTrue what condition =
        if not condition then
            failwith $"{what} does not hold"

    /// Two values must be equal.
    let equal (expected: 'T) (actual: 'T) =
        if not (EqualityComparer<'T>.Default.Equals(expected, actual)) then
            failwith $"expected %A{expected}\nbut got  %A{actual}"

    /// Two reasons must be equal.
    let reason (expected: CancelReason) (actual: CancelReason) =
        if not (Same.reason expected actual) then
            failwith $"expected {expected}\nbut got  {actual}"

    /// The action must be refused, by that guard and none before it.
    let refused premise action (state: State) =
        let before = state.Fingerprint

        match Kernel.step state action with
        | Ok _ -> failwith $"{action} was taken, where {premise} should have refused it"
        | Error refusal ->
            equal { Rule = action.Rule; Premise = premise } refusal
            equal before state.Fingerprint

            if not (isNull produced.Value) then
                produced.Value.Add(struct (refusal.Rule, refusal.Premise)) |> ignore
