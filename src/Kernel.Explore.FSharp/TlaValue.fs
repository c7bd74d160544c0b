namespace Asupersync.Kernel.Explore

open System
open System.Text

/// A TLA+ value as TLC prints it.
type TlaValue =
    | TlaNumber of int64
    | TlaText of string
    | TlaTruth of bool
    | TlaSequence of TlaValue list
    | TlaSet of TlaValue list
    | TlaRecord of (string * TlaValue) list

/// Reads states as TLC prints them, and writes them in the one form that is compared.
[<RequireQualifiedAccess>]
module TlaValue =

    exception private Unreadable of position: int * expected: string

    // A cursor over one text. Reading is by the character, since a dump holds hundreds of megabytes of it.
    [<Sealed>]
    type private Reader(text: string) =
        let mutable position = 0

        member _.Fail expected = raise (Unreadable(position, expected))

        member _.Blanks() =
            while position < text.Length && Char.IsWhiteSpace text[position] do
                position <- position + 1

        member this.AtEnd =
            this.Blanks()
            position >= text.Length

        member this.Sees(sign: string) =
            this.Blanks()
            String.CompareOrdinal(text, position, sign, 0, sign.Length) = 0

        member this.Skips(sign: string) =
            let seen = this.Sees sign

            if seen then
                position <- position + sign.Length

            seen

        member this.Expect(sign: string) =
            if not (this.Skips sign) then
                this.Fail sign

        member this.Name() =
            this.Blanks()
            let start = position

            while position < text.Length
                  && (Char.IsAsciiLetterOrDigit text[position] || text[position] = '_') do
                position <- position + 1

            if position = start then
                this.Fail "a name"

            text.Substring(start, position - start)

        member this.Number() =
            this.Blanks()
            let start = position

            if position < text.Length && text[position] = '-' then
                position <- position + 1

            while position < text.Length && Char.IsAsciiDigit text[position] do
                position <- position + 1

            match Int64.TryParse(text.AsSpan(start, position - start)) with
            | true, number -> number
            | false, _ -> this.Fail "a number"

        member this.Quoted() =
            this.Expect "\""

            match text.IndexOf('"', position) with
            | -1 -> this.Fail "the end of a string"
            | close ->
                let found = text.Substring(position, close - position)
                position <- close + 1
                found

        member this.StartsNumber =
            this.Blanks()

            position < text.Length
            && (Char.IsAsciiDigit text[position] || text[position] = '-')

    let rec private value (reader: Reader) : TlaValue =
        if reader.Sees "\"" then TlaText(reader.Quoted())
        elif reader.Skips "<<" then TlaSequence(items reader ">>")
        elif reader.Skips "{" then TlaSet(items reader "}")
        elif reader.Skips "[" then TlaRecord(fields reader)
        elif reader.Skips "TRUE" then TlaTruth true
        elif reader.Skips "FALSE" then TlaTruth false
        elif reader.StartsNumber then TlaNumber(reader.Number())
        else reader.Fail "a value"

    and private items reader close =
        let rec go taken =
            let item = value reader

            if reader.Skips "," then
                go (item :: taken)
            else
                reader.Expect close
                List.rev (item :: taken)

        if reader.Skips close then [] else go []

    and private fields reader =
        let rec go taken =
            let name = reader.Name()
            reader.Expect "|->"
            let field = name, value reader

            if reader.Skips "," then
                go (field :: taken)
            else
                reader.Expect "]"
                List.rev (field :: taken)

        go []

    let rec private write (out: StringBuilder) value =
        let listed (opening: string) (close: string) items =
            out.Append opening |> ignore

            items
            |> List.iteri (fun index item ->
                if index > 0 then
                    out.Append ", " |> ignore

                write out item)

            out.Append close |> ignore

        match value with
        | TlaNumber number -> out.Append number |> ignore
        | TlaText text -> out.Append('"').Append(text).Append '"' |> ignore
        | TlaTruth truth -> out.Append(if truth then "TRUE" else "FALSE") |> ignore
        | TlaSequence items -> listed "<<" ">>" items
        | TlaSet items -> listed "{" "}" items
        | TlaRecord fields ->
            out.Append '[' |> ignore

            fields
            |> List.sortWith (fun (a, _) (b, _) -> String.CompareOrdinal(a, b))
            |> List.iteri (fun index (name, value) ->
                out.Append(if index > 0 then ", " else "").Append(name).Append(" |-> ")
                |> ignore

                write out value)

            out.Append ']' |> ignore

    /// The value as TLC prints it.
    let text value =
        let out = StringBuilder()
        write out value
        out.ToString()

    /// A state, its variables in the order given.
    let parseState (text: string) : Result<(string * TlaValue) list, string> =
        let reader = Reader text

        let rec go taken =
            if reader.AtEnd then
                List.rev taken
            else
                reader.Expect "/\\"
                let name = reader.Name()
                reader.Expect "="
                go ((name, value reader) :: taken)

        try
            Ok(go [])
        with Unreadable(position, expected) ->
            Error $"expected {expected} at character {position + 1}"

    /// A state on one line, variables and fields in alphabetical order: the form that Projection writes.
    let renderState (variables: (string * TlaValue) list) =
        let out = StringBuilder(1024)

        variables
        |> List.sortWith (fun (a, _) (b, _) -> String.CompareOrdinal(a, b))
        |> List.iteri (fun index (name, value) ->
            out.Append(if index > 0 then " /\\ " else "/\\ ").Append(name).Append(" = ")
            |> ignore

            write out value)

        out.ToString()

    /// The fields in which two states differ, each with both values: tasks[2].phase: "Running", "Completed".
    let differences
        (left: (string * TlaValue) list)
        (right: (string * TlaValue) list)
        : (string * string * string) list =
        let rec compare place left right =
            match left, right with
            | TlaRecord these, TlaRecord those -> named (fun name -> $"{place}.{name}") these those
            | TlaSequence these, TlaSequence those when these.Length = those.Length ->
                List.zip these those
                |> List.mapi (fun index (a, b) -> compare $"{place}[{index + 1}]" a b)
                |> List.concat
            | _ when left = right -> []
            | _ -> [ place, text left, text right ]

        and named place these those =
            [ for name in List.distinct (List.map fst these @ List.map fst those) |> List.sort do
                  let find fields =
                      fields |> List.tryFind (fun (other, _) -> other = name) |> Option.map snd

                  match find these, find those with
                  | Some a, Some b -> yield! compare (place name) a b
                  | Some a, None -> place name, text a, "nothing"
                  | None, Some b -> place name, "nothing", text b
                  | None, None -> () ]

        named id left right
