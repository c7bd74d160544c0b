namespace Asupersync.Model.Tests

open System
open Xunit
open Asupersync.Kernel

/// The rules of the idempotency store, and why they refuse.
type IdempotencyTests() =

    let lifetime = 5L

    let refusal state action =
        match Idempotency.step lifetime state action with
        | Ok _ -> IdempotencyPremise.None
        | Error refused -> refused.Premise

    let after actions =
        (Idempotency.initial, actions)
        ||> List.fold (fun state action ->
            match Idempotency.step lifetime state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}")

    let admitted = [ AdmitNew("pay", "print", 1) ]
    let completed = admitted @ [ RecordComplete("pay", 1, Severity.Ok) ]

    [<Fact>]
    member _.``AdmitNew refuses a key in use and a number out of turn``() =
        Assert.Equal(IdempotencyPremise.KeyFree, refusal (after admitted) (AdmitNew("pay", "print", 2)))
        Assert.Equal(IdempotencyPremise.FreshExecution, refusal (after admitted) (AdmitNew("other", "print", 3)))

    [<Fact>]
    member _.``Duplicate tells of the execution, and of its outcome once there is one``() =
        Assert.Equal(
            IdempotencyAnswer.Duplicate("print", 1, Severity.None),
            (after (admitted @ [ Duplicate("pay", "print") ])).Answer
        )

        Assert.Equal(
            IdempotencyAnswer.Duplicate("print", 1, Severity.Ok),
            (after (completed @ [ Duplicate("pay", "print") ])).Answer
        )

        Assert.Equal(IdempotencyPremise.SameFingerprint, refusal (after admitted) (Duplicate("pay", "smudge")))
        Assert.Equal(IdempotencyPremise.KeyTaken, refusal (after admitted) (Duplicate("other", "print")))

    [<Fact>]
    member _.``Conflict is another request under the same key``() =
        Assert.Equal(
            IdempotencyAnswer.Conflict("smudge", 1, Severity.None),
            (after (admitted @ [ Conflict("pay", "smudge") ])).Answer
        )

        Assert.Equal(IdempotencyPremise.OtherFingerprint, refusal (after admitted) (Conflict("pay", "print")))

    [<Fact>]
    member _.``RecordComplete takes the first outcome, and none that comes late``() =
        let again = RecordComplete("pay", 1, Severity.Err)
        Assert.Equal(IdempotencyPremise.IsInFlight, refusal (after completed) again)

        Assert.Equal(
            IdempotencyPremise.KnownExecution,
            refusal (after admitted) (RecordComplete("pay", 2, Severity.Ok))
        )

        let anew = completed @ [ Advance 5L; Evict "pay"; AdmitNew("pay", "print", 2) ]
        Assert.Equal(IdempotencyPremise.IsExecution, refusal (after anew) again)

    [<Fact>]
    member _.``RecordComplete takes an outcome only, and no number beside them``() =
        for outcome in [ Severity.None; enum 5; enum 99; enum -1 ] do
            Assert.Equal(IdempotencyPremise.OutcomeKnown, refusal (after admitted) (RecordComplete("pay", 1, outcome)))

    [<Fact>]
    member _.``RecordComplete keeps an outcome to the end of time when its lifetime goes beyond``() =
        let take state action =
            match Idempotency.step Int64.MaxValue state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}"

        let before = take (after admitted) (Advance 7L)
        let done' = take before (RecordComplete("pay", 1, Severity.Ok))
        Assert.Equal(Int64.MaxValue, done'.Records["pay"].Expires)

        for name, holds in Idempotency.stepProperties do
            Assert.True(holds Int64.MaxValue before done', name)

        match Idempotency.step Int64.MaxValue (take done' (Advance 8L)) (Evict "pay") with
        | Ok _ -> Assert.Fail "it was forgotten at once"
        | Error refused -> Assert.Equal(IdempotencyPremise.Expired, refused.Premise)

    [<Fact>]
    member _.``Evict waits for the outcome, and then for its expiry``() =
        Assert.Equal(IdempotencyPremise.IsDone, refusal (after (admitted @ [ Advance 99L ])) (Evict "pay"))
        Assert.Equal(IdempotencyPremise.Expired, refusal (after (completed @ [ Advance 4L ])) (Evict "pay"))
        Assert.Empty (after (completed @ [ Advance 5L; Evict "pay" ])).Records

    [<Fact>]
    member _.``Advance never goes back``() =
        Assert.Equal(IdempotencyPremise.Forward, refusal (after [ Advance 3L ]) (Advance 3L))
