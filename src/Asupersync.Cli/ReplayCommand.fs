namespace Asupersync.Cli

open System.CommandLine
open System.IO
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// asupersync replay: whether the kernel accepts a recorded run.
[<RequireQualifiedAccess>]
module ReplayCommand =

    let private rejected (path: string) (error: TraceError) =
        printfn "%s: rejected" path
        eprintfn "asupersync: %O" error
        Exit.No

    let private accepted (path: string) (trace: Trace) (state: State) =
        let count = List.length trace.Steps

        let open' =
            state.Obligations
            |> List.filter (fun (struct (_, record)) -> record.Phase = ObligationPhase.Reserved)

        let live = state.Tasks |> List.filter (fun (struct (_, record)) -> Queries.isLive &record)

        match Invariants.violations state with
        | violation :: _ ->
            printfn "%s: rejected" path
            Exit.report (Problem.run $"the run ends in a state that no run should reach: {violation}")
        | [] ->
            printfn "%s: accepted, %d steps" path count
            printfn "  labels %s" (TraceJson.hash trace)

            printfn
                "  end: %d tasks (%d live), %d regions, %d obligations (%d open), state %016x"
                state.TaskCount
                live.Length
                state.RegionCount
                state.ObligationCount
                open'.Length
                state.Fingerprint

            Exit.Ok

    let private run path =
        if File.Exists path then
            match TraceJson.read (File.ReadLines path) with
            | Error error -> Ok(rejected path error)
            | Ok trace ->
                match Trace.replay trace with
                | Error error -> Ok(rejected path error)
                | Ok state -> Ok(accepted path trace state)
        else
            Error(Problem.file $"there is no trace {path}")

    /// The command.
    let create () =
        let command =
            Command("replay", "Replay a recorded run (NDJSON) through the kernel and print the verdict.")

        let file = Argument<string>("FILE", Description = "The trace.")
        command.Arguments.Add file
        command.SetAction(fun parsed -> run (parsed.GetValue file) |> Exit.ofResult)
        command
