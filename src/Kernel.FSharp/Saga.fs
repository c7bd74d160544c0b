namespace Asupersync.Kernel

/// What the rules of a saga rely on, by name.
type SagaPremise =
    /// Nothing failed, nothing is let go.
    | None = 0
    // Guards.
    | KnownStep = 1
    | FailureFits = 2
    | SagaRunning = 3
    | SagaCompensating = 4
    | SagaUnfinished = 5
    | StepPending = 6
    | InOrder = 7
    | StepRunning = 8
    | StepDone = 9
    | StepDrained = 10
    | NewestFirst = 11
    | StepCompensating = 12
    | AllDone = 13
    | AllUndone = 14
    | AbortOnce = 15
    | CompensationSettled = 16
    // Clauses of Next.
    | FailureCompensates = 101
    | RecordFailure = 102
    | RecordAbort = 103
    | Settle = 104
    | KeepWorst = 105
    | AbortCompensates = 106

/// Words for people about the premises of the saga.
[<RequireQualifiedAccess>]
module SagaPremise =

    /// The codes of its refusals begin here.
    [<Literal>]
    let internal Hundred = 1600

    /// Every guard, in order of number.
    let guards = [ for number in 1..16 -> enum<SagaPremise> number ]

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | SagaPremise.KnownStep -> "the saga has no such step; its steps are numbered from 1"
        | SagaPremise.FailureFits ->
            "a failure is Err, Cancelled or Panicked; report a success by SagaStepOk or SagaCompensateOk"
        | SagaPremise.SagaRunning -> "the saga goes back, or has ended; begin no step"
        | SagaPremise.SagaCompensating -> "the saga does not go back, so nothing is undone"
        | SagaPremise.SagaUnfinished -> "the saga has ended"
        | SagaPremise.StepPending -> "the step was begun already"
        | SagaPremise.InOrder -> "a step before it is not done; take the steps in order"
        | SagaPremise.StepRunning -> "the step does not run; tell its end once"
        | SagaPremise.StepDone -> "the step is not done, or its compensation was begun already"
        | SagaPremise.StepDrained -> "a step or a compensation runs; ask again when it has ended"
        | SagaPremise.NewestFirst -> "a later step is still done; undo that one first"
        | SagaPremise.StepCompensating -> "no compensation of the step runs; tell its end once"
        | SagaPremise.AllDone -> "not all steps are done"
        | SagaPremise.AllUndone -> "a step is still done or on its way; undo it first"
        | SagaPremise.AbortOnce -> "the saga goes back already, or has ended"
        | SagaPremise.CompensationSettled -> "another compensation runs; begin the next one when it has ended"
        | _ -> "not a guard"

/// The rules of a saga.
type SagaRule =
    | SagaStep = 1
    | SagaStepOk = 2
    | SagaStepFail = 3
    | SagaAbort = 4
    | SagaCompensate = 5
    | SagaCompensateOk = 6
    | SagaCompensateFail = 7
    | SagaComplete = 8

/// A step that a saga takes. Its steps are numbered from 1.
type SagaAction =
    /// A step begins.
    | SagaStep of step: int
    /// A step succeeded.
    | SagaStepOk of step: int
    /// A step failed.
    | SagaStepFail of step: int * outcome: Severity
    /// Someone wants the saga undone.
    | SagaAbort
    /// A compensation begins.
    | SagaCompensate of step: int
    /// A compensation succeeded.
    | SagaCompensateOk of step: int
    /// A compensation failed.
    | SagaCompensateFail of step: int * outcome: Severity
    /// The saga ends.
    | SagaComplete

/// Where a saga is.
type SagaPhase =
    | Running = 0
    | Compensating = 1
    | Completed = 2
    | Aborted = 3

/// Where a step of a saga is.
type SagaStepPhase =
    | Pending = 0
    | Running = 1
    | Done = 2
    | Failed = 3
    | Compensating = 4
    | Compensated = 5
    /// Its compensation failed.
    | Stuck = 6

/// One saga.
type SagaState =
    {
        /// Where it is.
        Phase: SagaPhase
        /// Where its steps are, the first first.
        Steps: SagaStepPhase list
        /// The worst so far.
        Outcome: Severity
        /// Its compensations in the order in which they began.
        Undone: int list
    }

/// The rules of chapter 12 of docs/semantics.md.
[<RequireQualifiedAccess>]
module Saga =

    /// A saga of some steps, none of which has begun.
    let initial steps =
        { Phase = SagaPhase.Running
          Steps = List.replicate steps SagaStepPhase.Pending
          Outcome = Severity.Ok
          Undone = [] }

    let private phaseOf state step =
        if step >= 1 && step <= state.Steps.Length then
            state.Steps[step - 1]
        else
            SagaStepPhase.Pending

    let private isBusy state =
        state.Steps
        |> List.exists (fun phase -> phase = SagaStepPhase.Running || phase = SagaStepPhase.Compensating)

    let private guardsOf state action : struct (SagaPremise * bool) list =
        let known step =
            struct (SagaPremise.KnownStep, step >= 1 && step <= state.Steps.Length)

        let isRunning = struct (SagaPremise.SagaRunning, (state.Phase = SagaPhase.Running))
        let drained = struct (SagaPremise.StepDrained, not (isBusy state))

        let failure (outcome: Severity) =
            struct (SagaPremise.FailureFits, outcome > Severity.Ok && outcome <= Severity.Panicked)

        let isAt premise phase step =
            struct (premise, (phaseOf state step = phase))

        let all premise phases holds =
            struct (premise, phases |> List.forall holds)

        match action with
        | SagaStep step ->
            [ known step
              isRunning
              isAt SagaPremise.StepPending SagaStepPhase.Pending step
              all SagaPremise.InOrder (List.truncate (max 0 (step - 1)) state.Steps) ((=) SagaStepPhase.Done) ]
        | SagaStepOk step -> [ known step; isAt SagaPremise.StepRunning SagaStepPhase.Running step ]
        | SagaStepFail(step, outcome) ->
            [ known step
              failure outcome
              isAt SagaPremise.StepRunning SagaStepPhase.Running step ]
        | SagaAbort -> [ SagaPremise.AbortOnce, (state.Phase = SagaPhase.Running); drained ]
        | SagaCompensate step ->
            [ known step
              SagaPremise.SagaCompensating, (state.Phase = SagaPhase.Compensating)
              isAt SagaPremise.StepDone SagaStepPhase.Done step
              all SagaPremise.CompensationSettled state.Steps ((<>) SagaStepPhase.Compensating)
              all
                  SagaPremise.NewestFirst
                  (List.skip (min (max 0 step) state.Steps.Length) state.Steps)
                  ((<>) SagaStepPhase.Done) ]
        | SagaCompensateOk step ->
            [ known step
              isAt SagaPremise.StepCompensating SagaStepPhase.Compensating step ]
        | SagaCompensateFail(step, outcome) ->
            [ known step
              failure outcome
              isAt SagaPremise.StepCompensating SagaStepPhase.Compensating step ]
        | SagaComplete ->
            let isForward = (state.Phase = SagaPhase.Running)
            let isBackward = (state.Phase = SagaPhase.Compensating)

            [ SagaPremise.SagaUnfinished, isForward || isBackward
              SagaPremise.AllDone, not isForward || List.forall ((=) SagaStepPhase.Done) state.Steps
              SagaPremise.AllUndone,
              not isBackward
              || not (isBusy state || List.contains SagaStepPhase.Done state.Steps) ]

    let private next dropped state action =
        let keeps premise = dropped <> premise

        let moved step phase =
            { state with Steps = List.updateAt (step - 1) phase state.Steps }

        let record premise outcome =
            if not (keeps premise) then state.Outcome
            elif keeps SagaPremise.KeepWorst then max state.Outcome outcome
            else outcome

        match action with
        | SagaStep step -> moved step SagaStepPhase.Running
        | SagaStepOk step -> moved step SagaStepPhase.Done
        | SagaStepFail(step, outcome) ->
            { moved step SagaStepPhase.Failed with
                Phase =
                    (if keeps SagaPremise.FailureCompensates then
                         SagaPhase.Compensating
                     else
                         state.Phase)
                Outcome = record SagaPremise.RecordFailure outcome }
        | SagaAbort ->
            { state with
                Phase =
                    (if state.Phase <> SagaPhase.Running then state.Phase
                     elif keeps SagaPremise.AbortCompensates then SagaPhase.Compensating
                     else SagaPhase.Aborted)
                Outcome = record SagaPremise.RecordAbort Severity.Cancelled }
        | SagaCompensate step ->
            { moved step SagaStepPhase.Compensating with
                Undone = state.Undone @ [ step ] }
        | SagaCompensateOk step ->
            moved
                step
                (if keeps SagaPremise.Settle then
                     SagaStepPhase.Compensated
                 else
                     SagaStepPhase.Done)
        | SagaCompensateFail(step, outcome) ->
            { moved step SagaStepPhase.Stuck with
                Outcome = record SagaPremise.RecordFailure outcome }
        | SagaComplete ->
            { state with
                Phase =
                    if state.Phase = SagaPhase.Running then
                        SagaPhase.Completed
                    else
                        SagaPhase.Aborted }

    let private ruleOf action =
        match action with
        | SagaStep _ -> SagaRule.SagaStep
        | SagaStepOk _ -> SagaRule.SagaStepOk
        | SagaStepFail _ -> SagaRule.SagaStepFail
        | SagaAbort -> SagaRule.SagaAbort
        | SagaCompensate _ -> SagaRule.SagaCompensate
        | SagaCompensateOk _ -> SagaRule.SagaCompensateOk
        | SagaCompensateFail _ -> SagaRule.SagaCompensateFail
        | SagaComplete -> SagaRule.SagaComplete

    /// One step, with one premise let go: how faults are planted.
    let stepDropping dropped state action : Result<SagaState, Refused<SagaRule, SagaPremise>> =
        match Refused.check SagaPremise.Hundred (ruleOf action) dropped (guardsOf state action) with
        | ValueSome refused -> Error refused
        | ValueNone -> Ok(next dropped state action)

    /// One step: the state after it, or the guard that failed.
    let step state action =
        stepDropping SagaPremise.None state action

    let private none phase (state: SagaState) = not (List.contains phase state.Steps)

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (SagaState -> bool)) list =
        [ "OneAtATime",
          (fun state ->
              state.Steps
              |> List.filter (fun phase -> phase = SagaStepPhase.Running || phase = SagaStepPhase.Compensating)
              |> List.length
              |> (>=) 1)
          "CompensatedOnce", (fun state -> (List.distinct state.Undone).Length = state.Undone.Length)
          "ReverseOrder", (fun state -> List.pairwise state.Undone |> List.forall (fun (a, b) -> a >= b))
          "InSequence",
          (fun state ->
              List.pairwise state.Steps
              |> List.forall (fun (a, b) -> b = SagaStepPhase.Pending || a <> SagaStepPhase.Pending))
          "CompletedMeansDone",
          (fun state ->
              state.Phase <> SagaPhase.Completed
              || List.forall ((=) SagaStepPhase.Done) state.Steps)
          "AbortedMeansUndone",
          (fun state ->
              state.Phase <> SagaPhase.Aborted
              || (not (isBusy state) && none SagaStepPhase.Done state))
          "OutcomeOfPhase",
          (fun state ->
              (state.Outcome = Severity.Ok) = (state.Phase = SagaPhase.Running || state.Phase = SagaPhase.Completed))
          "CompensatingIsIdle", (fun state -> state.Phase = SagaPhase.Running || none SagaStepPhase.Running state) ]

    /// The step properties by name: each holds for every step.
    let stepProperties: (string * (SagaState -> SagaState -> bool)) list =
        [ "SagaPhaseGraph",
          (fun before after ->
              match before.Phase, after.Phase with
              | SagaPhase.Running, (SagaPhase.Compensating | SagaPhase.Completed) -> true
              | SagaPhase.Compensating, SagaPhase.Aborted -> true
              | old, now -> old = now)
          "EndIsFinal",
          (fun before after ->
              before.Phase = SagaPhase.Running
              || before.Phase = SagaPhase.Compensating
              || before = after)
          "OutcomeNeverBetter", (fun before after -> before.Outcome <= after.Outcome) ]
