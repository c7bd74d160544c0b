namespace Asupersync.Kernel

open System.Text.Json

/// Parts of a trace from its lines. Throws Flaw, and what System.Text.Json throws; TraceJson turns both into a TraceError.
[<RequireQualifiedAccess>]
module internal TraceReading =

    let private natural high name element = Json.number name 0L high element

    let private int32 name element =
        int (natural (int64 System.Int32.MaxValue) name element)

    let private int64 name element =
        natural System.Int64.MaxValue name element

    let private id name element : int64<'u> =
        LanguagePrimitives.Int64WithMeasure(Json.number name 1L System.Int64.MaxValue element)

    let private idOrNone name element : int64<'u> =
        LanguagePrimitives.Int64WithMeasure(int64 name element)

    let private readBudget name element =
        let fields = JsonFields(name, element)

        let budget =
            { Deadline = fields.Optional("deadline", int64, Quota.NoDeadline)
              Polls = fields.Optional("polls", int32, Quota.Unlimited)
              Cost = fields.Optional("cost", int64, Quota.UnlimitedCost)
              Priority = fields.Optional("priority", (fun name value -> int (natural 255L name value)), 0) }

        fields.Close()
        budget

    let private readReason name element =
        let links = Json.array name element |> Seq.toArray

        if links.Length = 0 then
            Json.outOfRange name "a list of at least one link"

        if links.Length > TraceFormat.MaxLinks then
            raise (
                Flaw(
                    "ASUP1214",
                    $"\"{name}\" has {links.Length} links, {TraceFormat.MaxLinks} are read; shorten the chain of causes"
                )
            )

        // From the last cause upwards, since a link holds the one behind it.
        let mutable reason = null

        for index in links.Length - 1 .. -1 .. 0 do
            let fields = JsonFields(name, links[index])
            let kind = fields.Required("kind", Json.cancelKind)
            let region = fields.Required("region", idOrNone)
            let task = fields.Required("task", idOrNone)
            let at = fields.Optional("at", int64, 0L)
            let message = fields.Optional("message", Json.text, "")
            fields.Close()
            reason <- CancelReason.Create(kind, region, task, at, message, reason)

        reason

    let private readOutcome name (element: JsonElement) =
        if element.ValueKind = JsonValueKind.Object then
            let fields = JsonFields(name, element)
            let reason = fields.Required("Cancelled", readReason)
            fields.Close()
            Outcome.cancelled reason
        else
            match Json.text name element with
            | "Ok" -> Outcome.ok
            | "Err" -> Outcome.err
            | "Panicked" -> Outcome.panicked
            | _ -> Json.outOfRange name "\"Ok\", \"Err\", \"Panicked\" or {\"Cancelled\":[...]}"

    let private readTask name element =
        let target = Json.target name element

        if target.IsTask then
            target.TaskId
        else
            Json.outOfRange name "a task such as \"t3\""

    let private readAction rule (fields: JsonFields) =
        let task () : TaskId = fields.Required("task", id)
        let region () : RegionId = fields.Required("region", id)
        let obligation () : ObligationId = fields.Required("obligation", id)

        let budget () =
            fields.Optional("budget", readBudget, Budget.unlimited)

        match rule with
        | RuleName.Spawn -> Spawn(task (), region (), fields.Required("child", id), budget ())
        | RuleName.Start -> Start(task ())
        | RuleName.Complete -> Complete(task (), fields.Required("outcome", readOutcome))
        | RuleName.CancelRequest ->
            CancelRequest(
                fields.Required("by", idOrNone),
                fields.Required("target", Json.target),
                fields.Required("reason", readReason)
            )
        | RuleName.Checkpoint -> Checkpoint(task ())
        | RuleName.CheckpointMasked -> CheckpointMasked(task ())
        | RuleName.MaskEnter -> MaskEnter(task (), fields.Required("units", int32))
        | RuleName.MaskExit -> MaskExit(task ())
        | RuleName.Drain -> Drain(task ())
        | RuleName.Finalize -> Finalize(task ())
        | RuleName.ChargePoll -> ChargePoll(task ())
        | RuleName.ChargeCost -> ChargeCost(task (), fields.Required("cost", int64))
        | RuleName.Reserve -> Reserve(task (), obligation (), fields.Required("kind", Json.obligationKind))
        | RuleName.Commit -> Commit(task (), obligation ())
        | RuleName.Abort -> Abort(task (), obligation ())
        | RuleName.Transfer -> Transfer(task (), obligation (), fields.Required("receiver", id))
        | RuleName.OpenRegion ->
            OpenRegion(
                task (),
                region (),
                fields.Required("body", id),
                fields.Required("policy", Json.policy),
                budget ()
            )
        | RuleName.Defer -> Defer(task ())
        | RuleName.CloseBegin -> CloseBegin(region ())
        | RuleName.CloseCancelChildren -> CloseCancelChildren(region ())
        | RuleName.CloseChildrenDone -> CloseChildrenDone(region ())
        | RuleName.CloseRunFinalizer -> CloseRunFinalizer(region (), fields.Required("finalizer", id))
        | RuleName.CloseComplete -> CloseComplete(region ())
        | RuleName.JoinBlock -> JoinBlock(fields.Required("waiter", id), fields.Required("target", readTask))
        | _ -> JoinReady(fields.Required("waiter", id), fields.Required("target", Json.target))

    /// A step, which has to bear the given number.
    let step sequence element =
        let fields = JsonFields("step", element)
        let rule = fields.Required("rule", Json.rule)
        let given = fields.Required("seq", id)

        if given <> sequence then
            raise (
                Flaw(
                    "ASUP1212",
                    $"\"seq\" is {given} where {sequence} comes next; a line is missing, repeated or moved"
                )
            )

        let step =
            { Sequence = sequence
              At = fields.Required("at", int64)
              Action = readAction rule fields
              Consequences =
                fields.Optional(
                    "also",
                    (fun name list -> [ for one in Json.array name list -> Json.consequence name one ]),
                    []
                )
              Fingerprint = fields.Optional("state", (fun name text -> ValueSome(Json.hash name text)), ValueNone) }

        fields.Close()
        step

    let private readLimits name element =
        let fields = JsonFields(name, element)
        let units = fields.Required("maskUnits", int32)
        let depth = fields.Required("maskDepth", int32)
        let polls = fields.Required("finalizerPolls", int32)
        let table = fields.Required("allowance", (fun name element -> JsonFields(name, element)))
        let allowance = [| for kind in CancelKinds.all -> table.Required(string kind, int32) |]
        table.Close()
        fields.Close()

        { MaskUnits = units
          MaskDepth = depth
          FinalizerPolls = polls
          Allowance = fun kind -> allowance[int kind] }

    let private noHeader =
        Flaw("ASUP1201", "the first line is not a trace header; begin with {\"trace\":\"asupersync\",...}")

    /// The header.
    let header (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Object then
            raise noHeader

        let fields = JsonFields("header", element)

        if not (fields.Has "trace") then
            raise noHeader

        let name = fields.Required("trace", Json.text)
        let version = fields.Required("version", int64)

        if name <> "asupersync" || version <> TraceFormat.Version then
            raise (
                Flaw(
                    "ASUP1202",
                    $"this reads version {TraceFormat.Version} of \"asupersync\"; read the trace with the release that wrote it"
                )
            )

        let header =
            { Limits = fields.Required("limits", readLimits)
              Policy = fields.Required("policy", Json.policy)
              Budget = fields.Optional("budget", readBudget, Budget.unlimited) }

        fields.Close()
        header
