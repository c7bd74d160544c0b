namespace Asupersync.Model.Tests

open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Section 7 of docs/semantics.md over every reachable state and step of every model.
type Properties(output: ITestOutputHelper) =

    static member Models = Setup.rows.Value

    [<Theory; MemberData(nameof Properties.Models)>]
    member _.``Every invariant and step property holds``(name: string) =
        let search = Setup.search (Setup.model name).Bounds
        let mutable violated: (int * Violation) option = None

        let watcher =
            { new IWatcher with
                member _.State(number, _, state) =
                    match Invariants.violations state with
                    | [] when violated.IsNone -> Visit.Expand
                    | [] -> Visit.Halt
                    | violation :: _ ->
                        violated <- Some(number, violation)
                        Visit.Halt

                member _.Edge edge =
                    match StepProperties.violations edge.Before edge.After with
                    | violation :: _ when violated.IsNone -> violated <- Some(edge.Target, violation)
                    | _ -> () }

        let found = Explorer.run search watcher

        match violated with
        | Some(number, violation) -> Assert.Fail $"{violation} after {Setup.path (found.PathTo number)}"
        | None ->
            Assert.Equal(Verdict.Complete, found.Verdict)

            output.WriteLine
                $"{name}: {found.States} states, {found.Edges} steps, {found.Rate:F0} states/s with all checks"
