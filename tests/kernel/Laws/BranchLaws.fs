/// The branches of a combinator against a plain list of them: what is counted as they change is what a look at all of them gives.
module Asupersync.Kernel.Tests.BranchLaws

open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

/// What happens to one branch, or to all that run.
type private Change =
    | Put of number: int * phase: BranchPhase
    | AskAll

let private waiting =
    { Phase = BranchPhase.Waiting
      Outcome = Severity.None
      Asked = ValueNone }

// Around the widths of the vector: a leaf has 32 places, two levels 1,024.
let private counts = Gen.elements [ 0; 1; 2; 31; 32; 33; 64; 65; 1024; 1025; 1100 ]

let private histories =
    gen {
        let! count = counts

        let change =
            if count = 0 then
                Gen.constant AskAll
            else
                Gen.frequency
                    [ 1, Gen.constant AskAll
                      20,
                      Gen.map2
                          (fun number phase -> Put(number, phase))
                          (Gen.oneof [ Gen.choose (1, count); Gen.choose (1, min count 5) ])
                          (Gen.elements [ BranchPhase.Running; BranchPhase.Ended ]) ]

        let! changes = Gen.listOf change
        return count, changes
    }

let private inVector (branches: CombinatorBranches) change =
    match change with
    | Put(number, phase) -> branches.With(number, { branches[number] with Phase = phase })
    | AskAll -> branches.Ask CancelKind.RaceLost

let private inList (branches: CombinatorBranch list) change =
    match change with
    | Put(number, phase) -> List.updateAt (number - 1) { branches[number - 1] with Phase = phase } branches
    | AskAll ->
        branches
        |> List.map (fun branch ->
            if branch.Phase = BranchPhase.Running then
                { branch with Asked = ValueSome CancelKind.RaceLost }
            else
                branch)

let private agree (vector: CombinatorBranches) (list: CombinatorBranch list) =
    let is phase (branch: CombinatorBranch) = branch.Phase = phase

    vector.ToList() = list
    && vector.Count = list.Length
    && vector.AnyRuns = List.exists (is BranchPhase.Running) list
    && vector.AllEnded = List.forall (is BranchPhase.Ended) list
    && List.forall
        (fun number ->
            vector.NoneWaitsBefore number =
                not (List.exists (is BranchPhase.Waiting) (List.truncate (number - 1) list)))
        [ 1 .. min 40 (list.Length + 2) ]

[<Fact>]
let ``Branches say of themselves what a list of them says`` () =
    Seed.check
        300
        (Prop.forAll (Arb.fromGen histories) (fun (count, changes) ->
            let step (vector, list) change =
                inVector vector change, inList list change

            changes
            |> List.scan step (CombinatorBranches.Waiting count, List.replicate count waiting)
            |> List.forall (fun (vector, list) -> agree vector list)))

[<Fact>]
let ``Branches in place say the same, and change where they are`` () =
    Seed.check
        300
        (Prop.forAll (Arb.fromGen histories) (fun (count, changes) ->
            let branches = CombinatorBranches.WaitingInPlace count
            let mutable list = List.replicate count waiting

            agree branches list
            && changes
               |> List.forall (fun change ->
                   let changed = inVector branches change
                   list <- inList list change
                   obj.ReferenceEquals(changed, branches) && agree branches list)))

/// Calls of every form, and what may be told of them, much of it out of place.
let private calls =
    gen {
        let! form = Gen.elements (System.Enum.GetValues<CombinatorForm>())
        let! count = Gen.choose (0, 4)
        let number = Gen.choose (0, count + 1)

        let outcome =
            Gen.elements
                [ Severity.Ok
                  Severity.Ok
                  Severity.Err
                  Severity.Cancelled
                  Severity.Panicked
                  Severity.None ]

        let action =
            Gen.frequency
                [ 6, Gen.map BranchStart number
                  1, Gen.map BranchRefused number
                  8, Gen.map2 (fun number outcome -> BranchEnd(number, outcome)) number outcome
                  1, Gen.elements [ TimeUp; CombinatorCancel ]
                  2, Gen.map CombinatorReturn outcome ]

        let! actions = Gen.listOfLength 30 action
        return form, count, actions
    }

[<Fact>]
let ``A call in place takes the steps of one that a search may go back in`` () =
    let mutable returned = 0

    Seed.check
        2000
        (Prop.forAll (Arb.fromGen calls) (fun (form, count, actions) ->
            let mutable shared = Combinator.initial form count
            let mutable inPlace = Combinator.initialInPlace form count

            actions
            |> List.forall (fun action ->
                let agree =
                    match Combinator.step shared action, Combinator.step inPlace action with
                    | Ok one, Ok other ->
                        shared <- one
                        inPlace <- other
                        true
                    | Error one, Error other -> one = other
                    | _ -> false

                if shared.Phase = CombinatorPhase.Returned then
                    returned <- returned + 1

                // A step that was refused has changed nothing.
                agree && shared = inPlace)))

    Assert.True(returned > 1000, $"only {returned} states of calls that returned")

[<Fact>]
let ``Branches are equal when all of them are`` () =
    let some = (CombinatorBranches.Waiting 40).With(33, { waiting with Phase = BranchPhase.Running })
    Assert.Equal(some, (CombinatorBranches.Waiting 40).With(33, { waiting with Phase = BranchPhase.Running }))
    Assert.Equal(some.GetHashCode(), (CombinatorBranches.Waiting 40).With(33, some[33]).GetHashCode())
    Assert.NotEqual(some, CombinatorBranches.Waiting 40)
    Assert.NotEqual(CombinatorBranches.Waiting 39, CombinatorBranches.Waiting 40)
