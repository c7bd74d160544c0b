namespace Asupersync.Kernel

open System

/// What the rules of the idempotency store rely on, by name.
type IdempotencyPremise =
    /// Nothing failed, nothing is let go.
    | None = 0
    // Guards.
    | KeyFree = 1
    | FreshExecution = 2
    | KeyTaken = 3
    | SameFingerprint = 4
    | OtherFingerprint = 5
    | KnownExecution = 6
    | IsInFlight = 7
    | IsExecution = 8
    | IsDone = 9
    | Expired = 10
    | Forward = 11
    | OutcomeKnown = 12
    // Clauses of Next.
    | KeepForLifetime = 101
    | KeepOutcome = 102
    | KeepExecution = 103
    | RecordOutcome = 104

/// Words for people about the premises of the idempotency store.
[<RequireQualifiedAccess>]
module IdempotencyPremise =

    /// The codes of its refusals begin here.
    [<Literal>]
    let internal Hundred = 1500

    /// Every guard, in order of number.
    let guards = [ for number in 1..12 -> enum<IdempotencyPremise> number ]

    /// What the guard demands and what to do about it.
    let advice premise =
        match premise with
        | IdempotencyPremise.KeyFree -> "the key is in use; ask for Duplicate or Conflict"
        | IdempotencyPremise.FreshExecution -> "a new execution takes the next number; the trace skips or repeats one"
        | IdempotencyPremise.KeyTaken -> "the key is not in use; admit the request as a new one"
        | IdempotencyPremise.SameFingerprint -> "another request uses the key; report a conflict"
        | IdempotencyPremise.OtherFingerprint -> "the same request uses the key; answer it as a duplicate"
        | IdempotencyPremise.KnownExecution -> "there is no such execution; use the number that admission gave"
        | IdempotencyPremise.IsInFlight ->
            "the outcome for the key is recorded already; report the late one and drop it"
        | IdempotencyPremise.IsExecution ->
            "the key was used anew since, by another execution; report the late outcome and drop it"
        | IdempotencyPremise.IsDone -> "the execution for the key has not ended; evict the key after that"
        | IdempotencyPremise.Expired -> "the outcome is kept for its lifetime; evict it later"
        | IdempotencyPremise.Forward -> "the clock stands there or further already; time goes forward only"
        | IdempotencyPremise.OutcomeKnown -> "there is no such outcome; use Ok, Err, Cancelled or Panicked"
        | _ -> "not a guard"

/// The rules of the idempotency store.
type IdempotencyRule =
    | AdmitNew = 1
    | Duplicate = 2
    | Conflict = 3
    | RecordComplete = 4
    | Evict = 5
    | Advance = 6

/// A step of the idempotency store. An execution is numbered by its admission, from 1.
type IdempotencyAction =
    /// A request with an unused key is to be carried out.
    | AdmitNew of key: string * fingerprint: string * execution: int
    /// The same request came again.
    | Duplicate of key: string * fingerprint: string
    /// Another request came with the same key.
    | Conflict of key: string * fingerprint: string
    /// An execution ended.
    | RecordComplete of key: string * execution: int * outcome: Severity
    /// An outcome is forgotten.
    | Evict of key: string
    /// Time has moved.
    | Advance of now: int64

/// What is known of a key in use.
type IdempotencyRecord =
    {
        /// Of the request that was admitted.
        Fingerprint: string
        /// The execution of that request.
        Execution: int
        /// Severity.None while in flight.
        Outcome: Severity
        /// When the outcome may be forgotten; 0 while in flight.
        Expires: int64
    }

/// One admitted request.
type Execution =
    {
        /// Its key.
        Key: string
        /// Its fingerprint.
        Fingerprint: string
        /// Severity.None while it lives.
        Outcome: Severity
    }

/// What a step tells its caller.
[<RequireQualifiedAccess>]
type IdempotencyAnswer =
    /// Nothing.
    | Silent
    /// Carry the request out under this number.
    | Admitted of fingerprint: string * execution: int
    /// It is carried out under this number already; its outcome, or Severity.None while it lives.
    | Duplicate of fingerprint: string * execution: int * outcome: Severity
    /// The key stands for another request, carried out under this number.
    | Conflict of fingerprint: string * execution: int * outcome: Severity

/// The store.
type IdempotencyState =
    {
        /// The time.
        Now: int64
        /// What is known of the keys in use.
        Records: Map<string, IdempotencyRecord>
        /// All that were ever admitted, the first first.
        Executions: Execution list
        /// What the last step told its caller.
        Answer: IdempotencyAnswer
    }

/// The rules of chapter 11 of docs/semantics.md.
[<RequireQualifiedAccess>]
module Idempotency =

    /// An empty store at time 0.
    let initial =
        { Now = 0L
          Records = Map.empty
          Executions = []
          Answer = IdempotencyAnswer.Silent }

    let private guarded rule dropped guards next =
        match Refused.check IdempotencyPremise.Hundred rule dropped guards with
        | ValueSome refused -> Error refused
        | ValueNone -> Ok(next ())

    // A record that a rule reads; a rule that goes on without one has let its guard go.
    let private recordOf state key =
        match Map.tryFind key state.Records with
        | Some record -> record
        | Option.None ->
            { Fingerprint = ""
              Execution = 0
              Outcome = Severity.None
              Expires = 0L }

    let private admit dropped state key fingerprint execution =
        let next () =
            { state with
                Records =
                    state.Records.Add(
                        key,
                        { Fingerprint = fingerprint
                          Execution = execution
                          Outcome = Severity.None
                          Expires = 0L }
                    )
                Executions =
                    state.Executions
                    @ [ { Key = key; Fingerprint = fingerprint; Outcome = Severity.None } ]
                Answer = IdempotencyAnswer.Admitted(fingerprint, execution) }

        guarded
            IdempotencyRule.AdmitNew
            dropped
            [ IdempotencyPremise.KeyFree, not (state.Records.ContainsKey key)
              IdempotencyPremise.FreshExecution, (execution = state.Executions.Length + 1) ]
            next

    // Never before the time itself: at the end of time an outcome is kept for ever.
    let private expiry (now: int64) (lifetime: int64) =
        if lifetime > Int64.MaxValue - now then Int64.MaxValue else now + lifetime

    let private complete dropped lifetime state key execution outcome =
        let record = recordOf state key

        let next () =
            let expires =
                if dropped = IdempotencyPremise.KeepForLifetime then
                    state.Now
                else
                    expiry state.Now lifetime

            let kept =
                { record with
                    Outcome = (if dropped = IdempotencyPremise.KeepOutcome then Severity.Ok else outcome)
                    Execution = (if dropped = IdempotencyPremise.KeepExecution then 0 else record.Execution)
                    Expires = expires }

            let records index =
                index + 1 = execution && dropped <> IdempotencyPremise.RecordOutcome

            { state with
                Records = state.Records.Add(key, kept)
                Executions =
                    state.Executions
                    |> List.mapi (fun index other -> if records index then { other with Outcome = outcome } else other)
                Answer = IdempotencyAnswer.Silent }

        guarded
            IdempotencyRule.RecordComplete
            dropped
            [ IdempotencyPremise.KeyTaken, state.Records.ContainsKey key
              IdempotencyPremise.KnownExecution, execution >= 1 && execution <= state.Executions.Length
              IdempotencyPremise.OutcomeKnown, (outcome >= Severity.Ok && outcome <= Severity.Panicked)
              IdempotencyPremise.IsInFlight, (record.Outcome = Severity.None)
              IdempotencyPremise.IsExecution, (record.Execution = execution) ]
            next

    /// One step, with one premise let go: how faults are planted. An outcome is kept for <paramref name="lifetime"/>.
    let stepDropping
        dropped
        (lifetime: int64)
        (state: IdempotencyState)
        action
        : Result<IdempotencyState, Refused<IdempotencyRule, IdempotencyPremise>> =
        let answered answer () = { state with Answer = answer }

        let taken key =
            struct (IdempotencyPremise.KeyTaken, state.Records.ContainsKey key)

        match action with
        | AdmitNew(key, fingerprint, execution) -> admit dropped state key fingerprint execution
        | Duplicate(key, fingerprint) ->
            let record = recordOf state key

            guarded
                IdempotencyRule.Duplicate
                dropped
                [ taken key
                  IdempotencyPremise.SameFingerprint, (record.Fingerprint = fingerprint) ]
                (answered (IdempotencyAnswer.Duplicate(fingerprint, record.Execution, record.Outcome)))
        | Conflict(key, fingerprint) ->
            let record = recordOf state key

            guarded
                IdempotencyRule.Conflict
                dropped
                [ taken key
                  IdempotencyPremise.OtherFingerprint, record.Fingerprint <> fingerprint ]
                (answered (IdempotencyAnswer.Conflict(fingerprint, record.Execution, record.Outcome)))
        | RecordComplete(key, execution, outcome) -> complete dropped lifetime state key execution outcome
        | Evict key ->
            let record = recordOf state key

            guarded
                IdempotencyRule.Evict
                dropped
                [ taken key
                  IdempotencyPremise.IsDone, record.Outcome <> Severity.None
                  IdempotencyPremise.Expired, state.Now >= record.Expires ]
                (fun () ->
                    { state with
                        Records = state.Records.Remove key
                        Answer = IdempotencyAnswer.Silent })
        | Advance now ->
            guarded IdempotencyRule.Advance dropped [ IdempotencyPremise.Forward, now > state.Now ] (fun () ->
                { state with Now = now; Answer = IdempotencyAnswer.Silent })

    /// One step: the state after it, or the guard that failed.
    let step lifetime state action =
        stepDropping IdempotencyPremise.None lifetime state action

    let private live (state: IdempotencyState) =
        state.Executions
        |> List.indexed
        |> List.filter (fun (_, execution) -> execution.Outcome = Severity.None)

    let private executionOf (state: IdempotencyState) number = state.Executions[number - 1]

    let private inFlight (state: IdempotencyState) =
        state.Records
        |> Map.filter (fun _ record -> record.Outcome = Severity.None)
        |> Map.toList

    /// The state properties by name: each holds in every reachable state.
    let invariants: (string * (IdempotencyState -> bool)) list =
        [ "AtMostOneLive",
          (fun state ->
              let keys = live state |> List.map (fun (_, execution) -> execution.Key)
              (List.distinct keys).Length = keys.Length)
          "LiveIsInFlight",
          (fun state ->
              let flying = inFlight state

              live state
              |> List.forall (fun (_, execution) -> List.exists (fun (key, _) -> key = execution.Key) flying)
              && flying
                 |> List.forall (fun (key, record) ->
                     live state
                     |> List.exists (fun (index, execution) -> index + 1 = record.Execution && execution.Key = key)))
          "DuplicateSameOutcome",
          (fun state ->
              match state.Answer with
              | IdempotencyAnswer.Duplicate(_, number, outcome) -> (executionOf state number).Outcome = outcome
              | _ -> true)
          "AnswerFitsFingerprint",
          (fun state ->
              match state.Answer with
              | IdempotencyAnswer.Duplicate(fingerprint, number, _) ->
                  (executionOf state number).Fingerprint = fingerprint
              | IdempotencyAnswer.Conflict(fingerprint, number, _) ->
                  (executionOf state number).Fingerprint <> fingerprint
              | _ -> true) ]

    /// The step properties by name: each holds for every step. The first argument is the lifetime.
    let stepProperties: (string * (int64 -> IdempotencyState -> IdempotencyState -> bool)) list =
        [ "OutcomeRecordedOnce",
          (fun _ before after ->
              List.zip before.Executions (List.truncate before.Executions.Length after.Executions)
              |> List.forall (fun (old, now) -> old.Outcome = Severity.None || old = now))
          "InFlightNeverEvicted",
          (fun _ before after ->
              inFlight before
              |> List.forall (fun (key, record) ->
                  match Map.tryFind key after.Records with
                  | Some now -> now.Outcome = Severity.None || now.Execution = record.Execution
                  | Option.None -> false))
          "KeptForLifetime",
          (fun lifetime before after ->
              before.Records
              |> Map.forall (fun key record ->
                  match record.Outcome, Map.tryFind key after.Records with
                  | Severity.None, Some now -> now.Outcome = Severity.None || now.Expires = expiry before.Now lifetime
                  | Severity.None, Option.None -> true
                  | _, now -> now = Some record || before.Now >= record.Expires))
          "ClockForward", (fun _ before after -> after.Now >= before.Now) ]
