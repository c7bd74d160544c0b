namespace Asupersync.Conformance.Tests

open FsCheck
open FsCheck.FSharp
open Asupersync.Kernel

/// Which combinator a task calls; a time is in milliseconds.
type Combinator =
    | Race
    | FirstOk
    | JoinAll
    | CollectAll
    | Within of time: int

/// What one task does, step after step. Numbers that choose a child or a place are taken modulo what there is.
/// What is done aside is a flow of the same task that nobody awaits.
type Op =
    | Yield
    | Sleep of milliseconds: int
    | Checkpoint
    | Charge of cost: int
    | Spawn of OwnBudget * Script
    | SpawnAbove of up: int * Script
    | Join of child: int
    | CancelChild of child: int * CancelKind
    | CancelRegion of up: int * CancelKind
    | Mask of units: int * Op list
    | Defer of Op list
    | Open of Policy * OwnBudget * Script
    | Aside of Op list
    | Call of Combinator * Script list
    | Send of value: int
    | Receive
    | TryReserve of leaks: bool
    | TryReceive
    | HandOver of child: int
    | Deliver of acknowledges: bool
    | Fail
    | Panic

/// A body: what it does, what it does when it sees a request, and whether it lets the request through then.
and Script = { Body: Op list; CleanUp: Op list; Swallows: bool }

/// An own budget.
and OwnBudget = { Timeout: int option; Polls: int option; Cost: int option }

/// A program and how it is run.
type Program = { Policy: Policy; Capacity: int; Main: Script }

/// Random programs. Every one ends: its root has a deadline, and what a deadline cannot reach (masked sections, clean-up,
/// finalizers) waits for nothing but time and tasks that it spawned itself, which the deadline reaches.
[<RequireQualifiedAccess>]
module Programs =

    let private kind =
        Gen.elements
            [ CancelKind.User
              CancelKind.User
              CancelKind.Timeout
              CancelKind.RaceLost
              CancelKind.LinkedExit
              CancelKind.ResourceUnavailable
              CancelKind.Shutdown ]

    let private policy = Gen.elements [ Policy.FailFast; Policy.FailFast; Policy.CollectAll ]

    let private limits =
        gen {
            let! timeout = Gen.frequency [ 5, Gen.constant None; 1, Gen.map Some (Gen.choose (0, 40)) ]
            let! polls = Gen.frequency [ 6, Gen.constant None; 1, Gen.map Some (Gen.choose (0, 6)) ]
            let! cost = Gen.frequency [ 2, Gen.constant None; 1, Gen.map Some (Gen.choose (0, 8)) ]

            return { Timeout = timeout; Polls = polls; Cost = cost }
        }

    /// What no request has to reach.
    let private bounded =
        Gen.frequency
            [ 3, Gen.constant Yield
              3, Gen.map Sleep (Gen.choose (0, 12))
              3, Gen.constant Checkpoint
              2, Gen.map Charge (Gen.choose (1, 3))
              2, Gen.map TryReserve (Gen.elements [ false; false; true ])
              2, Gen.constant TryReceive
              1, Gen.map2 (fun child kind -> CancelChild(child, kind)) (Gen.choose (0, 5)) kind
              1, Gen.map2 (fun up kind -> CancelRegion(up, kind)) (Gen.choose (0, 2)) kind ]

    let private upTo most item =
        Gen.choose (0, most) |> Gen.bind (fun length -> Gen.listOfLength length item)

    let private ending =
        Gen.frequency [ 6, Gen.constant []; 1, Gen.constant [ Fail ]; 1, Gen.constant [ Panic ] ]

    let private mask body =
        Gen.map2 (fun units body -> Mask(units, body)) (Gen.choose (1, 3)) body

    let private finalizer = Gen.map2 (@) (upTo 4 bounded) ending

    /// What clean-up and masked sections do.
    let rec private guarded depth =
        Gen.frequency
            [ 8, bounded
              5, Gen.map Join (Gen.choose (0, 5))
              3, Gen.map HandOver (Gen.choose (0, 5))
              1, Gen.map Defer finalizer
              if depth > 0 then
                  2, mask (upTo 3 (guarded (depth - 1))) ]

    let private section = mask (upTo 4 (guarded 1))

    let private cleanUp = Gen.map2 (@) (upTo 4 (guarded 2)) ending

    /// Where a task has several flows, one of them may acknowledge a request for all, and no request ends what another begins to wait for
    /// after that: such a task does not wait for channels.
    let rec private op depth flows =
        let leaf =
            [ 8, bounded
              3, Gen.map Join (Gen.choose (0, 5))
              2, section
              2, Gen.map Defer finalizer
              if not flows then
                  3, Gen.map Send (Gen.choose (0, 9))
                  3, Gen.constant Receive
                  1, Gen.map Deliver (Gen.elements [ true; false ])
              1, Gen.map HandOver (Gen.choose (0, 5))
              1, Gen.elements [ Fail; Panic; Yield; Yield; Yield ] ]

        let inner =
            [ 5, Gen.map2 (fun limits body -> Spawn(limits, body)) limits (script (depth - 1))
              1, Gen.map2 (fun up body -> SpawnAbove(up, body)) (Gen.choose (0, 2)) (script (depth - 1))
              3, Gen.map3 (fun policy limits body -> Open(policy, limits, body)) policy limits (script (depth - 1))
              if flows then
                  6, aside depth
              3, call depth ]

        Gen.frequency (if depth > 0 then leaf @ inner else leaf)

    and private call depth =
        gen {
            let! combinator =
                Gen.oneof
                    [ Gen.elements [ Race; Race; FirstOk; JoinAll; CollectAll ]
                      Gen.map Within (Gen.choose (0, 30)) ]

            let! branches = Gen.choose (1, 3)
            let! bodies = Gen.listOfLength branches (script (depth - 1))
            return Call(combinator, bodies)
        }

    and private aside depth =
        gen {
            let! ops = upTo 4 (op (depth - 1) true)
            return Aside ops
        }

    and private script depth =
        gen {
            let! length = Gen.choose (0, 6)
            let! flows = Gen.elements [ false; false; true ]
            let! body = Gen.listOfLength length (op depth flows)
            let! cleanUp = Gen.frequency [ 1, Gen.constant []; 1, cleanUp ]
            let! swallows = Gen.elements [ false; false; false; true ]

            return { Body = body; CleanUp = cleanUp; Swallows = swallows }
        }

    let private program =
        gen {
            let! policy = policy
            let! capacity = Gen.choose (1, 3)
            let! main = script 4

            return { Policy = policy; Capacity = capacity; Main = main }
        }

    /// The same list without one of its parts, or with one part made smaller.
    let rec private smallerList smaller items =
        seq {
            for index in 0 .. List.length items - 1 do
                yield List.removeAt index items

            for index in 0 .. List.length items - 1 do
                for item in smaller items[index] do
                    yield List.updateAt index item items
        }

    and private smallerOp op =
        match op with
        | Spawn(limits, body) -> smallerScript body |> Seq.map (fun body -> Spawn(limits, body))
        | SpawnAbove(up, body) -> smallerScript body |> Seq.map (fun body -> SpawnAbove(up, body))
        | Open(policy, limits, body) -> smallerScript body |> Seq.map (fun body -> Open(policy, limits, body))
        | Call(combinator, [ body ]) -> smallerScript body |> Seq.map (fun body -> Call(combinator, [ body ]))
        | Call(combinator, bodies) ->
            smallerList smallerScript bodies
            |> Seq.map (fun bodies -> Call(combinator, bodies))
        | Mask(units, body) -> smallerList smallerOp body |> Seq.map (fun body -> Mask(units, body))
        | Defer body -> smallerList smallerOp body |> Seq.map Defer
        | Aside body -> smallerList smallerOp body |> Seq.map Aside
        | _ -> Seq.empty

    and private smallerScript script =
        seq {
            for body in smallerList smallerOp script.Body do
                yield { script with Body = body }

            for cleanUp in smallerList smallerOp script.CleanUp do
                yield { script with CleanUp = cleanUp }
        }

    /// Programs for FsCheck, with shrinking.
    let arbitrary: Arbitrary<Program> =
        Arb.fromGenShrink (
            program,
            fun program -> smallerScript program.Main |> Seq.map (fun main -> { program with Main = main })
        )
