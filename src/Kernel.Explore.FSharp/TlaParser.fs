namespace Asupersync.Kernel.Explore

open System

/// Reads expressions of TLA+. A list of conjuncts or disjuncts is held together by its column, as in TLA+: an item ends where a line
/// begins at that column or left of it.
[<Sealed>]
type internal TlaParser(definition: TlaDefinition) =

    let signs =
        [| "|->"
           "<=>"
           "=>"
           "=="
           "<<"
           ">>"
           "<="
           ">="
           "/="
           "/\\"
           "\\/"
           ".."
           "->" |]

    let trouble line words =
        raise (TlaTrouble $"{definition.Module}.tla, line {line}: {words}")

    let isWordLetter letter =
        Char.IsAsciiLetterOrDigit letter || letter = '_'

    let tokens =
        [| for number, line in definition.Lines do
               let mutable at = 0

               while at < line.Length do
                   let start = at
                   let letter = line[at]

                   if Char.IsWhiteSpace letter then
                       at <- at + 1
                   else
                       if isWordLetter letter then
                           while at < line.Length && isWordLetter line[at] do
                               at <- at + 1
                       elif letter = '"' then
                           at <- line.IndexOf('"', at + 1) + 1

                           if at = 0 then
                               trouble number "a string has no end"
                       elif letter = '\\' && at + 1 < line.Length && Char.IsAsciiLetter line[at + 1] then
                           at <- at + 1

                           while at < line.Length && Char.IsAsciiLetter line[at] do
                               at <- at + 1
                       else
                           let sign =
                               signs
                               |> Array.tryFind (fun sign -> String.CompareOrdinal(line, at, sign, 0, sign.Length) = 0)

                           at <-
                               at
                               + (match sign with
                                  | Some sign -> sign.Length
                                  | None -> 1)

                       struct (line.Substring(start, at - start), number, start) |]

    let mutable position = 0
    // Tokens at this column or left of it belong to a list further out.
    let mutable margin = -1

    let ended () =
        position >= tokens.Length
        || (let struct (_, _, column) = tokens[position] in column <= margin)

    let peek () =
        if ended () then
            ""
        else
            let struct (text, _, _) = tokens[position]
            text

    let line () =
        if tokens.Length = 0 then
            fst (List.head definition.Lines)
        else
            let struct (_, number, _) = tokens[min position (tokens.Length - 1)]
            number

    let fail expected =
        trouble (line ()) $"""{expected} was expected, "{peek ()}" was found"""

    let next () =
        let text = peek ()

        if text = "" then
            fail "more"

        position <- position + 1
        text

    let expect (sign: string) =
        if peek () <> sign then
            fail $"\"{sign}\""

        position <- position + 1

    let skip sign =
        let seen = peek () = sign

        if seen then
            position <- position + 1

        seen

    let name () =
        let word = peek ()

        if word = "" || not (Char.IsAsciiLetter word[0]) then
            fail "a name"

        next ()

    let separated separator (item: unit -> 'T) =
        let rec go taken =
            let items = item () :: taken
            if skip separator then go items else List.rev items

        go []

    let precedence sign =
        match sign with
        | "=>"
        | "<=>" -> 1
        | "\\/"
        | "/\\" -> 3
        | "="
        | "#"
        | "/="
        | "<"
        | ">"
        | "<="
        | ">="
        | "\\in"
        | "\\notin"
        | "\\subseteq" -> 5
        | "\\cup"
        | "\\cap"
        | "\\union"
        | "\\" -> 8
        | ".." -> 9
        | "+"
        | "-" -> 10
        | "*"
        | "\\o" -> 13
        | _ -> 0

    let words first last =
        String.Join(' ', [ for index in first .. last - 1 -> (let struct (text, _, _) = tokens[index] in text) ])

    let rec expression least =
        let mutable left = prefix ()
        let mutable going = true

        while going do
            let sign = peek ()
            let level = precedence sign

            if level = 0 || level < least then
                going <- false
            else
                let start = position
                position <- position + 1
                // Implication binds to the right, everything else to the left.
                let right = expression (if sign = "=>" then level else level + 1)

                left <-
                    match sign with
                    | "/\\" -> Conjunction [ left, ""; right, words (start + 1) position ]
                    | "\\/" -> Disjunction [ left; right ]
                    | "/=" -> Infix("#", left, right)
                    | "\\union" -> Infix("\\cup", left, right)
                    | "\\notin" -> Negation(Infix("\\in", left, right))
                    | _ -> Infix(sign, left, right)

        left

    and prefix () =
        match peek () with
        | "/\\" -> junction "/\\" |> Conjunction
        | "\\/" -> junction "\\/" |> List.map fst |> Disjunction
        | "~" ->
            position <- position + 1
            Negation(expression 4)
        | "-" ->
            position <- position + 1
            Infix("-", Literal(Whole 0L), expression 12)
        | "IF" ->
            position <- position + 1
            let condition = expression 0
            expect "THEN"
            let yes = expression 0
            expect "ELSE"
            IfElse(condition, yes, expression 0)
        | "LET" ->
            position <- position + 1

            let rec go taken =
                if skip "IN" then
                    List.rev taken
                else
                    let defined = name ()
                    expect "=="
                    go ((defined, expression 0) :: taken)

            let defined = go []
            LetIn(defined, expression 0)
        | "\\A" ->
            position <- position + 1
            let found = bounds ()
            expect ":"
            ForAll(found, expression 0)
        | "\\E" ->
            position <- position + 1
            let found = bounds ()
            expect ":"
            Exists(found, expression 0)
        | "UNCHANGED" ->
            position <- position + 1

            if skip "<<" then
                let names = separated "," name
                expect ">>"
                Unchanged names
            else
                Unchanged [ name () ]
        | "DOMAIN" ->
            position <- position + 1
            DomainOf(expression 9)
        | _ -> postfix (primary ())

    // Each item of a list ends where the next one begins, at the same column.
    and junction sign =
        let struct (_, _, column) = tokens[position]
        let outer = margin

        let rec go taken =
            let here =
                position < tokens.Length
                && (let struct (text, _, at) = tokens[position] in text = sign && at = column)

            if here then
                position <- position + 1
                let start = position
                margin <- column
                let item = expression 0
                margin <- outer
                go ((item, words start position) :: taken)
            else
                List.rev taken

        go []

    and bounds () =
        separated "," (fun () ->
            let rec names taken =
                let one = name ()
                if skip "," then names (one :: taken) else List.rev (one :: taken)

            let found = names []
            expect "\\in"
            { Names = found; Range = expression 6 })

    and arguments close =
        if skip close then
            []
        else
            let found = separated "," (fun () -> expression 0)
            expect close
            found

    and postfix head =
        match peek () with
        | "[" ->
            position <- position + 1
            let found = arguments "]"

            match found with
            | [ one ] -> postfix (Applied(head, one))
            | _ -> fail "one argument"
        | "." ->
            position <- position + 1
            postfix (Selected(head, name ()))
        | "'" ->
            position <- position + 1

            match head with
            | Named variable -> postfix (Primed variable)
            | _ -> fail "a variable before the prime"
        | _ -> head

    and primary () =
        match next () with
        | "(" ->
            let found = expression 0
            expect ")"
            found
        | "<<" -> Listed(arguments ">>")
        | "{" -> set ()
        | "[" -> bracket ()
        | "@" -> Old
        | "TRUE" -> Literal(Truth true)
        | "FALSE" -> Literal(Truth false)
        | "BOOLEAN" -> Literal(Members [| Truth false; Truth true |])
        | word when word[0] = '"' -> Literal(Word(word.Substring(1, word.Length - 2)))
        | word when Char.IsAsciiDigit word[0] ->
            Literal(Whole(Int64.Parse(word, Globalization.CultureInfo.InvariantCulture)))
        | word when
            Char.IsAsciiLetter word[0]
            && word <> Text.RegularExpressions.Regex.Match(word, "^[A-Z]{2,}$").Value
            ->
            if skip "(" then Called(word, arguments ")") else Named word
        | _ ->
            position <- position - 1
            fail "an expression of the part of TLA+ that is read here"

    and set () =
        if skip "}" then
            SetOf []
        else
            let first = expression 0

            match first, peek () with
            | Infix("\\in", Named variable, range), ":" ->
                expect ":"
                let condition = expression 0
                expect "}"
                Filtered(variable, range, condition)
            | _, ":" ->
                expect ":"
                let found = bounds ()
                expect "}"
                Image(first, found)
            | _ ->
                let rest = if skip "," then separated "," (fun () -> expression 0) else []
                expect "}"
                SetOf(first :: rest)

    and bracket () =
        let following =
            if position + 1 < tokens.Length then
                let struct (text, _, _) = tokens[position + 1]
                text
            else
                ""

        if following = "|->" then
            let fields =
                separated "," (fun () ->
                    let field = name ()
                    expect "|->"
                    field, expression 0)

            expect "]"
            RecordOf fields
        elif following = "\\in" then
            let variable = name ()
            expect "\\in"
            let range = expression 6
            expect "|->"
            let body = expression 0
            expect "]"
            FunctionOf(variable, range, body)
        else
            let changed = expression 0
            expect "EXCEPT"

            let changes =
                separated "," (fun () ->
                    expect "!"
                    let path = steps []
                    expect "="
                    path, expression 0)

            expect "]"
            Except(changed, changes)

    and steps taken =
        if skip "." then
            steps (Dot(name ()) :: taken)
        elif skip "[" then
            let index = expression 0
            expect "]"
            steps (At index :: taken)
        else
            List.rev taken

    /// The body of the definition.
    member _.Body() =
        let found = expression 0

        if position < tokens.Length then
            fail "the end of the definition"

        found
