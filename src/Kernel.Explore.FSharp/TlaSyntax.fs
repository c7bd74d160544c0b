namespace Asupersync.Kernel.Explore

open System

/// A value while a specification is evaluated. A function from 1..n is a sequence, one from strings is a record with its fields in
/// ordinal order, and the members of a set are in order and distinct; so equal values are equal as they stand.
type internal TlaDatum =
    | Whole of int64
    | Word of string
    | Truth of bool
    | Row of TlaDatum[]
    | Fields of string[] * TlaDatum[]
    | Members of TlaDatum[]

/// Names bound to the members of a set.
type internal TlaBound = { Names: string list; Range: TlaExpression }

/// One step of the path that EXCEPT changes.
and internal TlaPathStep =
    | At of TlaExpression
    | Dot of string

/// An expression, in the part of TLA+ in which rules are written.
and internal TlaExpression =
    | Literal of TlaDatum
    | Named of string
    | Called of string * TlaExpression list
    | Listed of TlaExpression list
    | SetOf of TlaExpression list
    | Filtered of string * TlaExpression * TlaExpression
    | Image of TlaExpression * TlaBound list
    | RecordOf of (string * TlaExpression) list
    | FunctionOf of string * TlaExpression * TlaExpression
    | Except of TlaExpression * (TlaPathStep list * TlaExpression) list
    | Old
    | IfElse of TlaExpression * TlaExpression * TlaExpression
    | LetIn of (string * TlaExpression) list * TlaExpression
    | ForAll of TlaBound list * TlaExpression
    | Exists of TlaBound list * TlaExpression
    /// The conjuncts, each with its text.
    | Conjunction of (TlaExpression * string) list
    | Disjunction of TlaExpression list
    | Negation of TlaExpression
    | Infix of string * TlaExpression * TlaExpression
    | Applied of TlaExpression * TlaExpression
    | Selected of TlaExpression * string
    | Primed of string
    | Unchanged of string list
    | DomainOf of TlaExpression

/// A part of a specification that cannot be read or evaluated.
exception internal TlaTrouble of string

/// One definition: its parameters, and its body as it stands in the module, at its place on the lines.
type internal TlaDefinition =
    { Module: string
      Name: string
      Parameters: string list
      Lines: (int * string) list }

/// The text of a module.
type internal TlaModule =
    { Name: string
      Extends: string list
      Constants: string list
      Variables: string list
      Definitions: TlaDefinition list }

/// Takes the text of a module apart: into definitions, which are read when they are first needed.
[<RequireQualifiedAccess>]
module internal TlaModule =

    // Comments become blanks, so that columns stay what they were.
    let private withoutComments (text: string) =
        let kept = Text.StringBuilder text.Length
        let mutable depth = 0
        let mutable position = 0

        while position < text.Length do
            let pair = if position + 1 < text.Length then text.Substring(position, 2) else ""

            if pair = "(*" || (pair = "*)" && depth > 0) then
                depth <- if pair = "(*" then depth + 1 else depth - 1
                kept.Append "  " |> ignore
                position <- position + 2
            elif pair = "\\*" && depth = 0 then
                while position < text.Length && text[position] <> '\n' do
                    position <- position + 1
            else
                let letter = text[position]
                kept.Append(if depth > 0 && letter <> '\n' then ' ' else letter) |> ignore
                position <- position + 1

        kept.ToString()

    let private heading =
        Text.RegularExpressions.Regex(@"^([A-Za-z][A-Za-z0-9_]*)(?:\(([A-Za-z0-9_, ]*)\))? *==(?!=)")

    let private listed (text: string) =
        text.Split([| ','; ' ' |], StringSplitOptions.RemoveEmptyEntries)
        |> List.ofArray

    /// Reads the text of a module. A line that begins at the margin begins something new.
    let read (name: string) (text: string) : TlaModule =
        let lines = (withoutComments (text.Replace("\r\n", "\n"))).Split '\n'

        let parts =
            lines
            |> Array.indexed
            |> Array.fold
                (fun parts (index, line) ->
                    match parts with
                    | _ when String.IsNullOrWhiteSpace line -> parts
                    | current :: rest when Char.IsWhiteSpace line[0] -> ((index + 1, line) :: current) :: rest
                    | _ -> [ index + 1, line ] :: parts)
                []
            |> List.rev
            |> List.map List.rev

        let after (word: string) =
            parts
            |> List.collect (fun part ->
                let words = part |> List.map snd |> String.concat " "

                if words.StartsWith(word + " ", StringComparison.Ordinal) then
                    listed (words.Substring word.Length)
                else
                    [])

        { Name = name
          Extends = after "EXTENDS"
          Constants = after "CONSTANTS"
          Variables = after "VARIABLES"
          Definitions =
            [ for part in parts do
                  let number, first = List.head part
                  let found = heading.Match first

                  if found.Success then
                      { Module = name
                        Name = found.Groups[1].Value
                        Parameters = listed found.Groups[2].Value
                        Lines =
                          (number, String(' ', found.Length) + first.Substring found.Length)
                          :: List.tail part } ] }
