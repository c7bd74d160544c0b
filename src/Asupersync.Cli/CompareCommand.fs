namespace Asupersync.Cli

open System.CommandLine
open Asupersync.Kernel.Explore

/// asupersync compare: whether the kernel's graph is the model's.
[<RequireQualifiedAccess>]
module CompareCommand =

    let private verdict name (states: int64) (edges: int64) (difference: Difference option) =
        match difference with
        | None ->
            printfn "%s: equal, %d states, %d edges" name states edges
            Ok Exit.Ok
        | Some difference ->
            printfn "%O" difference
            Error(Problem.difference $"the kernel's graph of {name} is not the model's")

    let private withDump search name path =
        TlcGraph.load path
        |> Result.bind (fun model ->
            Graph.ofKernel search
            |> Result.bind (fun kernel ->
                Difference.betweenGraphs kernel model
                |> verdict name (int64 kernel.States.Length) (Graph.edgeCount kernel)))

    let private withDigest search (model: Model) path =
        DigestFile.load path
        |> Result.bind (fun file ->
            if file.Specification <> model.Specification then
                Error(
                    Problem.outdated
                        $"{path} was made from other specification files; run the checker again and write a new digest"
                )
            else
                Digest.ofKernel search
                |> Result.bind (fun (kernel, _) ->
                    Difference.fromDigest search kernel file.Digest
                    |> verdict model.Name kernel.States.Count kernel.Edges.Count))

    let private run folder name dot digest drop limit =
        Models.load folder name
        |> Result.bind (fun model ->
            Sources.dropping drop model.Bounds
            |> Result.bind (Sources.search limit)
            |> Result.bind (fun search ->
                match dot, digest with
                | null, null -> withDigest search model (Models.digestPath folder name)
                | path, null -> withDump search name path
                | null, path -> withDigest search model path
                | _ -> Error(Problem.constant "give --dot or --digest, not both")))

    /// The command.
    let create () =
        let command =
            Command("compare", "Compare the kernel's graph with a model's: its dump, or a digest of it.")

        let model = Option<string>("--model", Description = "The model.", Required = true)
        let dot = Option<string>("--dot", Description = "A dump that TLC made with -dump dot,actionlabels.")

        let digest =
            Option<string>("--digest", Description = "A digest; without --dot and this, the one kept with the model.")

        let spec, drop, limit = Sources.spec (), Sources.drop (), Sources.limit ()

        for option in [ model; dot; digest; spec; drop ] do
            command.Options.Add option

        command.Options.Add limit

        command.SetAction(fun parsed ->
            Sources.folder (parsed.GetValue spec)
            |> Result.bind (fun folder ->
                run
                    folder
                    (parsed.GetValue model)
                    (parsed.GetValue dot)
                    (parsed.GetValue digest)
                    (parsed.GetValue drop)
                    (parsed.GetValue limit))
            |> Exit.ofResult)

        command
