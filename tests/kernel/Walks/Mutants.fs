// A premise that can be dropped without anything behaving differently protects nothing. Here every guard and every clause is
// dropped once, but for those that no store lets go, and must be missed.
namespace Asupersync.Kernel.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel

/// What dropping premises changes.
[<RequireQualifiedAccess>]
module MutantBodies =

    /// These only say that an identifier names something; no store lets them go.
    let identifiers = [ Premise.KnownTask; Premise.KnownRegion; Premise.KnownObligation ]

    let private honest =
        lazy
            (Samples.attempts.Value
             |> Array.map (fun (struct (state, action)) -> struct (state, action, Kernel.step state action)))

    /// How the result under a dropped premise differs from the honest one, if it does.
    let private difference honest (planted: Result<State, Refusal>) =
        match honest, planted with
        | Error refusal, Ok _ -> Some $"refused by {refusal.Premise}, now accepted"
        | Error refusal, Error other when refusal <> other ->
            Some $"refused by {refusal.Premise}, now by {other.Premise}"
        | Ok(state: State), Ok other when state.Fingerprint <> other.Fingerprint -> Some "another state"
        | Ok state, Ok other when state.Effects <> other.Effects || state.Consequences <> other.Consequences ->
            Some "other effects"
        | Ok _, Error refusal -> Some $"now refused by {refusal.Premise}"
        | _ -> None

    /// The best evidence that a premise matters: for a guard an action accepted that was refused, for a clause another state, or
    /// else any other difference.
    let private evidence premise =
        let found =
            honest.Value
            |> Seq.choose (fun (struct (state, action, result)) ->
                difference result (Kernel.stepDropping premise state action)
                |> Option.map (fun how -> action, how))

        let telling = if int premise < 100 then "accepted" else "another state"

        match found |> Seq.tryFind (fun (_, how) -> how.EndsWith telling) with
        | Some first -> Some first
        | None -> Seq.tryHead found

    /// Every premise with its evidence.
    let table =
        lazy
            ([ for premise in Premise.guards @ Premise.clauses do
                   if not (List.contains premise identifiers) then
                       premise, evidence premise ])

    /// Prints the table and fails for a premise that nothing depends on.
    let all (log: string -> unit) =
        for premise, evidence in table.Value do
            match evidence with
            | Some(action, how) -> log $"{premise, -22}{action.Rule, -20}{how}"
            | None -> log $"{premise, -22}nothing changed"

        let idle =
            [ for premise, evidence in table.Value do
                  if evidence.IsNone then
                      premise ]

        Expect.equal [] idle

    /// A dropped guard lets something pass.
    let guardsLetPass () =
        let without =
            [ for premise, evidence in table.Value do
                  match evidence with
                  | Some(_, how) when int premise < 100 && not (how.EndsWith "accepted") -> premise
                  | _ -> () ]

        Expect.equal [] without

/// Dropping a premise.
type ``A premise that is dropped``(output: ITestOutputHelper) =

    [<Fact>]
    member _.``changes what some action does``() = MutantBodies.all output.WriteLine

    [<Fact>]
    member _.``lets pass what it refused, when it is a guard``() = MutantBodies.guardsLetPass ()
