namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open System.IO
open System.Text
open Asupersync.Kernel

/// A record that a step changed: its number, and the fields that changed with their new values.
type ChangedRecord = int64 * (string * TlaValue) list

/// One line of a recorded run as the specification's checker reads it.
type BatchStep =
    {
        /// The rule's name.
        Rule: string
        /// Its arguments by name, in the order of the trace format.
        Arguments: (string * TlaValue) list
        /// Regions it changed.
        Regions: ChangedRecord list
        /// Tasks it changed.
        Tasks: ChangedRecord list
        /// Obligations it changed.
        Obligations: ChangedRecord list
    }

/// One run of a batch.
type BatchRun =
    {
        /// What it is called in messages: a file, a sample's number, a control's kind.
        Name: string
        /// True when it was changed on purpose and must be rejected.
        Control: bool
        /// How many of its steps the kernel takes.
        Taken: int
        /// Limits, and the root's policy and quotas.
        Header: (string * TlaValue) list
        /// Its steps.
        Steps: BatchStep list
    }

/// Recorded runs as constants of spec/tla/trace. Each step carries what it changed, which the hash of the state in the trace
/// stands for: the kernel has replayed the run and compared the hashes. States are projected as Projection says; of the
/// reasons in arguments also time and message are kept, as positions in their order, for the order of reasons reads them.
[<RequireQualifiedAccess>]
module TraceBatch =

    let private number (value: int64) = TlaNumber value
    let private id (value: int64<'u>) = TlaNumber(int64 value)

    let private target (value: Target) =
        if value.IsRegion then
            TlaSequence [ TlaText "r"; id value.RegionId ]
        else
            TlaSequence [ TlaText "t"; id value.TaskId ]

    let private cost units =
        if units = Quota.UnlimitedCost then int64 Quota.Unlimited else units

    let rec private links (reason: CancelReason) =
        if isNull reason then [] else reason :: links reason.Cause

    let private reasonOf (action: Action) =
        match action with
        | Complete(_, outcome) -> outcome.Reason
        | CancelRequest(_, _, reason) -> reason
        | _ -> null

    /// Times and messages of a run's reasons, each with its place in their order; none at all comes first.
    let internal places (trace: Trace) =
        let all =
            trace.Steps
            |> List.collect (fun (step: TraceStep) -> links (reasonOf step.Action))

        let ranks first compare values =
            let distinct = first :: values |> List.distinct |> List.sortWith compare
            let found = Dictionary<_, int64>()
            List.iteri (fun index value -> found[value] <- int64 index) distinct
            found

        ranks 0L compare (all |> List.map (fun (link: CancelReason) -> link.At)),
        ranks "" (fun a b -> String.CompareOrdinal(a, b)) (all |> List.map (fun (link: CancelReason) -> link.Message))

    let private chain (times: Dictionary<int64, int64>, words: Dictionary<string, int64>) reason =
        TlaSequence
            [ for link: CancelReason in links reason ->
                  TlaRecord
                      [ "kind", TlaText(string link.Kind)
                        "region", id link.Region
                        "task", id link.Task
                        "at", number times[link.At]
                        "word", number words[link.Message] ] ]

    let private quotas (budget: Budget) =
        [ "polls", number (int64 budget.Polls); "cost", number (cost budget.Cost) ]

    let internal arguments known (action: Action) : (string * TlaValue) list =
        match action with
        | Spawn(task, region, child, budget) ->
            [ "task", id task; "region", id region; "child", id child ] @ quotas budget
        | Complete(task, outcome) ->
            [ "task", id task
              "outcome", TlaText(string outcome.Severity)
              "reason", chain known outcome.Reason ]
        | CancelRequest(by, aim, reason) ->
            [ "by", id by
              "target", target aim
              "kind", TlaText(string reason.Kind)
              "reason", chain known reason ]
        | MaskEnter(task, units) -> [ "task", id task; "units", number (int64 units) ]
        | ChargeCost(task, amount) -> [ "task", id task; "amount", number amount ]
        | Reserve(task, obligation, kind) ->
            [ "task", id task; "obligation", id obligation; "kind", TlaText(string kind) ]
        | Commit(task, obligation)
        | Abort(task, obligation) -> [ "task", id task; "obligation", id obligation ]
        | Transfer(task, obligation, receiver) ->
            [ "task", id task; "obligation", id obligation; "receiver", id receiver ]
        | OpenRegion(task, region, body, policy, budget) ->
            [ "task", id task
              "region", id region
              "body", id body
              "policy", TlaText(string policy) ]
            @ quotas budget
        | CloseRunFinalizer(region, finalizer) -> [ "region", id region; "finalizer", id finalizer ]
        | JoinBlock(waiter, awaited) -> [ "waiter", id waiter; "awaited", id awaited ]
        | JoinReady(waiter, awaited) -> [ "waiter", id waiter; "target", target awaited ]
        | Start task
        | Checkpoint task
        | CheckpointMasked task
        | MaskExit task
        | Drain task
        | Finalize task
        | ChargePoll task
        | Defer task -> [ "task", id task ]
        | CloseBegin region
        | CloseCancelChildren region
        | CloseChildrenDone region
        | CloseComplete region -> [ "region", id region ]

    // Fields of a new record that the rule does not choose have one value in all of them.
    let private chosen =
        set
            [ "region"
              "role"
              "polls"
              "cost"
              "owner"
              "body"
              "policy"
              "kind"
              "holder" ]

    let internal projected state : Map<string, TlaValue list> =
        match TlaValue.parseState (Projection.text state) with
        | Ok fields ->
            Map.ofList
                [ for name, value in fields ->
                      match value with
                      | TlaSequence records -> name, records
                      | _ -> name, [] ]
        | Error words -> invalidOp $"the projection cannot be read: {words}"

    let internal changes (before: TlaValue list) (after: TlaValue list) : ChangedRecord list =
        let known = Array.ofList before

        after
        |> List.mapi (fun index record ->
            match record with
            | TlaRecord fields when index >= known.Length ->
                Some(int64 index + 1L, fields |> List.filter (fun (name, _) -> chosen.Contains name))
            | TlaRecord fields when record <> known[index] ->
                let old =
                    match known[index] with
                    | TlaRecord old -> old
                    | _ -> []

                Some(int64 index + 1L, fields |> List.filter (fun field -> not (List.contains field old)))
            | _ -> None)
        |> List.choose (fun changed -> changed)

    let private header (header: TraceHeader) (last: State) : (string * TlaValue) list =
        [ "policy", TlaText(string header.Policy) ]
        @ quotas header.Budget
        @ [ "maskUnits", number (int64 header.Limits.MaskUnits)
            "maskDepth", number (int64 header.Limits.MaskDepth)
            "finalizerPolls", number (int64 header.Limits.FinalizerPolls)
            "allowance",
            TlaRecord [ for kind in CancelKinds.all -> string kind, number (int64 (header.Limits.Allowance kind)) ]
            "maxTasks", number last.TaskCount
            "maxRegions", number last.RegionCount
            "maxObligations", number last.ObligationCount ]

    // The checkers count in 32 bits, and there the largest number stands for "no limit".
    let private tooLarge (trace: Trace) =
        let large units =
            units >= int64 Quota.Unlimited && units <> Quota.UnlimitedCost

        let inAction action =
            match action with
            | Spawn(_, _, _, budget)
            | OpenRegion(_, _, _, _, budget) -> large budget.Cost
            | ChargeCost(_, amount) -> amount >= int64 Quota.Unlimited
            | _ -> false

        if large trace.Header.Budget.Cost then
            Some 0L
        else
            trace.Steps
            |> List.tryFind (fun step -> inAction step.Action)
            |> Option.map _.Sequence

    /// What the kernel says of a trace, and the trace as a run of a batch.
    let ofTrace name (trace: Trace) : Result<BatchRun, TraceError> =
        let known = places trace

        let rec go state (fields: Map<string, TlaValue list>) taken steps =
            match steps with
            | [] -> Ok(state, List.rev taken)
            | (step: TraceStep) :: rest ->
                match Trace.accept state step with
                | Error error -> Error error
                | Ok next ->
                    let after = projected next

                    let one =
                        { Rule = string step.Action.Rule
                          Arguments = arguments known step.Action
                          Regions = changes fields["regions"] after["regions"]
                          Tasks = changes fields["tasks"] after["tasks"]
                          Obligations = changes fields["obligations"] after["obligations"] }

                    go next after (one :: taken) rest

        match tooLarge trace with
        | Some line ->
            Error
                { Line = line
                  Code = "ASUP1313"
                  Message =
                    "a cost is 2147483647 or more, which the checkers cannot count; record the run with smaller units" }
        | None ->
            let start = Trace.initial trace.Header

            go start (projected start) [] trace.Steps
            |> Result.map (fun (last, steps) ->
                { Name = name
                  Control = false
                  Taken = steps.Length
                  Header = header trace.Header last
                  Steps = steps })

    let rec private write (out: StringBuilder) (value: TlaValue) =
        let between (items: 'T list) opening closing (item: 'T -> unit) =
            out.Append(opening: string) |> ignore

            items
            |> List.iteri (fun index one ->
                if index > 0 then
                    out.Append ", " |> ignore

                item one)

            out.Append(closing: string) |> ignore

        match value with
        | TlaNumber number -> out.Append number |> ignore
        | TlaText text -> out.Append('"').Append(text).Append '"' |> ignore
        | TlaTruth truth -> out.Append(if truth then "TRUE" else "FALSE") |> ignore
        | TlaSequence items -> between items "<<" ">>" (write out)
        | TlaSet items -> between items "{" "}" (write out)
        | TlaRecord fields ->
            between fields "[" "]" (fun (name, field) ->
                out.Append(name).Append(" |-> ") |> ignore
                write out field)

    let private changed (records: ChangedRecord list) =
        TlaSequence [ for number, fields in records -> TlaRecord [ "id", TlaNumber number; "set", TlaRecord fields ] ]

    let private stepValue (step: BatchStep) =
        TlaRecord(
            ("rule", TlaText step.Rule) :: step.Arguments
            @ [ "rs", changed step.Regions
                "ts", changed step.Tasks
                "os", changed step.Obligations ]
        )

    /// The run as a value of Traces.
    let internal runValue (run: BatchRun) =
        TlaRecord(
            ("control", TlaTruth run.Control) :: run.Header
            @ [ "steps", TlaSequence(List.map stepValue run.Steps) ]
        )

    let private comment (name: string) =
        String.map (fun letter -> if letter >= ' ' && letter <= '~' then letter else '?') name

    /// The module TraceBatch of some runs: Traces is the sequence of them. A comment before each run gives its number, how many
    /// steps the kernel takes, how many there are, and its name.
    let save (out: TextWriter) (runs: BatchRun list) =
        let text = StringBuilder()

        let flush () =
            out.Write text
            text.Clear() |> ignore

        out.Write "----------------------------- MODULE TraceBatch -----------------------------\n"
        out.Write "(* Recorded runs, made by asupersync validate. *)\n"
        out.Write "EXTENDS Integers, Sequences\n"

        runs
        |> List.iteri (fun index run ->
            text.Append($"\n\\* {index + 1} {run.Taken} {run.Steps.Length} {comment run.Name}\nT{index + 1} ==\n    ")
            |> ignore

            let line = StringBuilder()
            write line (TlaRecord(("control", TlaTruth run.Control) :: run.Header))
            // The steps are the last field, one to a line.
            text.Append(line.ToString(0, line.Length - 1)).Append(", steps |-> <<")
            |> ignore

            run.Steps
            |> List.iteri (fun position step ->
                text.Append(if position = 0 then "\n      " else ",\n      ") |> ignore
                write text (stepValue step))

            text.Append(">>]\n") |> ignore
            flush ())

        let names = runs |> List.mapi (fun index _ -> $"T{index + 1}")

        let rows =
            names
            |> List.chunkBySize 20
            |> List.map (String.concat ", ")
            |> String.concat ",\n    "

        out.Write $"\nTraces == <<\n    {rows}>>\n"
        out.Write "=============================================================================\n"

    /// The module as one text.
    let render (runs: BatchRun list) =
        use out = new StringWriter()
        save out runs
        out.ToString()
