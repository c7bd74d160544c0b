namespace Asupersync.Cli

open System.CommandLine
open System.IO
open Asupersync.Kernel.Explore

/// asupersync digest: what a checker found, in some kilobytes.
[<RequireQualifiedAccess>]
module DigestCommand =

    let private save (path: string) (text: string) =
        try
            let folder = Path.GetDirectoryName(Path.GetFullPath path)
            Directory.CreateDirectory folder |> ignore
            File.WriteAllText(path, text)
            Ok Exit.Ok
        with
        | :? IOException as error -> Error(Problem.file $"{path} cannot be written: {error.Message}")
        | :? System.UnauthorizedAccessException as error ->
            Error(Problem.file $"{path} cannot be written: {error.Message}")

    let private run folder name dot checker path =
        Models.specificationOf folder name
        |> Result.bind (fun specification ->
            TlcGraph.load dot
            |> Result.bind (fun graph ->
                let file =
                    { Model = name
                      Checker = checker
                      Specification = specification
                      Digest = Digest.ofGraph graph }

                let text = DigestFile.render file

                if isNull path then
                    printf "%s" text
                    Ok Exit.Ok
                else
                    printfn
                        "%s: %d states, %d edges, depth %d"
                        name
                        file.Digest.States.Count
                        file.Digest.Edges.Count
                        file.Digest.Depth

                    save path text))

    let private needed name help =
        Option<string>(name, Description = help, Required = true)

    /// The command.
    let create () =
        let command =
            Command("digest", "Write the digest of a graph that TLC dumped with -dump dot,actionlabels.")

        let model = needed "--model" "The model that was checked."
        let dot = needed "--dot" "The dump."
        let checker = needed "--checker" "What made the dump, with its version: \"TLC 2026.04.29\"."
        let out = Option<string>("--out", Description = "Where to write; without it, to the output.")
        let spec = Sources.spec ()

        for option in [ model; dot; checker; out; spec ] do
            command.Options.Add option

        command.SetAction(fun parsed ->
            Sources.folder (parsed.GetValue spec)
            |> Result.bind (fun folder ->
                run
                    folder
                    (parsed.GetValue model)
                    (parsed.GetValue dot)
                    (parsed.GetValue checker)
                    (parsed.GetValue out))
            |> Exit.ofResult)

        command
