namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open System.IO
open System.Text

/// Reads the graph that TLC writes with <c>-dump dot,actionlabels</c>.
[<RequireQualifiedAccess>]
module TlcGraph =

    // What is known so far. A state may be named by a step before its own line has come.
    [<NoEquality; NoComparison>]
    type private Parts =
        { Numbers: Dictionary<int64, int>
          Texts: List<string>
          Steps: List<List<struct (string * int)>>
          Labels: Dictionary<string, string>
          mutable Initial: int list }

    let private numberOf parts id =
        match parts.Numbers.TryGetValue id with
        | true, number -> number
        | false, _ ->
            let number = parts.Texts.Count
            parts.Numbers[id] <- number
            parts.Texts.Add null
            parts.Steps.Add(List())
            number

    /// The text of label="..." with its escapes undone, and the position after it; nothing when it is not there.
    let private labelAt (line: string) (start: int) : struct (string * int) voption =
        let opening = "[label=\""

        if String.CompareOrdinal(line, start, opening, 0, opening.Length) <> 0 then
            ValueNone
        else
            let out = StringBuilder(line.Length)
            let mutable position = start + opening.Length

            while position < line.Length && line[position] <> '"' do
                if line[position] = '\\' && position + 1 < line.Length then
                    position <- position + 1
                    out.Append(if line[position] = 'n' then '\n' else line[position]) |> ignore
                else
                    out.Append line[position] |> ignore

                position <- position + 1

            if position < line.Length then
                ValueSome(struct (out.ToString(), position + 1))
            else
                ValueNone

    let private bad line words =
        Problem.dump $"line {line}: {words}; expected a dump made with -dump dot,actionlabels"

    let private readNode parts lineNumber (line: string) id start : Problem voption =
        match labelAt line start with
        | ValueNone -> ValueSome(bad lineNumber "a state has no label")
        | ValueSome(struct (label, rest)) ->
            match TlaValue.parseState label with
            | Error words -> ValueSome(bad lineNumber words)
            | Ok variables ->
                let number = numberOf parts id
                parts.Texts[number] <- TlaValue.renderState variables

                if
                    line.AsSpan(rest).Contains("style = filled".AsSpan(), StringComparison.Ordinal)
                    && not (List.contains number parts.Initial)
                then
                    parts.Initial <- number :: parts.Initial

                ValueNone

    let private readStep parts lineNumber (line: string) source start : Problem voption =
        let blank = line.IndexOf(' ', (start: int))

        if blank < 0 then
            ValueSome(bad lineNumber "a step has no label")
        else
            match Int64.TryParse(line.AsSpan(start, blank - start)), labelAt line (blank + 1) with
            | (true, target), ValueSome(struct (label, _)) ->
                let shared =
                    match parts.Labels.TryGetValue label with
                    | true, known -> known
                    | false, _ ->
                        parts.Labels[label] <- label
                        label

                let number = numberOf parts source
                parts.Steps[number].Add(struct (shared, numberOf parts target))
                ValueNone
            | _ -> ValueSome(bad lineNumber "a step names no state or has no label")

    let private readLine parts lineNumber (line: string) : Problem voption =
        let blank = line.IndexOf ' '

        if blank <= 0 then
            ValueNone
        else
            match Int64.TryParse(line.AsSpan(0, blank)) with
            | true, id ->
                if String.CompareOrdinal(line, blank, " -> ", 0, 4) = 0 then
                    readStep parts lineNumber line id (blank + 4)
                else
                    readNode parts lineNumber line id (blank + 1)
            | false, _ -> ValueNone

    // The initial state first; equal texts would be a mistake of the dump, since TLC tells states apart by their values.
    let private assemble parts : Result<Graph, Problem> =
        match parts.Initial with
        | _ when parts.Texts.Contains null -> Error(Problem.dump "a step names a state that is not in the dump")
        | _ when (HashSet parts.Texts).Count < parts.Texts.Count ->
            Error(Problem.dump "two states of the dump are equal")
        | [ 0 ] -> Graph.make (parts.Texts.ToArray()) (parts.Steps.ToArray() |> Array.map Seq.cast)
        | [ _ ] -> Error(Problem.dump "the initial state is not the first of the dump")
        | several -> Error(Problem.dump $"the dump has {several.Length} initial states, expected one")

    /// Reads a dump.
    let read (reader: TextReader) : Result<Graph, Problem> =
        let parts =
            { Numbers = Dictionary()
              Texts = List()
              Steps = List()
              Labels = Dictionary(StringComparer.Ordinal)
              Initial = [] }

        let mutable lineNumber = 0
        let mutable problem = ValueNone
        let mutable line = reader.ReadLine()

        while not (isNull line) && problem.IsNone do
            lineNumber <- lineNumber + 1
            problem <- readLine parts lineNumber line
            line <- reader.ReadLine()

        match problem with
        | ValueSome problem -> Error problem
        | ValueNone -> assemble parts

    /// Reads a dump from a file.
    let load (path: string) : Result<Graph, Problem> =
        if File.Exists path then
            use reader = new StreamReader(path)
            read reader
        else
            Error(Problem.file $"there is no dump {path}")
