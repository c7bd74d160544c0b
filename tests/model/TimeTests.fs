namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel

/// The rules of time, and why they refuse.
type TimeTests() =

    let sleep number moment =
        Arm(number, Target.Task 2L<taskId>, TimerUse.Sleep, moment)

    let refusal state action =
        match Time.step state action with
        | Ok _ -> TimePremise.None
        | Error refused -> refused.Premise

    let after actions =
        (Time.initial, actions)
        ||> List.fold (fun state action ->
            match Time.step state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}")

    let phases actions =
        (after actions).Timers |> List.map _.Phase

    [<Fact>]
    member _.``Arm numbers timers in order, and a moment that has passed counts as now``() =
        let state = after [ Tick 5L; sleep 1 3L; sleep 2 8L ]
        Assert.Equal<int64 list>([ 5L; 8L ], state.Timers |> List.map _.Due)
        Assert.Equal(TimePremise.FreshTimer, refusal state (sleep 2 9L))
        Assert.Equal(TimePremise.FreshTimer, refusal state (sleep 4 9L))

    [<Fact>]
    member _.``Fire waits for the due instant, and does not wait beyond it``() =
        let state = after [ sleep 1 5L; Tick 4L ]
        Assert.Equal(TimePremise.Due, refusal state (Fire 1))
        Assert.Equal<TimerPhase list>([ TimerPhase.Fired ], phases [ sleep 1 5L; Tick 5L; Fire 1 ])

    [<Fact>]
    member _.``Fire takes the timer that was set first among those due at one instant``() =
        let state = after [ sleep 1 5L; sleep 2 5L; Tick 5L; sleep 3 0L ]
        Assert.Equal(TimePremise.EarliestFirst, refusal state (Fire 2))
        Assert.Equal(TimePremise.EarliestFirst, refusal state (Fire 3))

        Assert.Equal<TimerPhase list>(
            [ TimerPhase.Fired; TimerPhase.Disarmed; TimerPhase.Fired ],
            phases [ sleep 1 5L; sleep 2 5L; Tick 5L; sleep 3 0L; Fire 1; Disarm 2; Fire 3 ]
        )

    [<Fact>]
    member _.``Fire and Disarm take a timer that is pending``() =
        let state = after [ sleep 1 0L; sleep 2 0L; Fire 1; Disarm 2 ]

        for number in [ 1; 2 ] do
            Assert.Equal(TimePremise.TimerPending, refusal state (Fire number))
            Assert.Equal(TimePremise.TimerPending, refusal state (Disarm number))

        for number in [ 0; 3 ] do
            Assert.Equal(TimePremise.KnownTimer, refusal state (Fire number))
            Assert.Equal(TimePremise.KnownTimer, refusal state (Disarm number))

    [<Fact>]
    member _.``Disarm lets time pass a timer that is no longer wanted``() =
        let state = after [ sleep 1 5L; sleep 2 7L ]
        Assert.Equal(TimePremise.NonePassed, refusal state (Tick 6L))
        Assert.Equal(6L, (after [ sleep 1 5L; sleep 2 7L; Disarm 1; Tick 6L ]).Now)

    [<Fact>]
    member _.``Tick goes forward, and no further than the next due instant``() =
        let state = after [ sleep 1 5L; sleep 2 7L; Tick 4L ]
        Assert.Equal(TimePremise.Forward, refusal state (Tick 4L))
        Assert.Equal(TimePremise.NonePassed, refusal state (Tick 6L))
        Assert.Equal(TimePremise.None, refusal state (Tick 5L))
        Assert.Equal(9L, (after [ sleep 1 5L; sleep 2 7L; Tick 5L; Fire 1; Disarm 2; Tick 9L ]).Now)

    [<Fact>]
    member _.``A premise that is let go makes no rule throw``() =
        let states = [ Time.initial; after [ sleep 1 5L; Tick 5L; Fire 1; sleep 2 6L ] ]

        let actions =
            [ sleep -1 1L
              sleep 1 1L
              sleep 9 1L
              Fire -1
              Fire 1
              Fire 9
              Disarm 9
              Tick 0L
              Tick 99L ]

        for premise in System.Enum.GetValues<TimePremise>() do
            for state in states do
                for action in actions do
                    Time.stepDropping premise state action |> ignore
