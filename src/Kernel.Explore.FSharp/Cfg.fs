namespace Asupersync.Kernel.Explore

/// A value that a configuration gives to a constant.
type CfgValue =
    | Number of int
    | Text of string
    | Members of CfgValue list

/// Reads the constants of a TLC configuration file. Everything else in it (what to check) is the checker's business.
[<RequireQualifiedAccess>]
module Cfg =

    type private Token =
        | Digits of string
        | Quoted of string
        | Name of string
        | Sign of char

    let private bad line message =
        Problem.configuration $"line {line}: {message}"

    let private withoutComments (text: string) =
        let blocks =
            System.Text.RegularExpressions.Regex(@"\(\*.*?\*\)", System.Text.RegularExpressions.RegexOptions.Singleline)
        // A block comment keeps its line breaks, so that messages name the line of the file.
        let kept =
            blocks.Replace(text.Replace("\r\n", "\n"), (fun found -> String.filter ((=) '\n') found.Value))

        System.Text.RegularExpressions.Regex.Replace(kept, @"\\\*[^\n]*", "")

    let private tokens (text: string) : Result<(int * Token) list, Problem> =
        let isName character =
            System.Char.IsAsciiLetterOrDigit character || character = '_'

        let rec go taken line position =
            if position >= text.Length then
                Ok(List.rev taken)
            else
                let rest = text.Substring position
                let head = rest[0]

                if head = '\n' then
                    go taken (line + 1) (position + 1)
                elif System.Char.IsWhiteSpace head then
                    go taken line (position + 1)
                elif head = '"' then
                    match rest.IndexOf('"', 1) with
                    | -1 -> Error(bad line "a string has no end")
                    | close -> go ((line, Quoted(rest.Substring(1, close - 1))) :: taken) line (position + close + 1)
                elif System.Char.IsAsciiDigit head || head = '-' then
                    let digits = "-" |> (fun sign -> if head = '-' then sign else "")

                    let number =
                        rest.Substring(digits.Length)
                        |> Seq.takeWhile System.Char.IsAsciiDigit
                        |> System.String.Concat

                    go ((line, Digits(digits + number)) :: taken) line (position + digits.Length + number.Length)
                elif isName head then
                    let name = rest |> Seq.takeWhile isName |> System.String.Concat
                    go ((line, Name name) :: taken) line (position + name.Length)
                else
                    go ((line, Sign head) :: taken) line (position + 1)

        go [] 1 0

    let rec private value (tokens: (int * Token) list) : Result<CfgValue * (int * Token) list, Problem> =
        match tokens with
        | (line, Digits digits) :: rest ->
            match System.Int32.TryParse digits with
            | true, number -> Ok(Number number, rest)
            | false, _ -> Error(bad line $"{digits} is no number up to 2147483647")
        | (_, Quoted text) :: rest -> Ok(Text text, rest)
        | (_, Sign '{') :: (_, Sign '}') :: rest -> Ok(Members [], rest)
        | (line, Sign '{') :: rest -> members line [] rest
        | (line, _) :: _ -> Error(bad line "expected a number, a quoted string, or a set { ... } of these")
        | [] -> Error(Problem.configuration "the file ends where a value is expected")

    and private members line taken tokens =
        match value tokens with
        | Error problem -> Error problem
        | Ok(item, (_, Sign ',') :: rest) -> members line (item :: taken) rest
        | Ok(item, (_, Sign '}') :: rest) -> Ok(Members(List.rev (item :: taken)), rest)
        | Ok _ -> Error(bad line "a set is not closed with }")

    let private sections =
        set
            [ "CONSTANT"
              "CONSTANTS"
              "SPECIFICATION"
              "INIT"
              "NEXT"
              "INVARIANT"
              "INVARIANTS"
              "PROPERTY"
              "PROPERTIES"
              "CONSTRAINT"
              "CONSTRAINTS"
              "ACTION_CONSTRAINT"
              "ACTION_CONSTRAINTS"
              "SYMMETRY"
              "VIEW"
              "CHECK_DEADLOCK"
              "ALIAS"
              "POSTCONDITION" ]

    /// The constants with their values, in the order of the file.
    let constants (text: string) : Result<(string * CfgValue) list, Problem> =
        let rec go inside taken tokens =
            match tokens with
            | [] -> Ok(List.rev taken)
            | (_, Name("CONSTANT" | "CONSTANTS")) :: rest -> go true taken rest
            | (_, Name section) :: rest when sections.Contains section -> go false taken rest
            | (_, Name name) :: (_, Sign '=') :: rest when inside ->
                match value rest with
                | Ok(found, rest) -> go true ((name, found) :: taken) rest
                | Error problem -> Error problem
            | (line, _) :: _ when inside -> Error(bad line "expected NAME = value; other forms are not read here")
            | _ :: rest -> go false taken rest

        match tokens (withoutComments text) with
        | Ok tokens -> go false [] tokens
        | Error problem -> Error problem

    /// A value as it is written in a configuration file.
    let rec render value =
        match value with
        | Number number -> string number
        | Text text -> "\"" + text + "\""
        | Members items -> items |> List.map render |> String.concat ", " |> sprintf "{%s}"

    /// A value as it is typed on a command line: a number, a word, or several of these with commas between them; an empty
    /// text is the empty set. <paramref name="isSet"/> says whether one item makes a set.
    let ofWords isSet (text: string) =
        let item (word: string) =
            match System.Int32.TryParse word with
            | true, number -> Number number
            | false, _ -> Text word

        let words =
            text.Split([| ','; ' ' |], System.StringSplitOptions.RemoveEmptyEntries)
            |> List.ofArray

        match words with
        | [ word ] when not isSet -> item word
        | _ -> Members(List.map item words)
