namespace Asupersync.Kernel.Explore

open System

/// Values of TLA+.
[<RequireQualifiedAccess>]
module internal TlaData =

    let fail words = raise (TlaTrouble words)

    let isTrue value =
        match value with
        | Truth truth -> truth
        | _ -> fail $"%A{value} is no truth value"

    let whole value =
        match value with
        | Whole number -> number
        | _ -> fail $"%A{value} is no number"

    let members value =
        match value with
        | TlaDatum.Members items -> items
        | _ -> fail $"%A{value} is no set"

    let set (items: TlaDatum seq) =
        items |> Seq.distinct |> Seq.sort |> Array.ofSeq |> TlaDatum.Members

    let record (fields: (string * TlaDatum) list) =
        let ordered = fields |> List.sortWith (fun (a, _) (b, _) -> String.CompareOrdinal(a, b))
        Fields(ordered |> List.map fst |> Array.ofList, ordered |> List.map snd |> Array.ofList)

    /// Where the argument of a function, or the field of a record, is kept.
    let private place value argument =
        match value, argument with
        | Row items, Whole number when number >= 1L && number <= int64 items.Length -> int number - 1
        | Fields(names, _), Word name -> Array.BinarySearch(names, name, StringComparer.Ordinal)
        | _ -> -1

    let apply value argument =
        match value, place value argument with
        | Row items, at when at >= 0 -> items[at]
        | Fields(_, items), at when at >= 0 -> items[at]
        | _ -> fail $"%A{argument} is not in the domain of %A{value}"

    let replace value argument item =
        let changed (items: TlaDatum[]) at =
            let copy = Array.copy items
            copy[at] <- item
            copy

        match value, place value argument with
        | Row items, at when at >= 0 -> Row(changed items at)
        | Fields(names, items), at when at >= 0 -> Fields(names, changed items at)
        | _ -> fail $"%A{argument} is not in the domain of %A{value}"

    let domain value =
        match value with
        | Row items -> TlaDatum.Members [| for number in 1L .. int64 items.Length -> Whole number |]
        | Fields(names, _) -> TlaDatum.Members(Array.map Word names)
        | _ -> fail $"%A{value} has no domain"

    let rec ofValue (value: TlaValue) : TlaDatum =
        match value with
        | TlaNumber number -> Whole number
        | TlaText text -> Word text
        | TlaTruth truth -> Truth truth
        | TlaSequence items -> Row [| for item in items -> ofValue item |]
        | TlaSet items -> set (List.map ofValue items)
        | TlaRecord fields -> record [ for name, item in fields -> name, ofValue item ]

    let rec toValue (value: TlaDatum) : TlaValue =
        match value with
        | Whole number -> TlaNumber number
        | Word text -> TlaText text
        | Truth truth -> TlaTruth truth
        | Row items -> TlaSequence [ for item in items -> toValue item ]
        | TlaDatum.Members items -> TlaSet [ for item in items -> toValue item ]
        | Fields(names, items) -> TlaRecord [ for index in 0 .. names.Length - 1 -> names[index], toValue items[index] ]

/// The operators that every module may use, and those of Naturals, Sequences and FiniteSets.
[<RequireQualifiedAccess>]
module internal TlaOperators =

    /// The operator that stands between two values; the definition that uses it is named in what is wrong.
    let infix owner sign : TlaDatum -> TlaDatum -> TlaDatum =
        let compare test =
            fun left right -> Truth(test (TlaData.whole left) (TlaData.whole right))

        let compute (f: int64 -> int64 -> int64) =
            fun left right -> Whole(f (TlaData.whole left) (TlaData.whole right))

        let sets f =
            fun left right -> f (TlaData.members left) (TlaData.members right)

        match sign with
        | "=" -> fun left right -> Truth((left = right))
        | "#" -> fun left right -> Truth((left <> right))
        | "<=>" -> fun left right -> Truth(TlaData.isTrue left = TlaData.isTrue right)
        | "<" -> compare (<)
        | ">" -> compare (>)
        | "<=" -> compare (<=)
        | ">=" -> compare (>=)
        | "+" -> compute (+)
        | "-" -> compute (-)
        | "*" -> compute (*)
        | ".." ->
            fun left right ->
                TlaDatum.Members [| for number in TlaData.whole left .. TlaData.whole right -> Whole number |]
        | "\\in" -> fun item range -> Truth(Array.contains item (TlaData.members range))
        | "\\subseteq" -> sets (fun left right -> Truth(left |> Array.forall (fun one -> Array.contains one right)))
        | "\\cup" -> sets (fun left right -> TlaData.set (Array.append left right))
        | "\\cap" -> sets (fun left right -> TlaData.set (Array.filter (fun one -> Array.contains one right) left))
        | "\\" -> sets (fun left right -> TlaData.set (Array.filter (fun one -> not (Array.contains one right)) left))
        | "\\o" ->
            fun left right ->
                match left, right with
                | Row these, Row those -> Row(Array.append these those)
                | _ -> TlaData.fail "\\o joins sequences"
        | _ -> raise (TlaTrouble $"{owner}: the operator {sign} is not known here")

    /// The operator of this name that takes so many values, when there is one.
    let named name arity : (TlaDatum[] -> TlaDatum) option =
        match name, arity with
        | "Len", 1 ->
            Some(fun values ->
                match values[0] with
                | Row items -> Whole(int64 items.Length)
                | _ -> TlaData.fail "Len is of sequences")
        | "Append", 2 ->
            Some(fun values ->
                match values[0] with
                | Row items -> Row(Array.append items [| values[1] |])
                | _ -> TlaData.fail "Append is of sequences")
        | "Head", 1 -> Some(fun values -> TlaData.apply values[0] (Whole 1L))
        | "Tail", 1 ->
            Some(fun values ->
                match values[0] with
                | Row items when items.Length > 0 -> Row(Array.tail items)
                | _ -> TlaData.fail "Tail is of sequences with an item")
        | "Cardinality", 1 -> Some(fun values -> Whole(int64 (TlaData.members values[0]).Length))
        | _ -> None
