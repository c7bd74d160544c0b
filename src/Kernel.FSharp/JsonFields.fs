namespace Asupersync.Kernel

open System
open System.Collections.Generic
open System.Globalization
open System.Text.Json

/// What is wrong with a line. It never leaves the reader, which turns it into a TraceError; as an exception it spares every
/// field of a line its own error path.
exception internal Flaw of code: string * advice: string

/// Reading JSON objects strictly: nothing missing, nothing unknown, nothing twice, nothing of another type.
[<RequireQualifiedAccess>]
module internal Json =

    let private flaw code message : 'T = raise (Flaw(code, message))

    /// The field is of another type than it has to be.
    let illTyped (name: string) (wanted: string) : 'T =
        flaw "ASUP1209" $"\"{name}\" must be {wanted}; correct the field"

    /// The field has a value that it cannot have.
    let outOfRange (name: string) (wanted: string) : 'T =
        flaw "ASUP1210" $"\"{name}\" must be {wanted}; correct the value"

    /// The elements of an array.
    let array name (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Array then
            illTyped name "an array"
        else
            element.EnumerateArray()

    /// A text.
    let text name (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.String then
            illTyped name "a string"
        else
            element.GetString()

    /// A whole number within bounds.
    let number name (low: int64) (high: int64) (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Number then
            illTyped name "a number"

        let within, value = element.TryGetInt64()
        let whole = within || element.GetRawText().AsSpan().IndexOfAnyExcept("-0123456789") < 0

        if not whole then
            illTyped name "a whole number, written in digits only"
        elif not within || value < low || value > high then
            outOfRange name $"from {low} to {high}"
        else
            value

    let private names<'E when 'E: struct and 'E :> ValueType and 'E :> Enum and 'E: (new: unit -> 'E)> =
        dict [ for value in Enum.GetValues<'E>() -> string value, value ]

    let private kinds = names<CancelKind>
    let private policies = names<Policy>
    let private obligationKinds = names<ObligationKind>
    let private rules = names<RuleName>

    let private choice (table: IDictionary<string, 'E>) name element =
        let given = text name element

        match table.TryGetValue given with
        | true, value -> value
        | _ -> outOfRange name ("one of " + String.concat ", " table.Keys)

    /// The kind of a cancel reason.
    let cancelKind name element = choice kinds name element

    /// A policy.
    let policy name element = choice policies name element

    /// The kind of an obligation.
    let obligationKind name element = choice obligationKinds name element

    /// A rule that can stand in a label.
    let rule name element =
        let given = text name element

        match rules.TryGetValue given with
        | true, RuleName.Leak ->
            flaw "ASUP1204" "Leak is only ever a consequence; write it into \"also\" of the step that caused it"
        | true, rule -> rule
        | _ -> flaw "ASUP1204" "no rule has this name; the rules are the headings of docs/semantics.md"

    /// A positive number in its one spelling: no sign, no zeros before it. 0 when it is anything else.
    let ordinal (digits: string) =
        match Int64.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, value when digits[0] <> '0' -> value
        | _ -> 0L

    /// t3 or r2.
    let target name element =
        let given = text name element
        let id = if given = "" then 0L else ordinal (given.Substring 1)

        if id > 0L && given[0] = 't' then
            Target.Task(LanguagePrimitives.Int64WithMeasure id)
        elif id > 0L && given[0] = 'r' then
            Target.Region(LanguagePrimitives.Int64WithMeasure id)
        else
            outOfRange name "a task such as \"t3\" or a region such as \"r2\""

    /// Leak(o1), Abort(o1), CancelRequest(r2) or CancelRequest(t3).
    let consequence name element =
        let given = text name element
        let opening = given.IndexOf '('

        let id =
            if opening > 0 && given.Length > opening + 3 && given.EndsWith ')' then
                ordinal (given.Substring(opening + 2, given.Length - opening - 3))
            else
                0L

        let rule =
            if id = 0L then
                ValueNone
            else
                match given.Substring(0, opening + 2) with
                | "Leak(o" -> ValueSome RuleName.Leak
                | "Abort(o" -> ValueSome RuleName.Abort
                | "CancelRequest(r"
                | "CancelRequest(t" -> ValueSome RuleName.CancelRequest
                | _ -> ValueNone

        match rule with
        | ValueSome rule -> { Rule = rule; Subject = id; OnRegion = given[opening + 1] = 'r' }
        | ValueNone -> outOfRange name "a list of Leak(o1), Abort(o1), CancelRequest(r2) or CancelRequest(t3)"

    /// 16 hexadecimal digits, small letters.
    let hash name element =
        let given = text name element

        if given.Length = 16 && given.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0 then
            UInt64.Parse(given, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        else
            outOfRange name "16 hexadecimal digits in small letters"

/// The fields of one object, each to be taken once. Names that begin with "x-" are left to whoever wrote them.
[<Sealed>]
type internal JsonFields(name: string, element: JsonElement) =

    let fields = Dictionary<string, JsonElement>()

    do
        if element.ValueKind <> JsonValueKind.Object then
            Json.illTyped name "an object"

        for property in element.EnumerateObject() do
            if not (fields.TryAdd(property.Name, property.Value)) then
                raise (Flaw("ASUP1211", $"\"{property.Name}\" stands in \"{name}\" twice; keep one"))

    /// True when the field is there.
    member _.Has(field: string) = fields.ContainsKey field

    /// Reads a field that may be left out.
    member _.Optional(field: string, read: string -> JsonElement -> 'T, absent: 'T) =
        let mutable value = Unchecked.defaultof<JsonElement>
        if fields.Remove(field, &value) then read field value else absent

    /// Reads a field that has to be there.
    member _.Required(field: string, read: string -> JsonElement -> 'T) : 'T =
        let mutable value = Unchecked.defaultof<JsonElement>

        if fields.Remove(field, &value) then
            read field value
        else
            raise (Flaw("ASUP1205", $"\"{field}\" is missing in \"{name}\"; add it"))

    /// Nothing may be left.
    member _.Close() =
        for field in fields.Keys do
            if not (field.StartsWith("x-", StringComparison.Ordinal)) then
                raise (
                    Flaw("ASUP1208", $"\"{name}\" has no field \"{field}\"; remove it, or begin its name with \"x-\"")
                )
