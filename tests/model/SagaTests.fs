namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel

/// The rules of a saga, and why they refuse.
type SagaTests() =

    let refusal state action =
        match Saga.step state action with
        | Ok _ -> SagaPremise.None
        | Error refused -> refused.Premise

    let after steps actions =
        (Saga.initial steps, actions)
        ||> List.fold (fun state action ->
            match Saga.step state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}")

    let took step = [ SagaStep step; SagaStepOk step ]

    // Two steps were done, and the saga goes back.
    let aborted = took 1 @ took 2 @ [ SagaAbort ]

    [<Fact>]
    member _.``SagaStep goes forward in order, one at a time``() =
        Assert.Equal(SagaPremise.InOrder, refusal (Saga.initial 2) (SagaStep 2))
        Assert.Equal(SagaPremise.InOrder, refusal (after 2 [ SagaStep 1 ]) (SagaStep 2))
        Assert.Equal(SagaPremise.StepPending, refusal (after 2 (took 1)) (SagaStep 1))
        Assert.Equal(SagaPremise.KnownStep, refusal (Saga.initial 2) (SagaStep 3))
        Assert.Equal(SagaPremise.SagaRunning, refusal (after 2 [ SagaAbort ]) (SagaStep 1))

    [<Fact>]
    member _.``SagaComplete ends a saga whose steps are all done``() =
        Assert.Equal(SagaPremise.AllDone, refusal (after 2 (took 1)) SagaComplete)
        let state = after 2 (took 1 @ took 2 @ [ SagaComplete ])
        Assert.Equal((SagaPhase.Completed, Severity.Ok), (state.Phase, state.Outcome))
        Assert.Equal(SagaPremise.SagaUnfinished, refusal state SagaComplete)

    [<Fact>]
    member _.``SagaStepFail undoes what was done, newest first, and a failing compensation stops nothing``() =
        let failed = took 1 @ took 2 @ [ SagaStep 3; SagaStepFail(3, Severity.Err) ]
        Assert.Equal(SagaPremise.NewestFirst, refusal (after 3 failed) (SagaCompensate 1))
        Assert.Equal(SagaPremise.StepDone, refusal (after 3 failed) (SagaCompensate 3))
        Assert.Equal(SagaPremise.AllUndone, refusal (after 3 failed) SagaComplete)
        let stuck = failed @ [ SagaCompensate 2; SagaCompensateFail(2, Severity.Panicked) ]
        Assert.Equal(SagaPremise.StepDone, refusal (after 3 stuck) (SagaCompensate 2))
        let state = after 3 (stuck @ [ SagaCompensate 1; SagaCompensateOk 1; SagaComplete ])
        Assert.Equal((SagaPhase.Aborted, Severity.Panicked), (state.Phase, state.Outcome))
        Assert.Equal<int list>([ 2; 1 ], state.Undone)

    [<Fact>]
    member _.``SagaAbort waits for a running step``() =
        Assert.Equal(SagaPremise.StepDrained, refusal (after 2 [ SagaStep 1 ]) SagaAbort)
        let state = after 2 (took 1 @ [ SagaAbort ])
        Assert.Equal((SagaPhase.Compensating, Severity.Cancelled), (state.Phase, state.Outcome))
        Assert.Equal(SagaPremise.AbortOnce, refusal state SagaAbort)

    [<Fact>]
    member _.``SagaStepFail takes failures only``() =
        for outcome in [ Severity.None; Severity.Ok; enum 5; enum 99 ] do
            Assert.Equal(SagaPremise.FailureFits, refusal (after 1 [ SagaStep 1 ]) (SagaStepFail(1, outcome)))

    [<Fact>]
    member _.``SagaStepOk ends a step that runs, once``() =
        Assert.Equal(SagaPremise.StepRunning, refusal (Saga.initial 2) (SagaStepOk 1))
        Assert.Equal(SagaPremise.StepRunning, refusal (after 2 (took 1)) (SagaStepOk 1))
        Assert.Equal(SagaPremise.KnownStep, refusal (Saga.initial 2) (SagaStepOk 3))

    [<Fact>]
    member _.``SagaCompensate goes back one step at a time, and not before the saga does``() =
        Assert.Equal(SagaPremise.SagaCompensating, refusal (after 2 (took 1)) (SagaCompensate 1))

        Assert.Equal(
            SagaPremise.CompensationSettled,
            refusal (after 2 (aborted @ [ SagaCompensate 2 ])) (SagaCompensate 1)
        )

        Assert.Equal(SagaPremise.KnownStep, refusal (after 2 aborted) (SagaCompensate 3))

    [<Fact>]
    member _.``SagaCompensateOk ends a compensation that runs, once``() =
        Assert.Equal(SagaPremise.StepCompensating, refusal (after 2 aborted) (SagaCompensateOk 2))
        let settled = aborted @ [ SagaCompensate 2; SagaCompensateOk 2 ]
        Assert.Equal(SagaPremise.StepCompensating, refusal (after 2 settled) (SagaCompensateOk 2))
        Assert.Equal(SagaPremise.None, refusal (after 2 settled) (SagaCompensate 1))

    [<Fact>]
    member _.``SagaCompensateFail takes failures of a compensation that runs``() =
        let begun = after 2 (aborted @ [ SagaCompensate 2 ])
        Assert.Equal(SagaPremise.FailureFits, refusal begun (SagaCompensateFail(2, Severity.Ok)))
        Assert.Equal(SagaPremise.StepCompensating, refusal begun (SagaCompensateFail(1, Severity.Err)))
        Assert.Equal(SagaPremise.None, refusal begun (SagaCompensateFail(2, Severity.Err)))
