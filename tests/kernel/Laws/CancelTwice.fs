/// Cancelling twice is cancelling once with the strengthened reason: on reachable states, for regions and tasks, from outside
/// and from inside.
module Asupersync.Kernel.Tests.CancelTwice

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

/// What can be cancelled in a state.
let private targets (state: State) =
    [ for struct (id, record) in state.Regions do
          if record.Phase <> RegionPhase.Closed then
              Target.Region id
      for struct (id, record) in state.Tasks do
          if Queries.isLive &record && record.Role <> Role.Finalizer then
              Target.Task id ]

/// Who can ask for it: the environment, and every task that is active and idle.
let private askers (state: State) =
    0L<taskId>
    :: [ for struct (id, record) in state.Tasks do
             if Queries.isActive &record && record.Waits.IsNone then
                 id ]

let private states =
    lazy (Samples.states.Value |> Array.filter (fun state -> not (targets state).IsEmpty))

let private scene reasons =
    gen {
        let! state = Gen.elements states.Value
        let! target = Gen.elements (targets state)
        let! by = Gen.frequency [ 1, Gen.constant 0L<taskId>; 1, Gen.elements (askers state) ]
        let! a, b, _ = reasons
        return state, target, by, a, b
    }
    |> Arb.fromGen

/// The state after both requests, and the state after the one with the stronger reason.
let private both (state, target, by, a, b) =
    let twice = state |> after [ CancelRequest(by, target, a); CancelRequest(by, target, b) ]

    let once = state |> after [ CancelRequest(by, target, CancelReason.Strengthen(a, b)) ]

    twice, once

let private bare =
    gen {
        let! a, b, c = Generators.reasons

        let alone (reason: CancelReason) =
            CancelReason.Create(reason.Kind, reason.Region, reason.Task, reason.At, reason.Message, null)

        return alone a, alone b, alone c
    }

[<Fact>]
let ``CancelRequest twice is CancelRequest once with the stronger reason`` () =
    let law scene =
        let twice, once = both scene
        twice.Fingerprint = once.Fingerprint

    Seed.check 1500 (Prop.forAll (scene bare) law)

[<Fact>]
let ``CancelRequest twice with reasons that have causes differs at most in a tighter clean-up`` () =
    let law scene =
        let twice, once = both scene

        List.forall2
            (fun (struct (_, a)) (struct (_, b)) -> Same.taskButCleanup a b && a.Cleanup <= b.Cleanup)
            twice.Tasks
            once.Tasks
        && List.forall2 (fun (struct (_, a)) (struct (_, b)) -> Same.region a b) twice.Regions once.Regions

    Seed.check 1500 (Prop.forAll (scene Generators.reasons) law)

[<Fact>]
let ``CancelRequest repeated with the same reason changes nothing and wakes nobody`` () =
    let law (state, target, by, a, _) =
        let once = take state (CancelRequest(by, target, a))
        let again = take once (CancelRequest(by, target, a))
        again.Fingerprint = once.Fingerprint && again.Effects.IsEmpty

    Seed.check 1000 (Prop.forAll (scene Generators.reasons) law)

[<Fact>]
let ``CancelRequest does not depend on the order of two requests`` () =
    let law (state, target, by, a, b) =
        let one = state |> after [ CancelRequest(by, target, a); CancelRequest(by, target, b) ]
        let other = state |> after [ CancelRequest(by, target, b); CancelRequest(by, target, a) ]
        one.Fingerprint = other.Fingerprint

    Seed.check 1000 (Prop.forAll (scene bare) law)
