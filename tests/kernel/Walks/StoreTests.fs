/// The array store is held against the persistent one in every walk; these show that a difference is seen.
module Asupersync.Kernel.Tests.StoreTests

open Xunit
open Asupersync.Kernel

/// A birth that leaves some field as it was, or none.
[<Struct; NoEquality; NoComparison>]
type private Birth(whole: TaskRecord, forgetful: bool) =
    interface IChange<TaskRecord> with
        member _.Apply(record) =
            let before = record.Observed
            record <- whole

            if forgetful then
                record.Observed <- before

/// The initial state and the one after a child was spawned.
let private start, spawned =
    let start = Kernel.initial Limits.standard Policy.FailFast Budget.unlimited

    let spawned =
        start
        |> after
            [ Start 1L<taskId>
              Spawn(1L<taskId>, 1L<regionId>, 2L<taskId>, Budget.unlimited) ]

    start, spawned

/// An array store with the records of that state, its child put there by this birth.
let private withChild forgetful =
    let sigma = ArraySigma.initial Limits.standard Policy.FailFast Budget.unlimited
    let region = &sigma.Region 1L<regionId>
    region <- spawned.Region 1L<regionId>
    let body = &sigma.Task 1L<taskId>
    body <- spawned.Task 1L<taskId>

    ({ Sigma = sigma } :> IStore<ArrayStore>).AddTask(2L<taskId>, Birth(spawned.Task 2L<taskId>, forgetful))
    |> ignore

    sigma

[<Fact>]
let ``A birth that leaves a field as it was is seen`` () =
    Assert.True((withChild false).Agrees spawned)
    Assert.False((withChild true).Agrees spawned)

[<Fact>]
let ``A step that is taken otherwise in place is seen`` () =
    let sigma = ArraySigma.initial Limits.standard Policy.FailFast Budget.unlimited
    Assert.True(sigma.Agrees start)
    Assert.Equal(ValueNone, ArraySigma.step sigma (Start 1L<taskId>))
    Assert.False(sigma.Agrees start)

[<Fact>]
let ``A refusal in place names the rule and the premise`` () =
    let sigma = ArraySigma.initial Limits.standard Policy.FailFast Budget.unlimited

    Assert.Equal(
        ValueSome { Rule = RuleName.Drain; Premise = Premise.Acknowledged },
        ArraySigma.step sigma (Drain 1L<taskId>)
    )
