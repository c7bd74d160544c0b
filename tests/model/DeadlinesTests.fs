namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Timers beside tasks and regions.
type DeadlinesTests() =

    let rules = List.map TimedAction.Rule
    let times = List.map TimedAction.Time

    let start = Deadlines.initial (Bounds.initial Bounds.smallest)

    let after actions =
        (start, actions)
        ||> List.fold (fun state action ->
            match Deadlines.step state action with
            | Ok next -> next
            | Error refusal -> failwith $"{refusal}")

    let body, child = 1L<taskId>, 2L<taskId>

    let spawned = rules [ Start body; Spawn(body, 1L<regionId>, child, Budget.unlimited); Start child ]

    let deadline number target =
        times [ Arm(number, target, TimerUse.Deadline, 3L); Tick 3L; Fire number ]

    [<Fact>]
    member _.``Fire of a deadline reaches a task that waits for another``() =
        let joining = spawned @ rules [ JoinBlock(child, body) ]

        let state = after (joining @ deadline 1 (Target.Task child))
        let task = state.Sigma.Task child
        Assert.Equal(TaskPhase.CancelRequested, task.Phase)
        Assert.Equal(Deadlines.reason 3L, task.Reason)
        Assert.Equal(Target.Task body, task.Waits)
        Assert.Contains(Effect.onTask EffectKind.CancelDelivered child, state.Sigma.Effects)
        Assert.Equal(TaskPhase.Running, (state.Sigma.Task body).Phase)

    [<Fact>]
    member _.``Fire of a deadline of a region reaches everything in it``() =
        let opened =
            rules
                [ Start body
                  OpenRegion(body, 2L<regionId>, child, Policy.FailFast, Budget.unlimited)
                  Start child ]

        let state = after (opened @ deadline 1 (Target.Region 1L<regionId>))
        Assert.Equal(Deadlines.reason 3L, (state.Sigma.Task body).Reason)
        let below = (state.Sigma.Task child).Reason
        Assert.Equal(CancelKind.ParentCancelled, below.Kind)
        Assert.Equal(CancelKind.Deadline, below.RootKind)

    [<Fact>]
    member _.``Fire of a deadline of a task that has ended changes the timer only``() =
        let ended = spawned @ rules [ Complete(child, Outcome.ok) ]
        let before = after ended
        let state = after (ended @ deadline 1 (Target.Task child))
        Assert.Equal(before.Sigma.Fingerprint, state.Sigma.Fingerprint)
        Assert.Empty state.Sigma.Effects
        Assert.Equal(TimerPhase.Fired, state.Time.Timers.Head.Phase)

    [<Fact>]
    member _.``Fire of a child's deadline may close a region whose body lets it through``() =
        let fired = after (spawned @ deadline 1 (Target.Task child))
        let reason = (fired.Sigma.Task child).Reason

        let awaited =
            rules
                [ Checkpoint child
                  Drain child
                  Finalize child
                  JoinReady(body, Target.Task child) ]

        // The body awaited its child, and what that ended with is its own end.
        let closing =
            rules
                [ Complete(body, Outcome.cancelled reason)
                  CloseBegin 1L<regionId>
                  CloseCancelChildren 1L<regionId> ]

        let broken state =
            [ for name, holds in Deadlines.invariants do
                  if not (holds state) then
                      name ]

        let mutable state = fired

        for action in awaited @ closing do
            match Deadlines.step state action with
            | Ok next -> state <- next
            | Error refusal -> failwith $"{refusal}"

            Assert.Empty(broken state)

        Assert.Equal(Deadlines.reason 3L, (state.Sigma.Region 1L<regionId>).Reason)

        // A reason of an instant at which no such timer fired.
        let early = rules [ Complete(body, Outcome.cancelled (Deadlines.reason 2L)) ]

        let wrong =
            (fired, awaited @ early)
            ||> List.fold (fun state action ->
                match Deadlines.step state action with
                | Ok next -> next
                | Error refusal -> failwith $"{refusal}")

        Assert.Equal<string list>([ "DeadlineNotEarly" ], broken wrong)

    [<Fact>]
    member _.``Fire of a sleep changes no task``() =
        let before = after spawned

        let state =
            after (
                spawned
                @ times [ Arm(1, Target.Task child, TimerUse.Sleep, 3L); Tick 3L; Fire 1 ]
            )

        Assert.Equal(before.Sigma.Fingerprint, state.Sigma.Fingerprint)

    [<Fact>]
    member _.``Arm refuses a task that does not exist, and what refuses says so``() =
        let refused action =
            match Deadlines.step (after spawned) action with
            | Ok _ -> failwith "it was taken"
            | Error refusal -> refusal

        let unknown = Target.Task 3L<taskId>

        Assert.Equal(
            TimedRefusal.UnknownTarget unknown,
            refused (TimedAction.Time(Arm(1, unknown, TimerUse.Sleep, 3L)))
        )

        match refused (TimedAction.Time(Fire 1)), refused (TimedAction.Rule(Start child)) with
        | TimedRefusal.Time time, TimedRefusal.Rule rule ->
            Assert.Equal(TimePremise.KnownTimer, time.Premise)
            Assert.Equal(Premise.TaskCreated, rule.Premise)
            Assert.Equal("Fire refused: KnownTimer (ASUP1702)", string (TimedRefusal.Time time))
            Assert.Equal("Start refused: TaskCreated (ASUP1010)", string (TimedRefusal.Rule rule))
            Assert.Equal("Arm refused: KnownTask (ASUP1001)", string (TimedRefusal.UnknownTarget unknown))
            Assert.Equal("ASUP1002", (TimedRefusal.UnknownTarget(Target.Region 3L<regionId>)).Code)
        | _ -> Assert.Fail "the wrong rule refused"
