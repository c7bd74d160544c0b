namespace Asupersync.Kernel.Explore

open System
open System.IO
open System.Text
open System.Security.Cryptography

/// A model of spec/tla/mc: a question asked of the specification within bounds.
type Model =
    {
        /// Its name, MCTiny for example.
        Name: string
        /// Its bounds, read from its configuration file.
        Bounds: Bounds
        /// Hash of every specification file it depends on.
        Specification: string
    }

/// The models of a folder spec/tla.
[<RequireQualifiedAccess>]
module Models =

    /// The folder spec/tla at or above a folder.
    let find (start: string) : Result<string, Problem> =
        let rec up (folder: DirectoryInfo) =
            if isNull folder then
                Error(Problem.file $"there is no folder spec/tla at or above {start}; name it with --spec")
            else
                let candidate = Path.Combine(folder.FullName, "spec", "tla")

                if Directory.Exists(Path.Combine(candidate, "mc")) then
                    Ok candidate
                else
                    up folder.Parent

        up (DirectoryInfo start)

    /// The names of the models that have bounds, in order.
    let names (folder: string) =
        Directory.GetFiles(Path.Combine(folder, "mc"), "*.cfg")
        |> Array.map (fun path -> Path.GetFileNameWithoutExtension path)
        |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
        |> List.ofArray

    // Line endings depend on how a copy was checked out, and mean nothing.
    let private content path =
        File.ReadAllText(path).Replace("\r\n", "\n")

    // The modules that a line names: EXTENDS A, B or Name == INSTANCE A.
    let private named (line: string) =
        if line.StartsWith("EXTENDS ", StringComparison.Ordinal) then
            line.Substring(8).Split(',', StringSplitOptions.TrimEntries)
        else
            let found = System.Text.RegularExpressions.Regex.Match(line, @"^(?:\w+ == )?INSTANCE (\w+)")

            if found.Success then [| found.Groups[1].Value |] else [||]

    // The modules of the folder that a module extends or instantiates, with those that they do.
    let private extended (folder: string) (start: string) =
        let rec go taken path =
            let parents =
                (content path).Split '\n'
                |> Array.collect named
                |> Array.map (fun parent -> Path.Combine(folder, parent + ".tla"))
                |> Array.filter (fun parent -> File.Exists parent && not (List.contains parent taken))

            Array.fold
                (fun taken parent -> if List.contains parent taken then taken else go (parent :: taken) parent)
                taken
                parents

        go [] start

    /// The hash of the modules that a model extends and of its own two files, by name and content.
    let specification (folder: string) (name: string) =
        let own =
            [ Path.Combine(folder, "mc", name + ".cfg")
              Path.Combine(folder, "mc", name + ".tla") ]
            |> List.filter File.Exists

        let modules =
            own
            |> List.filter (fun path -> path.EndsWith(".tla", StringComparison.Ordinal))
            |> List.collect (extended folder)

        modules @ own
        |> List.sortWith (fun a b -> String.CompareOrdinal(Path.GetFileName a, Path.GetFileName b))
        |> List.map (fun path -> $"{Path.GetFileName path}\n{content path}\n")
        |> String.concat ""
        |> Encoding.UTF8.GetBytes
        |> SHA256.HashData
        |> Convert.ToHexStringLower

    /// The bounds in a configuration file.
    let boundsOf (path: string) : Result<Bounds, Problem> =
        if File.Exists path then
            Bounds.ofCfg (content path)
        else
            Error(Problem.file $"there is no configuration file {path}")

    /// The hash of the specification of a model, if there is such a model.
    let specificationOf (folder: string) (name: string) : Result<string, Problem> =
        if List.contains name (names folder) then
            Ok(specification folder name)
        else
            let known = String.concat ", " (names folder)
            Error(Problem.noModel $"there is no model {name}; there are {known}")

    /// A model by its name.
    let load (folder: string) (name: string) : Result<Model, Problem> =
        specificationOf folder name
        |> Result.bind (fun specification ->
            boundsOf (Path.Combine(folder, "mc", name + ".cfg"))
            |> Result.map (fun bounds -> { Name = name; Bounds = bounds; Specification = specification }))

    /// The constants of a model of a module of its own.
    let constants (folder: string) (name: string) : Result<CfgConstants, Problem> =
        specificationOf folder name
        |> Result.bind (fun _ -> Cfg.constants (content (Path.Combine(folder, "mc", name + ".cfg"))))
        |> Result.map CfgConstants

    /// Where the digest of a model is kept.
    let digestPath (folder: string) (name: string) =
        Path.Combine(folder, "mc", "digests", name + ".json")
