/// Outcomes are a lattice: join keeps the worse (docs/semantics.md, Outcome).
module Asupersync.Kernel.Tests.OutcomeLaws

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

let private forThree law =
    Seed.check 600 (Prop.forAll (Arb.fromGen Generators.outcomes) law)

let private join = Outcome.join
let private same = Same.outcome

/// a is no worse than b.
let private atMost a b = same (join a b) b

[<Fact>]
let ``Severity orders Ok, Err, Cancelled, Panicked`` () =
    Expect.isTrue
        "the order"
        (Severity.Ok < Severity.Err
         && Severity.Err < Severity.Cancelled
         && Severity.Cancelled < Severity.Panicked)

[<Fact>]
let ``Join is associative`` () =
    forThree (fun (a, b, c) -> same (join a (join b c)) (join (join a b) c))

[<Fact>]
let ``Join is commutative`` () =
    forThree (fun (a, b, _) -> same (join a b) (join b a))

[<Fact>]
let ``Join is idempotent, and none is its unit`` () =
    forThree (fun (a, _, _) ->
        same (join a a) a
        && same (join Outcome.none a) a
        && same (join a Outcome.none) a)

[<Fact>]
let ``Join is monotone`` () =
    forThree (fun (a, b, c) -> not (atMost a b) || atMost (join a c) (join b c))

[<Fact>]
let ``Join keeps the worse severity, and of two Cancelled the stronger reason`` () =
    forThree (fun (a, b, _) ->
        let joined = join a b

        joined.Severity = max a.Severity b.Severity
        && (a.Severity <> Severity.Cancelled
            || b.Severity <> Severity.Cancelled
            || Same.reason joined.Reason (CancelReason.Strengthen(a.Reason, b.Reason))))

[<Fact>]
let ``Join of three is one of them, whatever the order`` () =
    forThree (fun (a, b, c) ->
        let worst = join a (join b c)
        (same worst a || same worst b || same worst c) && same worst (join c (join a b)))
