namespace Asupersync.Conformance.Tests

open System
open System.Text.Json
open System.Text.RegularExpressions
open Xunit
open Asupersync.Kernel

/// As much of JSON Schema as docs/trace.schema.json uses; any other keyword is an error.
[<RequireQualifiedAccess>]
module JsonSchema =

    let private isInteger (value: JsonElement) =
        value.ValueKind = JsonValueKind.Number && fst (value.TryGetInt64())

    let private hasType name (value: JsonElement) =
        match name with
        | "object" -> value.ValueKind = JsonValueKind.Object
        | "array" -> value.ValueKind = JsonValueKind.Array
        | "string" -> value.ValueKind = JsonValueKind.String
        | "integer" -> isInteger value
        | other -> failwith $"the type {other} is not known here"

    let rec private accepts (root: JsonElement) (schema: JsonElement) (value: JsonElement) : bool =
        if schema.ValueKind = JsonValueKind.True then
            true
        else
            schema.EnumerateObject()
            |> Seq.forall (fun keyword -> holds root schema value keyword.Name keyword.Value)

    and private holds root schema (value: JsonElement) keyword (argument: JsonElement) =
        let isObject = value.ValueKind = JsonValueKind.Object
        let isArray = value.ValueKind = JsonValueKind.Array

        match keyword with
        | "$schema"
        | "$defs"
        | "title"
        | "description" -> true
        | "type" -> hasType (argument.GetString()) value
        | "const" -> JsonElement.DeepEquals(argument, value)
        | "enum" ->
            argument.EnumerateArray()
            |> Seq.exists (fun one -> JsonElement.DeepEquals(one, value))
        | "minimum" -> not (isInteger value) || value.GetInt64() >= argument.GetInt64()
        | "maximum" -> not (isInteger value) || value.GetInt64() <= argument.GetInt64()
        | "pattern" ->
            value.ValueKind <> JsonValueKind.String
            || Regex.IsMatch(value.GetString(), argument.GetString(), RegexOptions.CultureInvariant)
        | "minItems" -> not isArray || value.GetArrayLength() >= argument.GetInt32()
        | "maxItems" -> not isArray || value.GetArrayLength() <= argument.GetInt32()
        | "items" -> not isArray || value.EnumerateArray() |> Seq.forall (accepts root argument)
        | "required" ->
            not isObject
            || argument.EnumerateArray()
               |> Seq.forall (fun name -> fst (value.TryGetProperty(name.GetString())))
        | "properties" ->
            not isObject
            || argument.EnumerateObject()
               |> Seq.forall (fun field ->
                   match value.TryGetProperty field.Name with
                   | true, found -> accepts root field.Value found
                   | _ -> true)
        | "patternProperties" ->
            not isObject
            || value.EnumerateObject()
               |> Seq.forall (fun field ->
                   argument.EnumerateObject()
                   |> Seq.forall (fun pattern ->
                       not (Regex.IsMatch(field.Name, pattern.Name))
                       || accepts root pattern.Value field.Value))
        | "additionalProperties" ->
            argument.ValueKind = JsonValueKind.False
            && (not isObject
                || value.EnumerateObject()
                   |> Seq.forall (fun field ->
                       fst (schema.GetProperty("properties").TryGetProperty field.Name)
                       || schema.GetProperty("patternProperties").EnumerateObject()
                          |> Seq.exists (fun pattern -> Regex.IsMatch(field.Name, pattern.Name))))
        | "oneOf" ->
            argument.EnumerateArray()
            |> Seq.filter (fun one -> accepts root one value)
            |> Seq.length
                =
                1
        | "$ref" -> accepts root (definition root (argument.GetString())) value
        | other -> failwith $"the keyword {other} is not known here"

    and private definition root (reference: string) =
        root.GetProperty("$defs").GetProperty(reference.Substring(reference.LastIndexOf '/' + 1))

    /// True when a schema accepts a line.
    let isValid (schema: JsonDocument) (line: string) =
        use value = JsonDocument.Parse line
        accepts schema.RootElement schema.RootElement value.RootElement

/// docs/trace.schema.json accepts every label that the kernel writes, and nothing else.
module TraceSchemaTests =

    let private schema = lazy JsonDocument.Parse(Documents.file "docs/trace.schema.json")

    let private header =
        { Limits = Limits.standard
          Policy = Policy.FailFast
          Budget = { Budget.unlimited with Polls = 7 } }

    let private t n : TaskId = LanguagePrimitives.Int64WithMeasure n
    let private r n : RegionId = LanguagePrimitives.Int64WithMeasure n
    let private o n : ObligationId = LanguagePrimitives.Int64WithMeasure n

    let private reason kind =
        CancelReason.Create(kind, r 2L, t 3L, 70L, "too \"late\" \u00e9", CancelReason.Of(CancelKind.User, r 0L, t 0L))

    // Every rule, with every kind of every argument.
    let private actions =
        let id = t 1L
        let large = t Int64.MaxValue

        [ Spawn(id, r 1L, t 2L, Budget.unlimited)
          Spawn(large, r 1L, t 2L, { Deadline = 5L; Polls = 0; Cost = 9L; Priority = 255 })
          Start id
          for outcome in
              [ Outcome.ok
                Outcome.err
                Outcome.panicked
                Outcome.cancelled (reason CancelKind.Shutdown) ] do
              Complete(id, outcome)
          for kind in CancelKinds.all do
              CancelRequest(t 0L, Target.Region(r 2L), reason kind)
          CancelRequest(id, Target.Task(t 4L), reason CancelKind.User)
          Checkpoint id
          CheckpointMasked id
          MaskEnter(id, 3)
          MaskExit id
          Drain id
          Finalize id
          ChargePoll id
          ChargeCost(id, 12L)
          for kind in Enum.GetValues<ObligationKind>() do
              Reserve(id, o 1L, kind)
          Commit(id, o 1L)
          Abort(id, o 1L)
          Transfer(id, o 1L, t 2L)
          for policy in Enum.GetValues<Policy>() do
              OpenRegion(id, r 2L, t 2L, policy, Budget.unlimited)
          Defer id
          CloseBegin(r 1L)
          CloseCancelChildren(r 1L)
          CloseChildrenDone(r 1L)
          CloseRunFinalizer(r 1L, t 5L)
          CloseComplete(r 1L)
          JoinBlock(id, t 2L)
          JoinReady(id, Target.Task(t 2L))
          JoinReady(id, Target.Region(r 2L)) ]

    let private consequence rule subject onRegion =
        { Rule = rule; Subject = subject; OnRegion = onRegion }

    let private lines =
        lazy
            [ for index, action in List.indexed actions do
                  for also, state in
                      [ [], ValueNone
                        [ consequence RuleName.Leak 1L false
                          consequence RuleName.Abort 2L false
                          consequence RuleName.CancelRequest 2L true
                          consequence RuleName.CancelRequest 3L false ],
                        ValueSome 0x0ca5e3842b46f991UL ] do
                      TraceJson.writeStep
                          { Sequence = int64 index + 1L
                            At = int64 index
                            Action = action
                            Consequences = also
                            Fingerprint = state } ]

    let private isValid line = JsonSchema.isValid schema.Value line

    [<Fact>]
    let ``The schema accepts every label that the kernel writes`` () =
        let taken = actions |> List.map (fun action -> string action.Rule) |> List.distinct
        Assert.Empty(List.except ("Leak" :: taken) (Enum.GetNames<RuleName>() |> List.ofArray))

        for line in TraceJson.writeHeader header :: lines.Value do
            Assert.True(isValid line, line)

    [<Fact>]
    let ``The schema accepts the recorded run and the example in the document`` () =
        let example =
            let format = Documents.file "docs/trace-format.md"
            let start = format.IndexOf("```ndjson\n", StringComparison.Ordinal) + 10
            format.Substring(start, format.IndexOf("```", start, StringComparison.Ordinal) - start)

        for text in [ example; Documents.file "tests/kernel/golden/small.ndjson" ] do
            for line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries) do
                Assert.True(isValid line, line)

    [<Fact>]
    let ``The schema has the labels of the document, field by field`` () =
        let definitions = schema.Value.RootElement.GetProperty "$defs"
        let outside = [ "seq"; "at"; "rule"; "also"; "state" ]

        let written =
            [ for one in schema.Value.RootElement.GetProperty("oneOf").EnumerateArray() do
                  let name = one.GetProperty("$ref").GetString().Split('/') |> Array.last

                  if name <> "header" then
                      let fields = definitions.GetProperty(name).GetProperty "properties"
                      Assert.Equal(name, fields.GetProperty("rule").GetProperty("const").GetString())

                      string
                          { Name = name
                            Arguments =
                              [ for field in fields.EnumerateObject() do
                                    if not (List.contains field.Name outside) then
                                        field.Name ] } ]

        let labels =
            (Faces.all Documents.document.Value).Head.Document
            |> Documents.labels
            |> List.filter (fun label -> label.Name <> "Leak")
            |> List.map string

        Assert.Equal<string list>(labels, written)

    [<Fact>]
    let ``The schema refuses a line with a field too many, too few, misnamed or of another type`` () =
        for line in lines.Value do
            let changed (before: string) (after: string) =
                Assert.Contains(before, line, StringComparison.Ordinal)
                line.Replace(before, after, StringComparison.Ordinal)

            Assert.False(isValid (changed "{\"seq\":" "{\"extra\":1,\"seq\":"), line)
            Assert.True(isValid (changed "{\"seq\":" "{\"x-extra\":1,\"seq\":"), line)
            Assert.False(isValid (changed "\"at\":" "\"when\":"), line)
            Assert.False(isValid (changed "\"rule\":\"" "\"rule\":\"Un"), line)
            Assert.False(isValid (changed "{\"seq\":" "{\"seq\":-"), line)

        let refused =
            lines.Value
            |> List.map (fun line -> line.Replace("\"task\":1", "\"task\":0", StringComparison.Ordinal))

        Assert.DoesNotContain(
            true,
            List.zip lines.Value refused
            |> List.filter (fun (a, b) -> a <> b && b.Contains "{\"seq\"")
            |> List.map (fun (_, b) -> isValid b)
        )

        Assert.False(isValid "{\"seq\":1,\"at\":0,\"rule\":\"JoinBlock\",\"waiter\":1,\"target\":\"r2\"}")
        Assert.False(isValid "{\"seq\":1,\"at\":0,\"rule\":\"Leak\",\"obligation\":1}")
        Assert.False(isValid "{\"seq\":1,\"at\":0,\"rule\":\"Start\",\"task\":1,\"also\":[\"Leak(t1)\"]}")
        Assert.False(isValid "{\"seq\":1,\"at\":0,\"rule\":\"Start\",\"task\":1,\"state\":\"12\"}")
        Assert.False(isValid "{\"seq\":1,\"at\":0,\"rule\":\"CancelRequest\",\"by\":0,\"target\":\"t1\",\"reason\":[]}")

        Assert.False(
            isValid ((TraceJson.writeHeader header).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal))
        )
