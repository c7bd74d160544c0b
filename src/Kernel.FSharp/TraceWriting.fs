namespace Asupersync.Kernel

open System.Text
open System.Text.Encodings.Web

/// Bounds of the trace format.
[<RequireQualifiedAccess>]
module TraceFormat =

    /// The version of the format that this codec writes, and the only one that it reads.
    [<Literal>]
    let Version = 1L

    /// Links that one cancel reason may have, at most.
    [<Literal>]
    let MaxLinks = 65536

    /// Characters that one line may have, at most.
    [<Literal>]
    let MaxLine = 16777216

/// Lines of a trace from its parts. Everything has one spelling: fields in one order, nothing that goes without saying, ASCII only.
[<RequireQualifiedAccess>]
module internal TraceWriting =

    let private raw (name: string) (value: string) (line: StringBuilder) =
        if line.Length > 0 && line[line.Length - 1] <> '{' then
            line.Append ',' |> ignore

        line.Append('"').Append(name).Append("\":").Append(value) |> ignore

    /// A number as a field.
    let number name (value: int64) line = raw name (string value) line

    /// Names and identifiers: nothing in them needs an escape.
    let private word name value line = raw name $"\"{value}\"" line

    let private budget name (value: Budget) (line: StringBuilder) =
        if value <> Budget.unlimited then
            raw name "{" line

            if value.Deadline <> Quota.NoDeadline then
                number "deadline" value.Deadline line

            if value.Polls <> Quota.Unlimited then
                number "polls" (int64 value.Polls) line

            if value.Cost <> Quota.UnlimitedCost then
                number "cost" value.Cost line

            if value.Priority <> 0 then
                number "priority" (int64 value.Priority) line

            line.Append '}' |> ignore

    let private chain (reason: CancelReason) (line: StringBuilder) =
        let mutable link = reason
        let mutable separator = '['

        while not (isNull link) do
            line.Append(separator).Append '{' |> ignore
            word "kind" link.Kind line
            number "region" (int64 link.Region) line
            number "task" (int64 link.Task) line

            if link.At <> 0L then
                number "at" link.At line

            if link.Message <> "" then
                raw "message" ("\"" + JavaScriptEncoder.Default.Encode link.Message + "\"") line

            line.Append '}' |> ignore
            separator <- ','
            link <- link.Cause

        line.Append(if separator = '[' then "[]" else "]") |> ignore

    let private outcome name (value: Outcome) (line: StringBuilder) =
        if value.Severity = Severity.Cancelled then
            raw name "{\"Cancelled\":" line
            chain value.Reason line
            line.Append '}' |> ignore
        else
            word name value.Severity line

    let private target name (value: Target) line = word name value line

    let private arguments (action: Action) (line: StringBuilder) =
        let task (id: TaskId) = number "task" (int64 id) line
        let region (id: RegionId) = number "region" (int64 id) line
        let obligation (id: ObligationId) = number "obligation" (int64 id) line

        match action with
        | Spawn(by, into, child, own) ->
            task by
            region into
            number "child" (int64 child) line
            budget "budget" own line
        | Complete(id, value) ->
            task id
            outcome "outcome" value line
        | CancelRequest(by, aim, reason) ->
            number "by" (int64 by) line
            target "target" aim line
            raw "reason" "" line
            chain reason line
        | MaskEnter(id, units) ->
            task id
            number "units" (int64 units) line
        | ChargeCost(id, cost) ->
            task id
            number "cost" cost line
        | Reserve(id, reserved, kind) ->
            task id
            obligation reserved
            word "kind" kind line
        | Commit(id, held)
        | Abort(id, held) ->
            task id
            obligation held
        | Transfer(id, held, receiver) ->
            task id
            obligation held
            number "receiver" (int64 receiver) line
        | OpenRegion(id, opened, body, policy, own) ->
            task id
            region opened
            number "body" (int64 body) line
            word "policy" policy line
            budget "budget" own line
        | CloseRunFinalizer(id, finalizer) ->
            region id
            number "finalizer" (int64 finalizer) line
        | JoinBlock(waiter, awaited) ->
            number "waiter" (int64 waiter) line
            target "target" (Target.Task awaited) line
        | JoinReady(waiter, awaited) ->
            number "waiter" (int64 waiter) line
            target "target" awaited line
        | Start id
        | Checkpoint id
        | CheckpointMasked id
        | MaskExit id
        | Drain id
        | Finalize id
        | ChargePoll id
        | Defer id -> task id
        | CloseBegin id
        | CloseCancelChildren id
        | CloseChildrenDone id
        | CloseComplete id -> region id

    /// The rule, its arguments and its consequences, as fields.
    let label (step: TraceStep) (line: StringBuilder) =
        word "rule" step.Action.Rule line
        arguments step.Action line

        if not step.Consequences.IsEmpty then
            let list = step.Consequences |> List.map (fun one -> $"\"{one}\"") |> String.concat ","
            raw "also" $"[{list}]" line

    /// The first line of a trace, without the line's end.
    let header (header: TraceHeader) : string =
        let line = StringBuilder "{"
        word "trace" "asupersync" line
        number "version" TraceFormat.Version line
        raw "limits" "{" line
        number "maskUnits" (int64 header.Limits.MaskUnits) line
        number "maskDepth" (int64 header.Limits.MaskDepth) line
        number "finalizerPolls" (int64 header.Limits.FinalizerPolls) line
        raw "allowance" "{" line

        for kind in CancelKinds.all do
            number (string kind) (int64 (header.Limits.Allowance kind)) line

        line.Append "}}" |> ignore
        word "policy" header.Policy line
        budget "budget" header.Budget line
        line.Append('}').ToString()

    /// The line of one step, without the line's end.
    let step (step: TraceStep) : string =
        let line = StringBuilder "{"
        number "seq" step.Sequence line
        number "at" step.At line
        label step line

        match step.Fingerprint with
        | ValueSome state -> word "state" (state.ToString "x16") line
        | ValueNone -> ()

        line.Append('}').ToString()
