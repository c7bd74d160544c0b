namespace Asupersync.Model.Tests

open Xunit
open Asupersync.Kernel

/// The rules of a combinator, and why they refuse.
type CombinatorTests() =

    let refusal state action =
        match Combinator.step state action with
        | Ok _ -> CombinatorPremise.None
        | Error refused -> refused.Premise

    let after form branches actions =
        (Combinator.initial form branches, actions)
        ||> List.fold (fun state action ->
            match Combinator.step state action with
            | Ok next -> next
            | Error refused -> failwith $"{refused}")

    let returned form branches actions =
        let result = (after form branches (actions @ [ CombinatorReturn Severity.Ok ])).Result
        result.Severity, result.Branch

    let asked (state: CombinatorState) =
        state.Branches.ToList() |> List.map _.Asked

    let two = [ BranchStart 1; BranchStart 2 ]
    let three = two @ [ BranchStart 3 ]

    [<Fact>]
    member _.``BranchStart goes in order, and not once the call is settled``() =
        Assert.Equal(CombinatorPremise.InOrder, refusal (after CombinatorForm.Race 2 []) (BranchStart 2))
        Assert.Equal(CombinatorPremise.KnownBranch, refusal (after CombinatorForm.Race 2 two) (BranchStart 3))
        Assert.Equal(CombinatorPremise.BranchWaiting, refusal (after CombinatorForm.Race 2 two) (BranchStart 2))
        let won = after CombinatorForm.Race 2 [ BranchStart 1; BranchEnd(1, Severity.Ok) ]
        Assert.Equal(CombinatorPremise.NotSettled, refusal won (BranchStart 2))
        Assert.Equal((Severity.Ok, 1), returned CombinatorForm.Race 2 [ BranchStart 1; BranchEnd(1, Severity.Ok) ])

    [<Fact>]
    member _.``BranchRefused fails the call and asks what was started``() =
        let refused = [ BranchStart 1; BranchRefused 2 ]

        Assert.Equal<CancelKind voption list>(
            [ ValueSome CancelKind.FailFast; ValueNone ],
            asked (after CombinatorForm.JoinAll 2 refused)
        )

        Assert.Equal(
            CombinatorPremise.AllDrained,
            refusal (after CombinatorForm.JoinAll 2 refused) (CombinatorReturn Severity.Ok)
        )

        Assert.Equal(
            (Severity.Err, 0),
            returned CombinatorForm.JoinAll 2 (refused @ [ BranchEnd(1, Severity.Cancelled) ])
        )

    [<Fact>]
    member _.``BranchEnd settles a race by the first end, and the losers are asked and drained``() =
        let won = two @ [ BranchEnd(2, Severity.Err) ]
        let state = after CombinatorForm.Race 2 won
        Assert.Equal((CombinatorPhase.Settled, 2), (state.Phase, state.Decider))
        Assert.Equal<CancelKind voption list>([ ValueSome CancelKind.RaceLost; ValueNone ], asked state)
        Assert.Equal(CombinatorPremise.AllDrained, refusal state (CombinatorReturn Severity.Ok))
        // A loser that ended well before it saw the request has lost all the same.
        Assert.Equal((Severity.Err, 2), returned CombinatorForm.Race 2 (won @ [ BranchEnd(1, Severity.Ok) ]))

    [<Fact>]
    member _.``BranchEnd of a drained branch that panicked outranks the winner``() =
        let won = two @ [ BranchEnd(2, Severity.Ok); BranchEnd(1, Severity.Panicked) ]
        Assert.Equal((Severity.Panicked, 1), returned CombinatorForm.Race 2 won)

    [<Fact>]
    member _.``BranchEnd goes by the first that succeeds, or by the worst of all``() =
        let failed = three @ [ BranchEnd(1, Severity.Err) ]
        Assert.Equal(CombinatorPhase.Open, (after CombinatorForm.FirstOk 3 failed).Phase)

        Assert.Equal(
            (Severity.Ok, 3),
            returned CombinatorForm.FirstOk 3 (failed @ [ BranchEnd(3, Severity.Ok); BranchEnd(2, Severity.Cancelled) ])
        )

        Assert.Equal(
            (Severity.Err, 1),
            returned CombinatorForm.FirstOk 2 (two @ [ BranchEnd(2, Severity.Err); BranchEnd(1, Severity.Err) ])
        )

        Assert.Equal(
            CombinatorPhase.Settled,
            (after CombinatorForm.FirstOk 3 (three @ [ BranchEnd(2, Severity.Panicked) ])).Phase
        )

    [<Fact>]
    member _.``BranchEnd with a failure settles a join, with a cancellation it does not``() =
        let failed = three @ [ BranchEnd(2, Severity.Err) ]

        Assert.Equal<CancelKind voption list>(
            [ ValueSome CancelKind.FailFast; ValueNone; ValueSome CancelKind.FailFast ],
            asked (after CombinatorForm.JoinAll 3 failed)
        )

        let drained = [ BranchEnd(1, Severity.Cancelled); BranchEnd(3, Severity.Cancelled) ]
        Assert.Equal((Severity.Err, 2), returned CombinatorForm.JoinAll 3 (failed @ drained))
        let stopped = two @ [ BranchEnd(1, Severity.Cancelled) ]
        Assert.Equal(CombinatorPhase.Open, (after CombinatorForm.JoinAll 2 stopped).Phase)

        Assert.Equal(
            (Severity.Cancelled, 1),
            returned CombinatorForm.JoinAll 2 (stopped @ [ BranchEnd(2, Severity.Ok) ])
        )

    [<Fact>]
    member _.``BranchEnd settles a call that collects when it is the last``() =
        let failed = two @ [ BranchEnd(2, Severity.Err) ]
        Assert.Equal(CombinatorPhase.Open, (after CombinatorForm.CollectAll 2 failed).Phase)

        Assert.Equal(
            (Severity.Ok, 0),
            returned CombinatorForm.CollectAll 2 (failed @ [ BranchEnd(1, Severity.Cancelled) ])
        )

    [<Fact>]
    member _.``BranchEnd is for a branch that runs, with one of the four outcomes``() =
        Assert.Equal(
            CombinatorPremise.BranchRunning,
            refusal (after CombinatorForm.Race 2 []) (BranchEnd(1, Severity.Ok))
        )

        Assert.Equal(
            CombinatorPremise.OutcomeKnown,
            refusal (after CombinatorForm.Race 2 two) (BranchEnd(1, Severity.None))
        )

        Assert.Equal(
            CombinatorPremise.KnownBranch,
            refusal (after CombinatorForm.Race 2 two) (BranchEnd(0, Severity.Ok))
        )

    [<Fact>]
    member _.``TimeUp fails the call unless its branch ended before``() =
        let late = [ BranchStart 1; TimeUp ]

        Assert.Equal<CancelKind voption list>(
            [ ValueSome CancelKind.Timeout ],
            asked (after CombinatorForm.Timeout 1 late)
        )

        Assert.Equal((Severity.Err, 0), returned CombinatorForm.Timeout 1 (late @ [ BranchEnd(1, Severity.Ok) ]))
        let inTime = [ BranchStart 1; BranchEnd(1, Severity.Ok) ]
        Assert.Equal(CombinatorPremise.NotSettled, refusal (after CombinatorForm.Timeout 1 inTime) TimeUp)
        Assert.Equal((Severity.Ok, 1), returned CombinatorForm.Timeout 1 inTime)
        Assert.Equal(CombinatorPremise.HasTimer, refusal (after CombinatorForm.Race 2 two) TimeUp)

    [<Fact>]
    member _.``CombinatorCancel asks every branch that runs, and outranks all but a panic``() =
        let stopped = two @ [ CombinatorCancel ]

        Assert.Equal<CancelKind voption list>(
            [ ValueSome CancelKind.ParentCancelled; ValueSome CancelKind.ParentCancelled ],
            asked (after CombinatorForm.Race 2 stopped)
        )

        let drained = stopped @ [ BranchEnd(1, Severity.Ok) ]

        Assert.Equal(
            (Severity.Cancelled, 0),
            returned CombinatorForm.Race 2 (drained @ [ BranchEnd(2, Severity.Cancelled) ])
        )

        Assert.Equal(
            (Severity.Panicked, 2),
            returned CombinatorForm.Race 2 (drained @ [ BranchEnd(2, Severity.Panicked) ])
        )

        let late =
            two
            @ [ BranchEnd(1, Severity.Ok)
                CombinatorCancel
                BranchEnd(2, Severity.Cancelled) ]

        Assert.Equal((Severity.Cancelled, 0), returned CombinatorForm.Race 2 late)

    [<Fact>]
    member _.``CombinatorReturn is once, of a settled call, and adds what else went wrong in the region``() =
        Assert.Equal(
            CombinatorPremise.IsSettled,
            refusal (after CombinatorForm.Race 2 []) (CombinatorReturn Severity.Ok)
        )

        let won = [ BranchStart 1; BranchEnd(1, Severity.Ok) ]
        let state = after CombinatorForm.Race 1 (won @ [ CombinatorReturn Severity.Err ])
        Assert.Equal((Severity.Err, 0), (state.Result.Severity, state.Result.Branch))
        Assert.Equal(CombinatorPremise.NotReturned, refusal state CombinatorCancel)
        Assert.Equal(CombinatorPremise.IsSettled, refusal state (CombinatorReturn Severity.Ok))

        Assert.Equal(
            CombinatorPremise.OutcomeKnown,
            refusal (after CombinatorForm.Race 1 won) (CombinatorReturn Severity.None)
        )
