namespace Asupersync.Kernel.Explore

/// The constants in a model's configuration file, for a module of its own.
[<Sealed>]
type CfgConstants(values: (string * CfgValue) list) =

    let find name =
        match List.tryFind (fun (other, _) -> other = name) values with
        | Some(_, value) -> value
        | None -> invalidArg (nameof name) $"the configuration gives {name} no value"

    /// The constants with some of them set anew.
    member _.With(others: (string * CfgValue) list) = CfgConstants(others @ values)

    /// Every constant with its value, by name.
    member _.All = values |> List.distinctBy fst |> List.sortBy fst

    /// A number.
    member _.Number name =
        match find name with
        | Number number -> number
        | other -> invalidArg (nameof name) $"{name} is a number, not {Cfg.render other}"

    /// A word.
    member _.Word name =
        match find name with
        | Text word -> word
        | other -> invalidArg (nameof name) $"{name} is a word, not {Cfg.render other}"

    /// A set of words.
    member _.Words name =
        match find name with
        | Members items ->
            items
            |> List.map (fun item ->
                match item with
                | Text word -> word
                | other -> invalidArg (nameof name) $"{name} has words in it, not {Cfg.render other}")
        | other -> invalidArg (nameof name) $"{name} is a set, not {Cfg.render other}"

    /// A set of numbers.
    member _.Numbers name =
        match find name with
        | Members items ->
            items
            |> List.map (fun item ->
                match item with
                | Number number -> number
                | other -> invalidArg (nameof name) $"{name} has numbers in it, not {Cfg.render other}")
        | other -> invalidArg (nameof name) $"{name} is a set, not {Cfg.render other}"

    /// The constants of some names, those that the configuration has.
    member this.Among(names: string list) =
        this.All |> List.filter (fun (name, _) -> List.contains name names)
