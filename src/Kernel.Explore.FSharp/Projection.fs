namespace Asupersync.Kernel.Explore

open System.Text
open Asupersync.Kernel

/// What of a kernel state is compared with a state of the model: everything but the following.
///
/// - the time and the message of a reason: the model has no clock and no words; the kernel's own reasons have neither;
/// - values, errors and exceptions: the kernel has none either, they stay with the facade;
/// - deadline and priority: no rule reads them, they are only met with the parent's on the way down;
/// - links: an index over the other fields, which the invariant LinksAgree ties to them;
/// - effects and consequences: what a step hands to its driver is no part of the state.
///
/// All else is written as one line of TLA+, variables and fields in alphabetical order.
[<RequireQualifiedAccess>]
module Projection =

    let inline private put (out: StringBuilder) (text: string) = out.Append text |> ignore

    let private number (out: StringBuilder) name (value: int64) =
        out.Append(name: string).Append(" |-> ").Append value |> ignore

    let private word (out: StringBuilder) name (value: string) =
        out.Append(name: string).Append(" |-> \"").Append(value).Append '"' |> ignore

    let private flag (out: StringBuilder) name value =
        out.Append(name: string).Append(" |-> ").Append(if value then "TRUE" else "FALSE")
        |> ignore

    // The names of an enumeration's cases, looked up once: asking the runtime for them takes longer than the rest of the text.
    let private words<'E when 'E: struct and 'E :> System.Enum and 'E: (new: unit -> 'E) and 'E :> System.ValueType> =
        System.Enum.GetNames<'E>()

    let private regionPhases = words<RegionPhase>
    let private taskPhases = words<TaskPhase>
    let private roles = words<Role>
    let private policies = words<Policy>
    let private severities = words<Severity>
    let private kinds = words<CancelKind>
    let private obligationKinds = words<ObligationKind>
    let private obligationPhases = words<ObligationPhase>

    let private sequence (out: StringBuilder) count (item: int64 -> unit) =
        put out "<<"

        for id in 1L .. count do
            if id > 1L then
                put out ", "

            item id

        put out ">>"

    let private reason (out: StringBuilder) (value: CancelReason) =
        put out "reason |-> <<"
        let mutable link = value

        while not (isNull link) do
            if not (obj.ReferenceEquals(link, value)) then
                put out ", "

            put out "["
            word out "kind" kinds[int link.Kind]
            number out ", region" (int64 link.Region)
            number out ", task" (int64 link.Task)
            put out "]"
            link <- link.Cause

        put out ">>"

    let private outcome (out: StringBuilder) (value: Outcome) =
        put out "outcome |-> ["
        reason out value.Reason
        word out ", sev" severities[int value.Severity]
        put out "]"

    // The kernel counts cost in 64 bits; "no limit" is one number in the model.
    let private cost units =
        if units = Quota.UnlimitedCost then int64 Quota.Unlimited else units

    let private region (out: StringBuilder) (record: RegionRecord) =
        number out "[body" (int64 record.Body)
        number out ", cost" (cost record.Budget.Cost)
        flag out ", external" record.External
        number out ", finalizers" (int64 record.Finalizers)
        put out ", "
        outcome out record.Outcome
        number out ", owner" (int64 record.Owner)
        word out ", phase" regionPhases[int record.Phase]
        word out ", policy" policies[int record.Policy]
        number out ", polls" (int64 record.Budget.Polls)
        put out ", "
        reason out record.Reason
        number out ", trigger" (int64 record.Trigger)
        put out "]"

    let private waits (out: StringBuilder) (target: Target) =
        put out ", waits |-> "

        if target.IsRegion then
            out.Append("<<\"r\", ").Append(int64 target.RegionId).Append(">>") |> ignore
        elif target.IsTask then
            out.Append("<<\"t\", ").Append(int64 target.TaskId).Append(">>") |> ignore
        else
            put out "<<>>"

    let private task (out: StringBuilder) (record: TaskRecord) =
        number out "[cleanup" (int64 record.Cleanup)
        number out ", cost" (cost record.Cost)
        number out ", depth" (int64 record.Depth)
        flag out ", echo" record.Echo
        number out ", mask" (int64 record.Mask)
        flag out ", observed" record.Observed
        put out ", "
        outcome out record.Outcome
        word out ", phase" taskPhases[int record.Phase]
        number out ", polls" (int64 record.Polls)
        put out ", "
        reason out record.Reason
        number out ", region" (int64 record.Region)
        word out ", role" roles[int record.Role]
        flag out ", started" record.Started
        waits out record.Waits
        put out "]"

    let private obligation (out: StringBuilder) (record: ObligationRecord) =
        number out "[holder" (int64 record.Holder)
        word out ", kind" obligationKinds[int record.Kind]
        word out ", phase" obligationPhases[int record.Phase]
        put out "]"

    /// Writes the state.
    let write (out: StringBuilder) (state: State) =
        put out "/\\ obligations = "
        sequence out state.ObligationCount (fun id -> obligation out (state.Obligation(id * 1L<_>)))
        put out " /\\ regions = "
        sequence out state.RegionCount (fun id -> region out (state.Region(id * 1L<_>)))
        put out " /\\ tasks = "
        sequence out state.TaskCount (fun id -> task out (state.Task(id * 1L<_>)))

    /// The state as one line.
    let text (state: State) =
        let out = StringBuilder(1024)
        write out state
        out.ToString()
