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
let ``Branches are equal when all of them are`` () =
    let some = (CombinatorBranches.Waiting 40).With(33, { waiting with Phase = BranchPhase.Running })
    Assert.Equal(some, (CombinatorBranches.Waiting 40).With(33, { waiting with Phase = BranchPhase.Running }))
    Assert.Equal(some.GetHashCode(), (CombinatorBranches.Waiting 40).With(33, some[33]).GetHashCode())
    Assert.NotEqual(some, CombinatorBranches.Waiting 40)
    Assert.NotEqual(CombinatorBranches.Waiting 39, CombinatorBranches.Waiting 40)
