namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// The models of spec/tla/Idempotency.tla.
[<RequireQualifiedAccess>]
module IdempotencyModel =

    let private lifetime (cfg: CfgConstants) = int64 (cfg.Number "Lifetime")

    let private label action =
        match action with
        | AdmitNew(key, fingerprint, execution) -> $"AdmitNew({key},{fingerprint},{execution})"
        | Duplicate(key, fingerprint) -> $"Duplicate({key},{fingerprint})"
        | Conflict(key, fingerprint) -> $"Conflict({key},{fingerprint})"
        | RecordComplete(key, execution, outcome) -> $"RecordComplete({key},{execution},\"{outcome}\")"
        | Evict key -> $"Evict({key})"
        | Advance now -> $"Advance({now})"

    let private answer kind fingerprint (execution: int) (outcome: Severity) =
        $"[execution |-> {execution}, fingerprint |-> {fingerprint}, kind |-> \"{kind}\", outcome |-> \"{outcome}\"]"

    let private record found =
        match found with
        | Some(record: IdempotencyRecord) ->
            let phase = if record.Outcome = Severity.None then "InFlight" else "Done"

            $"[execution |-> {record.Execution}, expires |-> {record.Expires}, fingerprint |-> {record.Fingerprint}, "
            + $"outcome |-> \"{record.Outcome}\", phase |-> \"{phase}\"]"
        | None -> "[execution |-> 0, expires |-> 0, fingerprint |-> 0, outcome |-> \"None\", phase |-> \"Free\"]"

    let private text keys (state: IdempotencyState) =
        let told =
            match state.Answer with
            | IdempotencyAnswer.Silent -> answer "None" "0" 0 Severity.None
            | IdempotencyAnswer.Admitted(fingerprint, execution) ->
                answer "Admitted" fingerprint execution Severity.None
            | IdempotencyAnswer.Duplicate(fingerprint, execution, outcome) ->
                answer "Duplicate" fingerprint execution outcome
            | IdempotencyAnswer.Conflict(fingerprint, execution, outcome) ->
                answer "Conflict" fingerprint execution outcome

        let executions =
            state.Executions
            |> List.map (fun execution ->
                $"[fingerprint |-> {execution.Fingerprint}, key |-> {execution.Key}, "
                + $"outcome |-> \"{execution.Outcome}\"]")

        let records = keys |> List.map (fun key -> record (Map.tryFind key state.Records))

        String.concat
            " /\\ "
            [ "/\\ answer = " + told
              "executions = " + Machine.listed "<<" executions ">>"
              "now = " + string state.Now
              "records = " + Machine.listed "<<" records ">>" ]

    /// The model with one premise let go, or none.
    let machine dropped (cfg: CfgConstants) : Machine<IdempotencyState, IdempotencyAction> =
        let numbered name =
            [ for number in 1 .. cfg.Number name -> string number ]

        let keys = numbered "Keys"

        let actions =
            [ for key in keys do
                  for fingerprint in numbered "Fingerprints" do
                      for execution in 1 .. cfg.Number "MaxExecutions" do
                          AdmitNew(key, fingerprint, execution)

                      Duplicate(key, fingerprint)
                      Conflict(key, fingerprint)

                  for execution in 1 .. cfg.Number "MaxExecutions" do
                      for outcome in cfg.Words "Outcomes" do
                          RecordComplete(key, execution, System.Enum.Parse<Severity> outcome)

                  Evict key

              for now in 0 .. cfg.Number "MaxTime" do
                  Advance(int64 now) ]

        { Initial = Idempotency.initial
          Actions = fun _ -> actions
          Step =
            fun state action ->
                match Idempotency.stepDropping dropped (lifetime cfg) state action with
                | Ok after -> ValueSome after
                | Error _ -> ValueNone
          Label = label
          Text = text keys }

    /// Whether a property, named, objects to a step.
    let isBroken (cfg: CfgConstants) property : IdempotencyState -> IdempotencyState -> bool =
        match List.tryFind (fun (name, _) -> name = property) Idempotency.invariants with
        | Some(_, holds) -> fun _ after -> not (holds after)
        | None ->
            let _, holds = List.find (fun (name, _) -> name = property) Idempotency.stepProperties
            fun before after -> not (holds (lifetime cfg) before after)
