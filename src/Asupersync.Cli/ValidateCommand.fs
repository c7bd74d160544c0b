namespace Asupersync.Cli

open System.CommandLine
open System.Diagnostics
open System.IO
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// asupersync validate: whether recorded runs are behaviours of the specification. The kernel replays each first; what it
/// accepts goes to a model checker, all in one start of it, together with runs that were changed on purpose.
[<RequireQualifiedAccess>]
module ValidateCommand =

    // A run and its batch form, or nothing when the kernel rejected it, which is then reported.
    let private prepared (name: string) (read: Result<Trace, TraceError>) =
        let outcome =
            read
            |> Result.bind (fun trace -> TraceBatch.ofTrace name trace |> Result.map (fun run -> trace, run))

        match outcome with
        | Ok found -> Some found
        | Error error ->
            printfn "%s: rejected by the kernel" name
            eprintfn "asupersync: %s: %O" name error
            None

    let private ofFile (path: string) =
        try
            Ok(prepared path (TraceJson.readText (File.ReadAllText path)))
        with
        | :? IOException as error -> Error(Problem.file $"{path} cannot be read: {error.Message}")
        | :? System.UnauthorizedAccessException as error ->
            Error(Problem.file $"{path} cannot be read: {error.Message}")

    let private save (folder: string) runs =
        try
            Directory.CreateDirectory folder |> ignore
            use out = new StreamWriter(Path.Combine(folder, "TraceBatch.tla"))
            TraceBatch.save out runs
            Ok folder
        with
        | :? IOException as error -> Error(Problem.file $"{folder} cannot be written: {error.Message}")
        | :? System.UnauthorizedAccessException as error ->
            Error(Problem.file $"{folder} cannot be written: {error.Message}")

    let private check spec folder =
        try
            let start = ProcessStartInfo "bash"
            start.ArgumentList.Add(Path.Combine(spec, "check-traces"))
            start.ArgumentList.Add folder
            stdout.Flush()
            use running = Process.Start start
            running.WaitForExit()
            Ok running.ExitCode
        with :? System.ComponentModel.Win32Exception as error ->
            Error(Problem.file $"bash is needed to run the checker: {error.Message}")

    let private collect results =
        List.foldBack
            (fun one taken ->
                match one, taken with
                | Error problem, _ -> Error problem
                | Ok _, Error problem -> Error problem
                | Ok item, Ok items -> Ok(item :: items))
            results
            (Ok [])

    let private run spec (files: string[]) (out: string) sample seed controls dry =
        let sampled =
            [ for number in 1..sample ->
                  Ok(prepared $"sample {number} of seed {seed}" (Ok(TraceSample.run seed number))) ]

        match collect ([ for path in files -> ofFile path ] @ sampled) with
        | Error problem -> Error problem
        | Ok [] -> Error(Problem.constant "name traces, or say how many to sample with --sample")
        | Ok found ->
            let kept = List.choose id found

            let changed =
                kept
                |> List.truncate controls
                |> List.mapi (fun index (trace, run) -> TraceControls.ofRun (index * 7) trace run)
                |> List.concat

            let runs = List.map snd kept @ changed
            let steps = kept |> List.sumBy (fun (_, run) -> run.Steps.Length)
            printfn "the kernel accepts %d of %d runs, %d steps" kept.Length found.Length steps
            printfn "changed on purpose: %d runs" changed.Length
            let verdict = if kept.Length = found.Length then Exit.Ok else Exit.No

            let folder =
                if isNull out then
                    Directory.CreateTempSubdirectory("asupersync-").FullName
                else
                    Path.GetFullPath out

            try
                if kept.IsEmpty then
                    Ok verdict
                else
                    save folder runs
                    |> Result.bind (fun folder -> if dry then Ok Exit.Ok else check spec folder)
                    |> Result.map (fun code -> max verdict code)
            finally
                if isNull out then
                    Directory.Delete(folder, true)

    /// The command.
    let create () =
        let command =
            Command(
                "validate",
                "Check recorded runs (NDJSON) against the specification, all in one start of a model checker."
            )

        let files = Argument<string[]>("FILE", Description = "Traces.")
        files.Arity <- ArgumentArity.ZeroOrMore

        let out = Option<string>("--out", Description = "Keep the module TraceBatch.tla in this folder.")

        let number name help value =
            Option<int>(name, Description = help, DefaultValueFactory = (fun _ -> value))

        let sample = number "--sample" "Also check this many runs of the kernel by chance." 0
        let seed = number "--seed" "The seed of --sample." 1

        let controls =
            number "--controls" "Also change this many of the runs in seven ways, and see the changes noticed." 20

        let dry = Option<bool>("--dry", Description = "Write the module only; run no checker.")

        let spec = Sources.spec ()
        command.Arguments.Add files
        command.Options.Add out
        command.Options.Add sample
        command.Options.Add seed
        command.Options.Add controls
        command.Options.Add dry
        command.Options.Add spec

        command.SetAction(fun parsed ->
            Sources.folder (parsed.GetValue spec)
            |> Result.bind (fun folder ->
                run
                    folder
                    (parsed.GetValue files)
                    (parsed.GetValue out)
                    (parsed.GetValue sample)
                    (parsed.GetValue seed)
                    (parsed.GetValue controls)
                    (parsed.GetValue dry))
            |> Exit.ofResult)

        command
