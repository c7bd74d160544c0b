/// Budgets: meet is a bounded semilattice, andThen adds with saturation (docs/semantics.md, Budget).
module Asupersync.Kernel.Tests.BudgetLaws

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

let private forThree law =
    Seed.check 800 (Prop.forAll (Arb.fromGen Generators.budgets) law)

let private meet = Budget.meet
let private andThen = Budget.andThen

[<Fact>]
let ``Meet is associative`` () =
    forThree (fun (a, b, c) -> meet a (meet b c) = meet (meet a b) c)

[<Fact>]
let ``Meet is commutative`` () =
    forThree (fun (a, b, _) -> meet a b = meet b a)

[<Fact>]
let ``Meet is idempotent, and unlimited is its top`` () =
    forThree (fun (a, _, _) -> meet a a = a && meet Budget.unlimited a = a && meet a Budget.unlimited = a)

[<Fact>]
let ``Meet grants no part more than either has`` () =
    forThree (fun (a, b, _) ->
        let both = meet a b

        both.Deadline <= a.Deadline
        && both.Polls <= a.Polls
        && both.Cost <= a.Cost
        && both.Priority >= a.Priority
        && Budget.isValid both)

[<Fact>]
let ``Meet is monotone`` () =
    forThree (fun (a, b, c) ->
        let within x y = meet x y = x
        within (meet (meet a b) c) (meet b c))

[<Fact>]
let ``AndThen is associative`` () =
    forThree (fun (a, b, c) -> andThen a (andThen b c) = andThen (andThen a b) c)

[<Fact>]
let ``AndThen is commutative, and zero is its unit`` () =
    forThree (fun (a, b, _) ->
        andThen a b = andThen b a
        && andThen Budget.zero a = a
        && andThen a Budget.zero = a)

[<Fact>]
let ``AndThen saturates: unlimited stays so, and nothing falls below its parts`` () =
    forThree (fun (a, b, _) ->
        let both = andThen a b
        let full = andThen Budget.unlimited a

        full.Deadline = Quota.NoDeadline
        && full.Polls = Quota.Unlimited
        && full.Cost = Quota.UnlimitedCost
        && both.Deadline >= max a.Deadline b.Deadline
        && both.Polls >= max a.Polls b.Polls
        && both.Cost >= max a.Cost b.Cost
        && Budget.isValid both)

[<Fact>]
let ``AndThen distributes over meet, as plus does over min`` () =
    forThree (fun (a, b, c) -> andThen (meet a b) c = meet (andThen a c) (andThen b c))

[<Fact>]
let ``AndThen adds exactly where nothing overflows`` () =
    forThree (fun (a, b, _) ->
        let exact (x: int64) (y: int64) (most: int64) =
            min
                (System.Int128.op_Implicit x + System.Int128.op_Implicit y: System.Int128)
                (System.Int128.op_Implicit most)

        let both = andThen a b

        exact a.Cost b.Cost Quota.UnlimitedCost = System.Int128.op_Implicit both.Cost
        && exact a.Deadline b.Deadline Quota.NoDeadline = System.Int128.op_Implicit both.Deadline
        && exact a.Polls b.Polls Quota.Unlimited = System.Int128.op_Implicit both.Polls)
