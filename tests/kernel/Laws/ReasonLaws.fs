/// The order of cancel reasons is total, and strengthening is its join (docs/semantics.md, Cancel reason).
module Asupersync.Kernel.Tests.ReasonLaws

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

let private cases = 600
let private strength a b = CancelReason.Strength(a, b)
let private strengthen a b = CancelReason.Strengthen(a, b)
let private atMost a b = strength a b <= 0

let private forThree law =
    Seed.check cases (Prop.forAll (Arb.fromGen Generators.reasons) law)

/// The order as docs/semantics.md writes it, without a thought for speed. For short chains only.
let rec private written (a: CancelReason) (b: CancelReason) =
    if isNull a || isNull b then
        compare (not (isNull a)) (not (isNull b))
    else
        let key (reason: CancelReason) =
            CancelKinds.tier reason.Kind, int reason.Kind

        let detail (reason: CancelReason) =
            reason.At, int64 reason.Region, int64 reason.Task

        let byKind = compare (key a) (key b)
        let byCause = written a.Cause b.Cause
        let byDetail = compare (detail b) (detail a)

        if byKind <> 0 then byKind
        elif byCause <> 0 then byCause
        elif byDetail <> 0 then byDetail
        else System.String.CompareOrdinal(b.Message, a.Message)

[<Fact>]
let ``Strength is the order that the document writes down`` () =
    forThree (fun (a, b, _) -> sign (strength a b) = sign (written a b))

[<Fact>]
let ``Strength is antisymmetric and says 0 only to equals`` () =
    forThree (fun (a, b, _) ->
        sign (strength a b) = -(sign (strength b a))
        && (strength a b = 0) = a.Equals b
        && (strength a b <> 0
            || (a.Fingerprint = b.Fingerprint && a.GetHashCode() = b.GetHashCode())))

[<Fact>]
let ``Strength is transitive`` () =
    forThree (fun (a, b, c) -> not (atMost a b && atMost b c) || atMost a c)

[<Fact>]
let ``Strength is total and reflexive, and no reason is the weakest`` () =
    forThree (fun (a, b, _) ->
        (atMost a b || atMost b a)
        && atMost a a
        && strength null a < 0
        && strength null null = 0)

[<Fact>]
let ``Strengthen is associative`` () =
    forThree (fun (a, b, c) -> Same.reason (strengthen a (strengthen b c)) (strengthen (strengthen a b) c))

[<Fact>]
let ``Strengthen is commutative`` () =
    forThree (fun (a, b, _) -> Same.reason (strengthen a b) (strengthen b a))

[<Fact>]
let ``Strengthen is idempotent, and none is its unit`` () =
    forThree (fun (a, _, _) ->
        Same.reason (strengthen a a) a
        && Same.reason (strengthen null a) a
        && Same.reason (strengthen a null) a)

[<Fact>]
let ``Strengthen is monotone`` () =
    forThree (fun (a, b, c) -> not (atMost a b) || atMost (strengthen a c) (strengthen b c))

[<Fact>]
let ``Strengthen is the least reason that is at least both`` () =
    forThree (fun (a, b, c) ->
        let joined = strengthen a b

        atMost a joined
        && atMost b joined
        && (not (atMost a c && atMost b c) || atMost joined c))

[<Fact>]
let ``Below is monotone: a reason at most another stays so one region further down`` () =
    forThree (fun (a, b, _) ->
        let below reason =
            CancelReason.Below(reason, 3L<regionId>, 4L<taskId>)

        not (atMost a b) || atMost (below a) (below b))

[<Fact>]
let ``Below keeps the root kind and the time`` () =
    forThree (fun (a, _, _) ->
        let below = CancelReason.Below(a, 3L<regionId>, 4L<taskId>)

        below.RootKind = a.RootKind
        && below.At = a.At
        && below.Kind = CancelKind.ParentCancelled
        && below.Depth = a.Depth + 1)

[<Fact>]
let ``Two chains of 300,000 links that differ at the root are compared without a deep stack`` () =
    let deep at =
        let root = CancelReason.Create(CancelKind.User, 0L<regionId>, 0L<taskId>, at, "", null)
        Seq.fold (fun cause _ -> CancelReason.Below(cause, 1L<regionId>, 1L<taskId>)) root (seq { 1..300_000 })

    let early, late = deep 1L, deep 2L
    Expect.isTrue "the earlier is the stronger" (strength early late > 0 && strength late early < 0)
    Expect.isTrue "its text stays short" (string early |> String.length < 1000)
    Expect.equal (early.GetHashCode()) ((deep 1L).GetHashCode())
